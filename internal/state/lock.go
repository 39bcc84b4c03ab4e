package state

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ErrLocked is the error of a state directory that another process, or another
// Store, has open.
var ErrLocked = errors.New("state directory is in use")

const lockRetry = 50 * time.Millisecond

// lockDir takes the directory for this process, until the file that it returns
// is closed or the process ends, however it ends. It is a file of its own, since
// the one with the state can be replaced.
func lockDir(dir string, patience time.Duration) (*os.File, error) {
	path := filepath.Join(dir, "state.lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		// What cannot be written may still be read and locked.
		readable, e := os.Open(path)
		if e != nil {
			return nil, err
		}
		f = readable
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(lockRetry) {
		held, err := tryLock(f)
		switch {
		case err != nil:
			_ = f.Close()
			return nil, fmt.Errorf("%s: %w", path, err)
		case !held:
			writePID(f)
			return f, nil
		case time.Now().After(deadline):
			err := fmt.Errorf("%s: %w%s", path, ErrLocked, holder(f))
			_ = f.Close()
			return nil, err
		}
	}
}

// unlockDir lets go of the directory. Closing the file alone would leave it to a
// child that is just being started.
func unlockDir(f *os.File) error { return errors.Join(unlock(f), f.Close()) }

// writePID says who holds the lock. It only serves messages, so that a full disk
// doesn't matter.
func writePID(f *os.File) {
	_ = f.Truncate(0)
	_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
}

// holder says which process wrote the lock file, if it did.
func holder(f *os.File) string {
	text, _ := io.ReadAll(io.NewSectionReader(f, 0, 32))
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return ""
	}
	return " by process " + strconv.Itoa(pid)
}
