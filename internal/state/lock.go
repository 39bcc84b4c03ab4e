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

// lockDir locks the directory for this process, until the returned file is closed
// or the process ends. The lock is a file of its own, because the state file can be
// replaced.
func lockDir(dir string, patience time.Duration) (*os.File, error) {
	return lockFile(filepath.Join(dir, "state.lock"), patience, ErrLocked)
}

// lockFile locks a file; held is the error if another process does.
func lockFile(path string, patience time.Duration, held error) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		// A read-only file can be locked too.
		readable, e := os.Open(path)
		if e != nil {
			return nil, err
		}
		f = readable
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(lockRetry) {
		taken, err := tryLock(f)
		switch {
		case err != nil:
			_ = f.Close()
			return nil, fmt.Errorf("%s: %w", path, err)
		case !taken:
			writePID(f)
			return f, nil
		case time.Now().After(deadline):
			err := fmt.Errorf("%s: %w%s", path, held, holder(f))
			_ = f.Close()
			return nil, err
		}
	}
}

// unlockDir unlocks the directory. Closing the file is not enough: a child process
// that is being started may have inherited it.
func unlockDir(f *os.File) error { return errors.Join(unlock(f), f.Close()) }

// writePID stores the process id for error messages. Errors, such as that of a full
// disk, are ignored.
func writePID(f *os.File) {
	_ = f.Truncate(0)
	_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
}

// holder returns the text " by process N" if the lock file names one.
func holder(f *os.File) string {
	text, _ := io.ReadAll(io.NewSectionReader(f, 0, 32))
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return ""
	}
	return " by process " + strconv.Itoa(pid)
}
