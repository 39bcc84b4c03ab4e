package vendortest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// Every key of a vendor and of a source says what it means, and which values it
// takes where its type doesn't.
func TestEveryKeyIsDescribedAndBounded(t *testing.T) {
	for _, v := range Configs() {
		describe(t, v.Name, reflect.TypeOf(v.Keys()).Elem())
		for _, s := range v.Sources {
			if !strings.HasSuffix(s.Help, ".") {
				t.Errorf("%s: the help is no sentence: %q", s.Name, s.Help)
			}
			if s.Options != nil {
				describe(t, s.Name, reflect.TypeOf(s.Options()).Elem())
			}
		}
	}
}

// describe looks at the fields of a struct and of the structs within it.
func describe(t *testing.T, path string, of reflect.Type) {
	t.Helper()
	for i := range of.NumField() {
		f := of.Field(i)
		key := path + "." + f.Tag.Get("yaml")
		if doc := f.Tag.Get("doc"); !strings.HasSuffix(doc, ".") {
			t.Errorf("%s: the meaning is no sentence: %q", key, doc)
		}
		kind := f.Type
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		switch number := kind.Kind() >= reflect.Int && kind.Kind() <= reflect.Float64; {
		case number && f.Tag.Get("range") == "" && f.Tag.Get("enum") == "":
			t.Errorf("%s is a number or duration without range and enum", key)
		case f.Tag.Get("pattern") != "" && f.Tag.Get("form") == "":
			t.Errorf("%s has a pattern that no words describe", key)
		case kind.Kind() == reflect.Struct && kind != reflect.TypeFor[config.Secret]():
			describe(t, key, kind)
		}
	}
}

// account returns a configuration with one account and every source of a vendor.
func account(v config.Vendor) string {
	auth := "account_id: '1', auth: {bearer_token: t}"
	if v.Name == "livevox" {
		auth = "auth: {client_name: c, username: u, password: p, access_token: t}"
	}
	var sources []string
	for _, s := range v.Sources {
		options := "{}"
		if s.Name == "agent_status" {
			options = "{enabled: false}" // agent_view is on instead
		}
		sources = append(sources, s.Name+": "+options)
	}
	return fmt.Sprintf("accounts: [{name: a, vendor: %s, %s, sources: {%s}}]", v.Name, auth, strings.Join(sources, ", "))
}

// The defaults of every key of every source are within the bounds of the key.
func TestEveryDefaultIsAllowed(t *testing.T) {
	for _, v := range Configs() {
		c, err := config.Parse("test.yml", []byte(account(v)), Configs())
		if err != nil {
			t.Fatal(err)
		}
		again, err := config.Parse("view.yml", c.Redacted(), Configs())
		if err != nil {
			t.Fatalf("the defaults of %s are refused: %v", v.Name, err)
		}
		if !bytes.Equal(c.Redacted(), again.Redacted()) {
			t.Errorf("got\n%s\nwant\n%s", again.Redacted(), c.Redacted())
		}
	}
}

// The vendors' own keys are refused with the messages that package config tests
// with keys of its own. What is said of sources is left to their packages, what is said of
// the exporter's own metrics to package command.
func TestBadAccountsAreRefusedWithTheirExactMessage(t *testing.T) {
	t.Chdir("../../config")
	t.Setenv("CONTACTCENTER_TEST_SECRET", "hunter2-from-env")
	files, err := filepath.Glob("testdata/bad/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	compared := 0
	for _, file := range files {
		want, err := os.ReadFile(strings.TrimSuffix(file, ".yml") + ".err")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(want), ".sources") || strings.Contains(string(want), "of the exporter itself") {
			continue
		}
		compared++
		_, err = config.Load(file, Configs())
		if got := fmt.Sprint(err) + "\n"; got != string(want) {
			t.Errorf("%s: got\n%swant\n%s", file, got, want)
		}
	}
	if compared < 80 {
		t.Errorf("only %d files are compared", compared)
	}
}
