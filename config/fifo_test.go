//go:build unix

package config

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestAFIFOIsNeverWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	write(t, path, "good")
	s, err := secretFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if got := s.Read(); got != "good" {
		t.Errorf("read %q", got)
	}
	if _, err := secretFile(path, false); err == nil || err.Error() != path+": is not a regular file" {
		t.Error(err)
	}
	if _, err := Load(path, testVendors()); err == nil || err.Error() != path+": is not a regular file" {
		t.Error(err)
	}
}
