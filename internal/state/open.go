package state

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"go.etcd.io/bbolt"
)

// Origin is what Open found. Unless it is First or Resumed, a new epoch started and
// events may be missing or counted in both epochs: a gap. The next start reports
// Resumed; to detect a new epoch later, store Store.Epoch in a record and compare.
type Origin uint8

const (
	// First is a directory in which there was no state.
	First Origin = iota
	// Resumed is a good file: everything is as of the newest commit.
	Resumed
	// Backup is a damaged or missing file with a good backup, or a file that was
	// restored from a copy: cursors, seen keys and records are those of the backup,
	// counters are 0.
	Backup
	// Lost is a damaged or missing file without a good backup: the state is empty.
	Lost
	// Foreign is a good file that belongs to another directory, treated as Backup.
	Foreign
)

// String returns the name for logs.
func (o Origin) String() string {
	return [...]string{"first start", "resumed", "backup", "lost", "foreign"}[o]
}

// epoch is a period in which no counter goes down.
type epoch struct {
	number uint64
	start  time.Time // later than the start of every series of earlier epochs
}

// Open locks dir, which is created if need be, and reads the state in it. A damaged
// file is renamed to state.db.corrupt-TIME. A good file that cannot be opened for
// writing is read all the same: the Store is then not Writable until an Update
// succeeds.
//
// Errors: ErrLocked, with the path and the process that holds the lock; ErrSchema;
// errors of the file system if there is neither a readable file nor space for one.
func Open(dir string, o Options) (*Store, error) {
	s := &Store{dir: dir, opts: o.withDefaults(), ledgers: map[string]*Ledger{}}
	s.clock.Step(s.opts.Now())
	if s.opts.Copy != nil {
		return s, s.startCopy()
	}
	if s.opts.MemoryOnly {
		return s, s.startEmpty(First, identity{})
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
		s.backups.Go(func() { s.backupLoop(ctx) })
	}
	return s, nil
}

// start reads the state by these cases:
//
//	state.db             state.id                      backup   Origin   counters
//	good                 matches, or is missing        –        Resumed  kept
//	good, not writable   –                             –        Resumed  kept
//	good                 of another instance           –        Foreign  0
//	good                 of a newer commit or epoch    –        Backup   0
//	damaged or missing   –                             good     Backup   0
//	damaged or missing   exists, or file was damaged   bad      Lost     none
//	missing              missing                       missing  First    none
//	of a newer schema    –                             –        –        ErrSchema
//	read error           –                             –        –        error, files unchanged
func (s *Store) start() error {
	id, known, err := readIdentity(s.dir)
	if err != nil {
		return err
	}
	f, c, err := s.openOrQuarantine(s.path(), false)
	switch {
	case err == nil && known && id.Instance != c.header.Instance:
		err = errors.Join(f.close(), s.startEpoch(Foreign, c, id))
	case err == nil && (c.header.Seq < id.Seq || c.header.Epoch < id.Epoch):
		err = errors.Join(f.close(), s.startEpoch(Backup, c, id))
	case err == nil:
		s.resume(f, c)
	case missingOrCorrupt(err):
		err = s.useBackup(id, known || errors.Is(err, errCorrupt))
	case !errors.Is(err, ErrSchema) && !errors.Is(err, ErrLocked):
		err = s.resumeUnwritable(err)
	}
	if err != nil {
		return err
	}
	if s.origin != First && s.origin != Resumed {
		s.opts.Log("counters restart at 0", "reason", s.origin, "path", s.path(), "epoch", s.epoch.number)
	}
	if s.header.identity() != id || !known {
		s.saveIdentity()
	}
	return nil
}

func (s *Store) saveIdentity() {
	if err := writeIdentity(s.dir, s.header.identity()); err != nil {
		s.opts.Log("identity of the state cannot be written", "err", err)
	}
}

// missingOrCorrupt reports whether err means that the file is missing or damaged.
func missingOrCorrupt(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errCorrupt)
}

// openOrQuarantine loads the file at path, and quarantines it if it is damaged. A file
// that cannot be read now, as after an I/O error of the disk, looks damaged to bbolt:
// only what is damaged after all of it could be read is quarantined.
func (s *Store) openOrQuarantine(path string, readOnly bool) (*file, content, error) {
	f, c, err := s.openAndLoad(path, readOnly)
	if !errors.Is(err, errCorrupt) {
		return f, c, withPath(path, err)
	}
	if err := s.readThrough(path); err != nil {
		return nil, content{}, fmt.Errorf("cannot be read now and stays unchanged: %w", err)
	}
	f, c, again := s.openAndLoad(path, readOnly)
	if !errors.Is(again, ErrLocked) { // by the first attempt, on some systems
		err = again
	}
	return f, c, s.quarantine(path, err)
}

func (s *Store) openAndLoad(path string, readOnly bool) (*file, content, error) {
	o := s.boltOptions()
	o.ReadOnly = readOnly
	f, err := s.openFor(path, o)
	if err != nil {
		return nil, content{}, err
	}
	c, err := s.load(f)
	if err != nil {
		return nil, content{}, errors.Join(err, f.discard(err))
	}
	return f, c, nil
}

// readThrough returns the error of reading the whole file at path, if it is a regular
// one.
func (s *Store) readThrough(path string) error {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, f)
	return withPath(path, errors.Join(err, s.opts.Fail(InRead), f.Close()))
}

// openFor is openFile with the failure point BeforeOpen if it is for writing.
func (s *Store) openFor(path string, o bbolt.Options) (*file, error) {
	if !o.ReadOnly {
		if err := s.opts.Fail(BeforeOpen); err != nil {
			return nil, err
		}
	}
	return openFile(path, o)
}

// quarantine renames the file at path if err is of class errCorrupt. It returns err,
// which may be nil.
func (s *Store) quarantine(path string, err error) error {
	if !errors.Is(err, errCorrupt) {
		return withPath(path, err)
	}
	to, renameErr := quarantineFile(path, s.opts.Now())
	if renameErr != nil {
		// Not of class errCorrupt: the file is still in place.
		return fmt.Errorf("%s is damaged and cannot be renamed: %w", path, renameErr)
	}
	s.opts.Log("damaged file was renamed", "path", path, "to", to, "err", err)
	return withPath(path, err)
}

// resume continues with c, the content of f. The first commit opens the file again: all
// of it has been read, and would stay in memory while it is mapped.
func (s *Store) resume(f *file, c content) {
	s.use(Resumed, c)
	s.file = f
	s.size.Store(f.info.Size())
	if f.schema == schema && !f.wasteful() {
		s.closeFile(nil)
		return
	}
	// Without space for a new file the old one is kept until there is.
	s.recordOutcome(withPath(s.path(), s.rewrite()), int(f.info.Size()))
}

// resumeUnwritable continues with a file that cannot be opened for writing because
// of cause, which is returned if the file cannot be read either.
func (s *Store) resumeUnwritable(cause error) error {
	f, c, err := s.openAndLoad(s.path(), true)
	if err != nil || f.close() != nil {
		return cause
	}
	s.use(Resumed, c)
	s.size.Store(f.info.Size())
	s.recordOutcome(cause, 0)
	return nil
}

// useBackup continues with the backup. Without one it is a first start, unless lost
// is true: there was a state before.
func (s *Store) useBackup(id identity, lost bool) error {
	f, c, err := s.openOrQuarantine(s.backupPath(), true)
	switch {
	case err == nil:
		return errors.Join(f.close(), s.startEpoch(Backup, c, id))
	case !missingOrCorrupt(err):
		return err
	case lost || errors.Is(err, errCorrupt):
		return s.startEmpty(Lost, id)
	}
	return s.startEmpty(First, id)
}

// startEmpty starts an empty state, with the key and the next epoch of id if it has any.
func (s *Store) startEmpty(origin Origin, id identity) error {
	start := max(s.opts.Now().UnixNano(), id.EpochStart+int64(time.Millisecond))
	h := newHeader(id.Secret, id.Epoch+1, start)
	if h.Secret == (identity{}).Secret {
		_, _ = rand.Read(h.Secret[:])
	}
	s.use(origin, content{header: h, ledgers: map[string]*Ledger{}})
	return s.rewrite()
}

// startEpoch continues with c in a new epoch: all counters are 0.
func (s *Store) startEpoch(origin Origin, c content, id identity) error {
	last := max(c.header.Floor, id.EpochStart)
	for _, l := range c.ledgers {
		last = max(last, l.view.Load().newest())
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
	s.use(origin, c)
	return s.rewrite()
}

// use makes c the memory of the store.
func (s *Store) use(origin Origin, c content) {
	s.origin, s.header, s.ledgers = origin, c.header, c.ledgers
	s.key = bytes.Clone(s.header.Secret[:]) // every commit replaces the header
	s.epoch = epoch{number: c.header.Epoch, start: time.Unix(0, c.header.EpochStart).UTC()}
	s.floor.Store(c.header.Floor)
	s.committed.Store(c.header.Committed)
}
