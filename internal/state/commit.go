package state

import (
	"errors"
	"io/fs"
	"os"

	"go.etcd.io/bbolt"
)

// commit makes what t staged durable and then shows it, in one critical section:
// what is in the file but not in memory yet could be lost by a rewrite.
func (s *Store) commit(t *Tx) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.ledger.removed {
		return ErrRemoved
	}
	if err := s.persist(t.floor, t.write); err != nil {
		return err
	}
	t.ledger.publish(t, s.header.Seq)
	_ = s.opts.Fail(AfterPublish)
	return nil
}

// persist commits what write writes. After an error the file may be as before, a
// commit further, or unusable: prepare finds out. The caller holds mu.
func (s *Store) persist(floor int64, write func(*bbolt.Tx) error) error {
	if s.closed {
		return ErrClosed
	}
	next := s.header
	next.Seq++
	next.Committed = s.opts.Now().UnixNano()
	next.Floor = max(next.Floor, floor)
	err := at(s.path(), s.attempt(&next, write))
	if s.note(err); err != nil {
		return err
	}
	s.header = next
	s.floor.Store(next.Floor)
	s.committed.Store(next.Committed)
	return nil
}

func (s *Store) attempt(next *header, write func(*bbolt.Tx) error) error {
	if err := s.opts.Fail(BeforeCommit); err != nil {
		return err
	}
	if err := s.transact(next, write); err != nil {
		return err
	}
	for _, point := range []string{AfterCommit, BeforePublish} {
		if err := s.opts.Fail(point); err != nil {
			s.letGo(err)
			return err
		}
	}
	return nil
}

// transact is the transaction itself. After an error nothing is tried again with
// the same open file: a sync that failed once may succeed without having written.
func (s *Store) transact(next *header, write func(*bbolt.Tx) error) error {
	if s.opts.MemoryOnly {
		return s.opts.Fail(InCommit)
	}
	if err := s.prepare(); err != nil {
		return err
	}
	err := guard(func() error {
		return s.file.db.Update(func(tx *bbolt.Tx) error {
			if err := errors.Join(write(tx), putHeader(tx, next)); err != nil {
				return err
			}
			return s.opts.Fail(InCommit)
		})
	})
	if err != nil {
		s.letGo(err)
		return err
	}
	if info, err := os.Stat(s.path()); err == nil {
		s.size.Store(info.Size())
	}
	return nil
}

// prepare sees to it that the file is open, is the one that the path names, and
// is exactly as far as the memory. Otherwise it is written anew.
func (s *Store) prepare() error {
	if s.file.current(s.path(), s.size.Load()) {
		return nil
	}
	s.letGo(nil)
	f, h, err := s.reopen()
	switch {
	case err == nil && h == s.header:
		s.file = f
		return nil
	case err == nil:
		if err := f.close(); err != nil {
			return err
		}
		s.opts.Log("state file is not as far as the memory and is written anew", "path", s.path())
	case errors.Is(err, fs.ErrNotExist):
		s.opts.Log("state file has gone and is written anew", "path", s.path())
	case !errors.Is(err, errCorrupt):
		return err
	}
	return s.rewrite()
}

// reopen opens the file and reads how far it is; a damaged one is set aside.
func (s *Store) reopen() (*file, header, error) {
	f, err := s.openFor(s.path(), s.boltOptions())
	if errors.Is(err, errCorrupt) {
		return nil, header{}, s.aside(s.path(), err)
	}
	if err != nil {
		return nil, header{}, err
	}
	var h header
	err = guard(func() error {
		return f.db.View(func(tx *bbolt.Tx) (err error) {
			h, err = getHeader(tx)
			return err
		})
	})
	if err != nil {
		return nil, h, s.aside(s.path(), errors.Join(err, f.discard(err)))
	}
	return f, h, nil
}

// rewrite writes the whole memory to a new file and puts it in place.
func (s *Store) rewrite() error {
	if s.opts.MemoryOnly {
		return nil
	}
	s.letGo(nil)
	tmp := s.path() + ".new"
	err := s.writeAll(tmp)
	if err == nil {
		err = replace(tmp, s.path())
	}
	if err != nil {
		_ = os.Remove(tmp)
		return err
	}
	if s.file, err = openFile(s.path(), s.boltOptions()); err != nil {
		s.file = nil
		return err
	}
	s.size.Store(s.file.info.Size())
	return nil
}

func (s *Store) writeAll(path string) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := openAny(path, s.boltOptions())
	if err != nil {
		return err
	}
	err = guard(func() error { return f.db.Update(s.write) })
	return errors.Join(err, f.discard(err))
}

// write stores all of s.
func (s *Store) write(tx *bbolt.Tx) error {
	if err := putFormat(tx); err != nil {
		return err
	}
	for _, l := range s.ledgers {
		if err := l.write(tx); err != nil {
			return err
		}
	}
	return putHeader(tx, &s.header)
}

// letGo closes the file after cause, nil if there is none, and sets it aside if
// cause says that it is damaged.
func (s *Store) letGo(cause error) {
	f := s.file
	if s.file = nil; f == nil {
		return
	}
	if err := f.discard(cause); err != nil {
		s.opts.Log("state file cannot be closed", "path", s.path(), "err", err)
	}
	if errors.Is(cause, errCorrupt) {
		_ = s.aside(s.path(), cause)
	}
}

// note keeps the outcome of a commit, and logs when trouble begins and ends.
func (s *Store) note(err error) {
	before := s.trouble.Load()
	if err == nil {
		if before != nil {
			s.trouble.Store(nil)
			s.opts.Log("state can be written again", "path", s.path())
		}
		return
	}
	s.trouble.Store(&err)
	if before == nil {
		s.opts.Log("state cannot be written, nothing more is counted until it can", "err", err)
	}
}
