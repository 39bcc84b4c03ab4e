package state

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestAFileIsHeldByOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	if HeldWithin(path, time.Minute) {
		t.Error("a file that is not there is held")
	}
	release, err := Hold(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Hold(path); !errors.Is(err, ErrHeld) {
		t.Errorf("it is held twice: %v", err)
	}
	ago := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, ago, ago); err != nil {
		t.Fatal(err)
	}
	if HeldWithin(path, time.Minute) {
		t.Error("it was held an hour ago")
	}
	if err := errors.Join(release(), release()); err != nil {
		t.Error(err)
	}
	if !HeldWithin(path, time.Minute) {
		t.Error("it was held just now")
	}
	if release, err = Hold(path); err != nil {
		t.Fatalf("after its release: %v", err)
	}
	_ = release()
}
