package config

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// planted is in the only file that a fuzzed configuration can name as a secret.
const planted = "kH7-planted-2vQ"

// Whatever stands in the file, reading it ends with a configuration or an
// error, neither of which shows a secret, and the configuration's view can be
// read again.
func FuzzParse(f *testing.F) {
	for _, folder := range []string{"good", "bad"} {
		files, err := filepath.Glob(filepath.Join("testdata", folder, "*.yml"))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	for _, auth := range []string{
		`{oauth1: {consumer_key: k, consumer_secret_file: secret, access_token_file: secret, access_token_secret_file: secret}}`,
		`{oauth2: {client_id: "1", client_secret_file: secret}}, identity_key_file: secret`,
		`{bearer_token_file: secret}, name: "${file:secret}", identity: "${file:secret}", limits: {burst: "${file:secret}"}`,
	} {
		f.Add([]byte(`accounts: [{vendor: liveperson, name: a, account_id: "1", auth: ` + auth + `}]`))
	}
	folder := f.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "secret"), []byte(planted), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.Contains(data, []byte("/")) {
			t.Skip("names files that are not of this test")
		}
		c, err := Parse(filepath.Join(folder, "fuzz.yml"), data, testVendors())
		if err != nil {
			checkError(t, err)
			return
		}
		view := c.Redacted()
		if bytes.Contains(view, []byte(planted)) && !bytes.Contains(data, []byte("${file:")) {
			t.Errorf("a secret shows in\n%s", view)
		}
		if again, err := Parse(filepath.Join(folder, "view.yml"), view, testVendors()); err == nil && !bytes.Equal(again.Redacted(), view) {
			t.Errorf("got\n%s\nwant\n%s", again.Redacted(), view)
		}
	})
}

func checkError(t *testing.T, err error) {
	t.Helper()
	if err.Error() == "" {
		t.Error("an error that says nothing")
	}
	if strings.Contains(err.Error(), planted) {
		t.Errorf("a secret shows in %v", err)
	}
}
