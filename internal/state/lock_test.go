package state

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// openAsProcess is main of the test binary as another process.
func openAsProcess(dir string) int {
	s, err := Open(dir, Options{BackupEvery: -1, LockWait: 100 * time.Millisecond})
	if errors.Is(err, ErrLocked) {
		fmt.Println(err)
		return 3
	}
	if err != nil || s.Close() != nil {
		return 4
	}
	return 0
}

func TestTheDirectoryHasOneOwner(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	want := fmt.Sprintf("%s: state directory is in use by process %d", filepath.Join(dir, "state.lock"), os.Getpid())

	t.Run("in the same process", func(t *testing.T) {
		_, err := Open(dir, Options{LockWait: 10 * time.Millisecond})
		if wantErr(t, err, ErrLocked); err.Error() != want {
			t.Errorf("error %q, want %q", err, want)
		}
	})
	t.Run("in another process", func(t *testing.T) {
		if code, out := elsewhere(t, dir); code != 3 || out != want {
			t.Errorf("exit %d with %q, want %q", code, out, want)
		}
	})
	t.Run("after the state file was deleted", func(t *testing.T) {
		if err := os.Remove(filepath.Join(dir, "state.db")); err != nil {
			t.Fatal(err)
		}
		if code, _ := elsewhere(t, dir); code != 3 {
			t.Errorf("exit %d", code)
		}
	})
	update(t, ledgerOf(t, s), add(1, "a"))
	shut(t, s)
	t.Run("until it is closed", func(t *testing.T) {
		if code, out := elsewhere(t, dir); code != 0 {
			t.Errorf("exit %d with %q", code, out)
		}
	})
	wantCalls(t, ledgerOf(t, open(t, dir, Options{})), 1, "a")
}

// elsewhere opens dir in another process.
func elsewhere(t *testing.T, dir string) (code int, out string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), openElsewhere+"="+dir)
	raw, err := cmd.Output()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), strings.TrimSpace(string(raw))
}

func TestAWaitingOwnerTakesOver(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir, Options{})
	opened := make(chan error)
	go func() {
		s, err := Open(dir, Options{LockWait: time.Minute, BackupEvery: -1})
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	shut(t, first)
	if err := <-opened; err != nil {
		t.Error(err)
	}
}

func TestAFileThatAnotherToolHasOpenIsNotTouched(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	update(t, ledgerOf(t, s), add(1, "a"))
	shut(t, s)
	tool, err := bbolt.Open(s.path(), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(dir, quiet(Options{}))
	wantErr(t, err, ErrLocked)
	if err := tool.Close(); err != nil {
		t.Fatal(err)
	}
	wantCalls(t, ledgerOf(t, open(t, dir, Options{})), 1, "a")
}
