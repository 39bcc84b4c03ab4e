package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// readFile reads a regular file of at most limit bytes. It never waits: a FIFO
// without a writer would hold up the start or a login for ever.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, plain(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, plain(path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: is not a regular file", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, plain(path, err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: is larger than %s", path, Size(limit))
	}
	return data, nil
}

// plain returns err as path and cause, without the name of the system call.
func plain(path string, err error) error {
	if wrapped := (*fs.PathError)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}
