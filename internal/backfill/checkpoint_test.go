package backfill

import (
	"os"
	"path/filepath"
	"testing"
)

// What a process leaves that was killed while it wrote a file is gone when the file is written.
func TestAnUnfinishedFileIsOverwritten(t *testing.T) {
	dir := t.TempDir()
	path, unfinished := filepath.Join(dir, "a.om"), ""
	if err := replaceFile(path, func(f *os.File) error { unfinished = f.Name(); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(unfinished, []byte("a part of the file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(path, func(f *os.File) error { _, err := f.WriteString("whole"); return err }); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if left, _ := os.ReadDir(dir); err != nil || string(b) != "whole" || len(left) != 1 {
		t.Errorf("%q, %v, %d files", b, err, len(left))
	}
}
