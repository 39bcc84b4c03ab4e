package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What can become of a secret's file: at the start it is refused, and later the
// last good content stays in use.
func TestWhatBecomesOfASecretFile(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(t *testing.T, path string)
		err   string
	}{
		"missing":                {func(*testing.T, string) {}, "no such file"},
		"empty":                  {func(t *testing.T, path string) { write(t, path, "") }, "is empty"},
		"a newline":              {func(t *testing.T, path string) { write(t, path, "\r\n") }, "is empty"},
		"only a byte order mark": {func(t *testing.T, path string) { write(t, path, "\xef\xbb\xbf\n") }, "is empty"},
		"a folder": {func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, "is not a regular file"},
		"100 MiB": {func(t *testing.T, path string) {
			write(t, path, "x")
			if err := os.Truncate(path, 100<<20); err != nil {
				t.Fatal(err)
			}
		}, "is larger than 64KiB"},
		"a link to nothing": {func(t *testing.T, path string) {
			if err := os.Symlink(path+".gone", path); err != nil {
				t.Fatal(err)
			}
		}, "no such file"},
		"a device": {func(t *testing.T, path string) {
			if err := os.Symlink("/dev/zero", path); err != nil {
				t.Fatal(err)
			}
		}, "is not a regular file"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "secret")
			write(t, path, "good")
			s, err := secretFile(path, false)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			test.spoil(t, path)
			if got := s.Read(); got != "good" {
				t.Errorf("while it is used the content becomes %.20q", got)
			}
			if _, err := secretFile(path, false); err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("at the start: %v, want %q", err, test.err)
			}
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			write(t, path+".new", "newer\r\n")
			if err := os.Rename(path+".new", path); err != nil {
				t.Fatal(err)
			}
			if got := s.Read(); got != "newer" {
				t.Errorf("after it was repaired the content is %q", got)
			}
		})
	}
}
