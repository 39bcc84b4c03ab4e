package state

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// file is an open bbolt file.
type file struct {
	db     *bbolt.DB
	handle *os.File
	info   os.FileInfo // of the file that is open, whatever the path names now
}

// openFile opens an existing file. What is at path but cannot be read as a bbolt
// file is of class errCorrupt; bbolt would take an empty one for new.
func openFile(path string, o bbolt.Options) (*file, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() || info.Size() == 0 {
		return nil, fmt.Errorf("%w: empty or not a regular file", errCorrupt)
	}
	f, err := openAny(path, o)
	if err != nil {
		return nil, err
	}
	if err := f.sound(); err != nil {
		return nil, errors.Join(err, f.discard(err))
	}
	return f, nil
}

// openAny opens a file that may be new.
func openAny(path string, o bbolt.Options) (*file, error) {
	f := &file{}
	o.OpenFile = func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
		f.handle, err = os.OpenFile(name, flag, mode)
		return f.handle, err
	}
	o.Timeout, o.FreelistType = time.Second, bbolt.FreelistMapType
	err := guard(func() (err error) {
		if f.db, err = bbolt.Open(path, 0o600, &o); err != nil {
			return err
		}
		f.info, err = f.handle.Stat()
		return err
	})
	if err == nil {
		return f, nil
	}
	if f.handle != nil {
		// After a panic bbolt would hold the lock of the file for good.
		_ = f.handle.Close()
	}
	if errors.Is(err, bolterrors.ErrTimeout) {
		err = ErrLocked
	}
	return nil, damage(err)
}

// close waits for transactions that read; f may be nil.
func (f *file) close() error {
	if f == nil {
		return nil
	}
	return guard(f.db.Close)
}

// discard closes f after cause. Where that was a panic, bbolt may hold its own
// locks for good and Close never return: then only the file's lock is let go.
func (f *file) discard(cause error) error {
	if errors.Is(cause, errCorrupt) {
		return f.handle.Close()
	}
	return f.close()
}

// current reports whether path still names the open file, and at least size
// bytes of it; f may be nil.
func (f *file) current(path string, size int64) bool {
	if f == nil {
		return false
	}
	info, err := os.Stat(path)
	return err == nil && os.SameFile(info, f.info) && info.Size() >= size
}

// wasteful reports whether a large file is mostly free pages: bbolt never gives
// them back.
func (f *file) wasteful() bool {
	free := int64(f.db.Stats().FreePageN) * int64(f.db.Info().PageSize)
	return free > 16<<20 && free > f.info.Size()/2
}

// guard turns the panics by which bbolt tells of a damaged file, and faults in
// its mapped memory, into errors.
func guard(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errCorrupt, p)
		}
	}()
	return do()
}

// damage adds the class errCorrupt to the errors that mean it.
func damage(err error) error {
	for _, sign := range []error{
		bolterrors.ErrInvalid, bolterrors.ErrChecksum, bolterrors.ErrVersionMismatch,
		io.EOF, io.ErrUnexpectedEOF,
	} {
		if errors.Is(err, sign) {
			return fmt.Errorf("%w: %w", errCorrupt, err)
		}
	}
	// bbolt has no value for this one.
	if err != nil && strings.Contains(err.Error(), "file size too small") {
		return fmt.Errorf("%w: %w", errCorrupt, err)
	}
	return err
}

// at adds the path to an error that doesn't name one.
func at(path string, err error) error {
	var named *fs.PathError
	if err == nil || errors.As(err, &named) {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// keptAside is how many files that were set aside stay, for a directory must not
// fill up with them: the first one, which may hold the most, and the newest.
const keptAside = 3

// setAside renames what is at path to PATH.corrupt-TIME and returns the new name.
func setAside(path string, now time.Time) (string, error) {
	aside := path + ".corrupt-" + now.UTC().Format("20060102T150405.000000000Z")
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	if old, _ := filepath.Glob(path + ".corrupt-*"); len(old) > keptAside {
		slices.Sort(old)
		for _, name := range old[1 : len(old)-keptAside+1] {
			// A directory with content stays: it wasn't ours.
			_ = os.Remove(name)
		}
	}
	return aside, syncDir(filepath.Dir(path))
}

// replace makes the file at tmp, which is on the disk, the one at path.
func replace(tmp, path string) error {
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// writeFile replaces the file at path by content, all or nothing.
func writeFile(path string, content io.WriterTo) error {
	tmp := path + ".tmp"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = content.WriteTo(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		return replace(tmp, path)
	}
	_ = os.Remove(tmp)
	return err
}
