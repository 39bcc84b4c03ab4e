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
	"syscall"
	"testing"

	"github.com/go-kit/log"
	"go.yaml.in/yaml/v3"
)

func TestSecretsPrintAsNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	write(t, path, "canary\n")
	fromFile, err := secretFile(path)
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
	s, err := secretFile(path)
	if err != nil || s.Read() != "one" {
		t.Fatalf("%q, %v", s.Read(), err)
	}
	before := Account{Auth: Auth{Password: s}}
	write(t, path, "two")
	if got := s.Read(); got != "two" {
		t.Errorf("after a rotation %q", got)
	}
	after, err := secretFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if before.Equal(Account{Auth: Auth{Password: after}}) {
		t.Error("an account whose secret has changed is the same account")
	}
	if !before.Equal(Account{Auth: Auth{Password: s}}) || !reflect.DeepEqual(before, Account{Auth: Auth{Password: s}}) {
		t.Error("reading a secret makes its account another one")
	}
	for name, spoil := range map[string]func(){
		"empty":     func() { write(t, path, "\n") },
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
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip(err)
	}
	write(t, filepath.Join(dir, "empty"), "")
	write(t, filepath.Join(dir, "large"), strings.Repeat("x", maxSecret+1))
	for _, name := range []string{"fifo", "empty", "large", "missing", "."} {
		if _, err := secretFile(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is a secret", name)
		}
	}
}

// Whatever stands in the file, reading it ends with a configuration or an
// error, and no secret of it is shown.
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
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse(filepath.Join("testdata", "good", "fuzz.yml"), data, testSpecs())
		if err != nil {
			if err.Error() == "" {
				t.Error("an error that says nothing")
			}
			return
		}
		shown := string(c.Redacted())
		for _, a := range c.Accounts {
			if p := a.Auth.Password.Read(); len(p) > 12 && strings.Contains(shown, p) && strings.Count(string(data), p) == 1 {
				t.Errorf("the password shows in\n%s", shown)
			}
		}
	})
}
