package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/go-kit/log"
	"go.yaml.in/yaml/v3"
)

func TestSecretsPrintAsNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	write(t, path, "canary\n")
	fromFile, err := secretFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]Secret{"inline": NewSecret("canary"), "from a file": fromFile} {
		var out bytes.Buffer
		holder := struct {
			S Secret
			P *Secret
		}{s, &s}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, verb+" "+verb+" "+verb+"\n", s, &s, holder)
		}
		fmt.Fprintln(&out, fmt.Errorf("login: %v", s))
		b, _ := json.Marshal(holder)
		out.Write(b)
		b, _ = yaml.Marshal(holder)
		out.Write(b)
		slog.New(slog.NewTextHandler(&out, nil)).Info("m", "s", s, "h", holder)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "s", s, "h", holder)
		_ = log.NewLogfmtLogger(&out).Log("s", s)
		_ = log.NewJSONLogger(&out).Log("s", s)
		for _, form := range []string{"canary", "63616e617279", "Y2FuYXJ5"} {
			if strings.Contains(out.String(), form) {
				t.Errorf("%s: a secret shows as %q in\n%s", name, form, out.String())
			}
		}
	}
}

func TestARotatedSecretIsReadAndTheLastGoodOneKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	write(t, path, "\xef\xbb\xbfone\r\n")
	s, err := secretFile(path, false)
	if err != nil || s.Read() != "one" {
		t.Fatalf("%q, %v", s.Read(), err)
	}
	before := Account{IdentityKey: s}
	write(t, path, "two")
	if got := s.Read(); got != "two" {
		t.Errorf("after a rotation %q", got)
	}
	after, err := secretFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	if before.Equal(Account{IdentityKey: after}) {
		t.Error("an account whose secret has changed is the same account")
	}
	if !before.Equal(Account{IdentityKey: s}) || !reflect.DeepEqual(before, Account{IdentityKey: s}) {
		t.Error("reading a secret makes its account another one")
	}
	for name, spoil := range map[string]func(){
		"empty":     func() { write(t, path, "\n") },
		"two lines": func() { write(t, path, "a\nb") },
		"too large": func() { write(t, path, strings.Repeat("x", maxSecret+1)) },
		"missing":   func() { os.Remove(path) },
	} {
		spoil()
		if got := s.Read(); got != "two" {
			t.Errorf("%s: %q, want the last good content", name, got)
		}
	}
}

func TestASecretFileThatCannotBeReadIsRefused(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "empty"), "")
	write(t, filepath.Join(dir, "large"), strings.Repeat("x", maxSecret+1))
	write(t, filepath.Join(dir, "lines"), "one\ntwo\n")
	for _, name := range []string{"empty", "large", "lines", "missing", "."} {
		if _, err := secretFile(filepath.Join(dir, name), false); err == nil {
			t.Errorf("%s is a secret", name)
		}
	}
	for content, want := range map[string]string{
		strings.Repeat("x", maxSecret): strings.Repeat("x", maxSecret),
		" a b ":                        " a b ",
		"a\r\n":                        "a",
		"a\n":                          "a",
		"\xef\xbb\xbfa":                "a",
	} {
		write(t, filepath.Join(dir, "good"), content)
		if s, err := secretFile(filepath.Join(dir, "good"), false); err != nil || s.Read() != want {
			t.Errorf("%.10q is read as %.10q, %v", content, s.Read(), err)
		}
	}
}

func TestAKeyMayHaveSeveralLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	write(t, path, "\x00\n\xff\n")
	c := parse(t, `
accounts:
  - {name: a, vendor: liveperson, account_id: "1", auth: {bearer_token: t}, identity: hash, identity_key_file: `+path+`}
`)
	a := c.Accounts[0]
	if got := a.IdentityKey.Read(); got != "\x00\n\xff" || a.IdentityKeyFile != path {
		t.Errorf("read %q from %s", got, a.IdentityKeyFile)
	}
}

// A mounted secret is replaced by turning the link to the folder that holds it.
func TestASecretIsReadThroughALinkThatTurns(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"first", "second"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name, "token"), name)
	}
	link := func(target string) {
		if err := os.Symlink(target, filepath.Join(dir, "new")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "data")); err != nil {
			t.Fatal(err)
		}
	}
	link("first")
	read := func() Account {
		c, err := Parse(filepath.Join(dir, "file.yml"), []byte(bearer("data/token")), testVendors())
		if err != nil {
			t.Fatal(err)
		}
		return c.Accounts[0]
	}
	before, same := read(), read()
	if !before.Equal(same) || !reflect.DeepEqual(before, same) {
		t.Error("the same account is another one")
	}
	link("second")
	if err := os.RemoveAll(filepath.Join(dir, "first")); err != nil {
		t.Fatal(err)
	}
	if got := before.Keys.(*shopKeys).Auth.BearerToken.Read(); got != "second" {
		t.Errorf("read %q", got)
	}
	if after := read(); before.Equal(after) || reflect.DeepEqual(before, after) {
		t.Error("an account whose secret has changed is the same account")
	}
}

func TestSecretsAreReadAndComparedAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	write(t, path, "one")
	s, err := secretFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				mine := Account{IdentityKey: s}
				if got := mine.IdentityKey.Read(); got != "one" && got != "two" {
					t.Errorf("read %q", got)
				}
				if !mine.Equal(Account{IdentityKey: s}) {
					t.Error("a copy is another account")
				}
			}
		})
	}
	for i := range 50 {
		next := filepath.Join(filepath.Dir(path), "next")
		write(t, next, [2]string{"one", "two"}[i%2])
		if err := os.Rename(next, path); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
}

func TestNoSecretIsEmpty(t *testing.T) {
	var none Secret
	if none.Set() || none.Read() != "" || none.File() != "" {
		t.Error("the zero secret is set")
	}
	if s := NewSecret("x"); !s.Set() || s.Read() != "x" || s.File() != "" {
		t.Error("a secret isn't what it was made of")
	}
}
