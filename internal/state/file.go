package state

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
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
	schema uint64
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

// bbolt waits for readers, such as a backup, and copies all changed pages whenever
// the file outgrows what is mapped: mapSize is address space that most files never
// outgrow. A file grows in steps of growBy.
const (
	mapSize = 256 << 20
	growBy  = 64 << 10
)

// openAny opens a file that may be new.
func openAny(path string, o bbolt.Options) (*file, error) {
	f := &file{}
	o.OpenFile = func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
		f.handle, err = os.OpenFile(name, flag, mode)
		return f.handle, err
	}
	o.Timeout, o.FreelistType = time.Second, bbolt.FreelistMapType
	if runtime.GOOS != "windows" { // where mapping more than the file makes it grow
		o.InitialMmapSize = mapSize
	}
	err := guard(func() (err error) {
		if f.db, err = bbolt.Open(path, 0o600, &o); err != nil {
			return err
		}
		f.db.AllocSize = growBy
		f.info, err = f.handle.Stat()
		return err
	})
	if err == nil {
		return f, nil
	}
	if f.handle != nil {
		// After a panic bbolt would hold the lock of the file for good.
		_ = errors.Join(unlock(f.handle), f.handle.Close())
	}
	if errors.Is(err, bolterrors.ErrTimeout) {
		err = ErrLocked
	}
	return nil, classify(err)
}

// close waits for reading transactions; f may be nil.
func (f *file) close() error {
	if f == nil {
		return nil
	}
	return guard(f.db.Close)
}

// discard closes f because of cause. After a panic bbolt may still hold its own
// locks, so that Close would never return: then only the file handle is closed. The
// file stays mapped, which keeps its lock if that is not released.
func (f *file) discard(cause error) error {
	if errors.Is(cause, errCorrupt) {
		return errors.Join(unlock(f.handle), f.handle.Close())
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

// guard turns the panics by which bbolt reports a damaged file, and faults in its
// mapped memory, into errors.
func guard(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errCorrupt, p)
		}
	}()
	return do()
}

// classify adds the class errCorrupt to the errors of bbolt that mean damage.
func classify(err error) error {
	for _, sign := range []error{
		bolterrors.ErrInvalid, bolterrors.ErrChecksum, bolterrors.ErrVersionMismatch,
		io.EOF, io.ErrUnexpectedEOF,
	} {
		if errors.Is(err, sign) {
			return fmt.Errorf("%w: %w", errCorrupt, err)
		}
	}
	// bbolt has no exported value for this error.
	if err != nil && strings.Contains(err.Error(), "file size too small") {
		return fmt.Errorf("%w: %w", errCorrupt, err)
	}
	return err
}

// withPath adds the path to an error that doesn't name one.
func withPath(path string, err error) error {
	var named *fs.PathError
	if err == nil || path == "" || errors.As(err, &named) {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// maxQuarantined bounds the quarantined files that are kept, so that they do not
// fill the directory: the first one, which may hold the most, and the newest.
const maxQuarantined = 3

// quarantineFile renames the file at path to PATH.corrupt-TIME and returns that name.
func quarantineFile(path string, now time.Time) (string, error) {
	to := path + ".corrupt-" + now.UTC().Format("20060102T150405.000000000Z")
	if err := os.Rename(path, to); err != nil {
		return "", err
	}
	if old, _ := filepath.Glob(path + ".corrupt-*"); len(old) > maxQuarantined {
		slices.Sort(old)
		for _, name := range old[1 : len(old)-maxQuarantined+1] {
			// A directory with content stays: the exporter did not make it.
			_ = os.Remove(name)
		}
	}
	return to, syncDir(filepath.Dir(path))
}

// replace renames the synced file tmp to path.
func replace(tmp, path string) error {
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// writeFile replaces the file at path by content, atomically.
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
