package state

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"go.etcd.io/bbolt"
)

// Origin says what was found at the start. Where it is neither First nor
// Resumed, an epoch began and events may be missing or counted in both epochs: a
// gap. It is told only once; whoever must not miss it keeps Epoch.Number in a
// record and compares.
type Origin uint8

const (
	// First is a directory in which there was no state.
	First Origin = iota
	// Resumed is a good state: everything is as it was last committed.
	Resumed
	// Backup is a damaged or lost file whose backup was good, or one that somebody
	// put back: cursors, marks and records are those of the backup, counters are 0.
	Backup
	// Lost is a damaged or lost file without a good backup: all is empty.
	Lost
	// Foreign is a good file that belongs to another directory: as Backup.
	Foreign
)

// String returns the word for logs.
func (o Origin) String() string {
	return [...]string{"first start", "resumed", "backup", "lost", "foreign"}[o]
}

// Epoch is a time in which no counter goes down.
type Epoch struct {
	// Number grows with each epoch of a directory, from 1 on.
	Number uint64
	// Start is later than the start of any series of the epochs before.
	Start time.Time
}

// Open takes dir, which is made if need be, and reads the state in it. A file
// that is damaged is renamed to state.db.corrupt-TIME and never in the way again.
// A good file that cannot be written is read all the same: the Store is then not
// Writable until an Update succeeds.
//
// Errors: ErrLocked, with the path and the process that has it; ErrSchema; those
// of the file system where there is neither a readable file nor room for one.
func Open(dir string, o Options) (*Store, error) {
	s := &Store{dir: dir, opts: o.withDefaults(), ledgers: map[string]*Ledger{}}
	if s.opts.MemoryOnly {
		return s, s.begin(First, identity{})
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var err error
	if s.lock, err = lockDir(dir, s.opts.LockWait); err != nil {
		return nil, err
	}
	if err := s.start(); err != nil {
		return nil, errors.Join(err, unlockDir(s.lock))
	}
	if s.opts.BackupEvery > 0 {
		ctx, cancel := context.WithCancel(context.Background())
		s.cancel = cancel
		s.backups.Go(func() { s.keepBackups(ctx) })
	}
	return s, nil
}

// start finds out what there is and makes the best of it.
func (s *Store) start() error {
	id, known, err := readIdentity(s.dir)
	if err != nil {
		return err
	}
	f, c, err := s.salvage(s.path(), false)
	switch {
	case err == nil && known && id.Instance != c.header.Instance:
		err = errors.Join(f.close(), s.renew(Foreign, c, id))
	case err == nil && (c.header.Seq < id.Seq || c.header.Epoch < id.Epoch):
		err = errors.Join(f.close(), s.renew(Backup, c, id))
	case err == nil:
		err = s.resume(f, c)
	case gone(err):
		err = s.fallBack(id, known || errors.Is(err, errCorrupt))
	case !errors.Is(err, ErrSchema) && !errors.Is(err, ErrLocked):
		err = s.resumeUnwritable(err)
	}
	if err != nil {
		return err
	}
	if s.origin != First && s.origin != Resumed {
		s.opts.Log("counters begin anew", "reason", s.origin, "path", s.path(), "epoch", s.epoch.Number)
	}
	if s.header.identity() != id || !known {
		s.keepIdentity()
	}
	return nil
}

func (s *Store) keepIdentity() {
	if err := writeIdentity(s.dir, s.header.identity()); err != nil {
		s.opts.Log("identity of the state cannot be kept", "err", err)
	}
}

// gone reports whether err means that there is no such file, or none any more.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errCorrupt) }

// salvage loads the file at path, and sets it aside if it is damaged.
func (s *Store) salvage(path string, readOnly bool) (*file, content, error) {
	o := s.boltOptions()
	o.ReadOnly = readOnly
	f, err := s.openFor(path, o)
	if err != nil {
		return nil, content{}, s.aside(path, err)
	}
	c, err := s.load(f)
	if err != nil {
		return nil, content{}, s.aside(path, errors.Join(err, f.discard(err)))
	}
	return f, c, nil
}

// openFor is openFile, which can be made to fail if it is for writing.
func (s *Store) openFor(path string, o bbolt.Options) (*file, error) {
	if !o.ReadOnly {
		if err := s.opts.Fail(BeforeOpen); err != nil {
			return nil, err
		}
	}
	return openFile(path, o)
}

// aside puts the file at path out of the way if err says that it is damaged.
func (s *Store) aside(path string, err error) error {
	if !errors.Is(err, errCorrupt) {
		return at(path, err)
	}
	to, asideErr := setAside(path, s.opts.Now())
	if asideErr != nil {
		// Not of class errCorrupt: it is still there.
		return fmt.Errorf("%s is damaged and cannot be set aside: %w", path, asideErr)
	}
	s.opts.Log("damaged file was set aside", "path", path, "to", to, "err", err)
	return at(path, err)
}

// resume goes on with what f holds.
func (s *Store) resume(f *file, c content) error {
	s.adopt(Resumed, c)
	s.file = f
	s.size.Store(f.info.Size())
	if f.wasteful() {
		return s.rewrite()
	}
	return nil
}

// resumeUnwritable goes on with a file that cannot be opened for writing because
// of cause, which is returned if it cannot be read either.
func (s *Store) resumeUnwritable(cause error) error {
	o := s.boltOptions()
	o.ReadOnly = true
	f, err := openFile(s.path(), o)
	if err != nil {
		return cause
	}
	c, err := s.load(f)
	if err := errors.Join(err, f.discard(err)); err != nil {
		return cause
	}
	s.adopt(Resumed, c)
	s.size.Store(f.info.Size())
	s.note(cause)
	return nil
}

// fallBack goes on with the backup. Without one it is a first start, unless lost
// says that there has been a state.
func (s *Store) fallBack(id identity, lost bool) error {
	f, c, err := s.salvage(s.backupPath(), true)
	switch {
	case err == nil:
		return errors.Join(f.close(), s.renew(Backup, c, id))
	case !gone(err):
		return err
	case lost || errors.Is(err, errCorrupt):
		return s.begin(Lost, id)
	}
	return s.begin(First, id)
}

// begin starts with nothing, but with the key and the epochs of id if it has any.
func (s *Store) begin(origin Origin, id identity) error {
	start := max(s.opts.Now().UnixNano(), id.EpochStart+int64(time.Millisecond))
	h := header{Secret: id.Secret, Epoch: id.Epoch + 1, EpochStart: start, Floor: start}
	// crypto/rand doesn't fail.
	_, _ = rand.Read(h.Instance[:])
	if h.Secret == (identity{}).Secret {
		_, _ = rand.Read(h.Secret[:])
	}
	s.adopt(origin, content{header: h, ledgers: map[string]*Ledger{}})
	return s.rewrite()
}

// renew starts with what c holds, but with all counters at 0.
func (s *Store) renew(origin Origin, c content, id identity) error {
	last := max(c.header.Floor, id.EpochStart)
	for _, l := range c.ledgers {
		last = max(last, l.View().newest())
	}
	start := max(s.opts.Now().UnixNano(), last+int64(time.Millisecond))
	for _, l := range c.ledgers {
		l.restart(start)
	}
	h := &c.header
	h.Epoch, h.EpochStart, h.Floor = max(h.Epoch, id.Epoch)+1, start, start
	h.Seq = max(h.Seq, id.Seq)
	if id != (identity{}) {
		h.Instance = id.Instance
	}
	s.adopt(origin, c)
	return s.rewrite()
}

// adopt makes c the memory of s.
func (s *Store) adopt(origin Origin, c content) {
	s.origin, s.header, s.ledgers = origin, c.header, c.ledgers
	s.key = bytes.Clone(s.header.Secret[:]) // each commit writes the header anew
	s.epoch = Epoch{Number: c.header.Epoch, Start: time.Unix(0, c.header.EpochStart).UTC()}
	s.floor.Store(c.header.Floor)
	s.committed.Store(c.header.Committed)
}
