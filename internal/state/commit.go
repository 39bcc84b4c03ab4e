package state

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"go.etcd.io/bbolt"
)

// commit makes items, what t staged, durable and then publishes v, in one critical
// section: a rewrite in between would lose what is in the file but not in memory.
func (s *Store) commit(t *Tx, v *View, items []Item) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.ledger.removed {
		return ErrRemoved
	}
	if err := s.persist(t.floor, items); err != nil {
		return err
	}
	t.ledger.publish(t, v)
	_ = s.opts.Fail(AfterPublish)
	return nil
}

// persist commits items. After an error the file may be unchanged, one
// commit ahead, or unusable: ensureCurrent finds out. The caller holds mu.
func (s *Store) persist(floor int64, items []Item) error {
	if s.closed {
		return ErrClosed
	}
	next := s.header
	next.Seq++
	next.Committed = s.opts.Now().UnixNano()
	next.Floor = max(next.Floor, floor)
	err := withPath(s.path(), s.attempt(&next, items))
	if s.recordOutcome(err, sizeOf(items)); err != nil {
		return err
	}
	s.header = next
	s.floor.Store(next.Floor)
	s.committed.Store(next.Committed)
	return nil
}

func (s *Store) attempt(next *header, items []Item) error {
	if err := s.opts.Fail(BeforeCommit); err != nil {
		return err
	}
	if err := s.transact(next, items); err != nil {
		return err
	}
	for _, point := range []string{AfterCommit, BeforePublish} {
		if err := s.opts.Fail(point); err != nil {
			if s.opts.Copy != nil {
				s.diverged(next)
			}
			s.closeFile(err)
			return err
		}
	}
	return nil
}

// transact is the bbolt transaction. An error closes the file, because a sync that
// failed once may succeed the next time without having written.
func (s *Store) transact(next *header, items []Item) error {
	if s.opts.Copy != nil {
		return s.transactCopy(next, items)
	}
	if s.opts.MemoryOnly {
		return s.opts.Fail(InCommit)
	}
	if err := s.ensureCurrent(); err != nil {
		return err
	}
	err := guard(func() error {
		return s.file.db.Update(func(tx *bbolt.Tx) error {
			if err := errors.Join(writeItems(tx, items), putHeader(tx, next)); err != nil {
				return err
			}
			return s.opts.Fail(InCommit)
		})
	})
	if err != nil {
		s.closeFile(err)
		return err
	}
	if info, err := os.Stat(s.path()); err == nil {
		s.size.Store(info.Size())
	}
	return nil
}

// ensureCurrent opens the file if it is closed, and rewrites it from memory unless
// it is the one at the path and holds the newest commit and no other.
func (s *Store) ensureCurrent() error {
	if s.file.current(s.path(), s.size.Load()) {
		return nil
	}
	s.closeFile(nil)
	f, h, err := s.reopen()
	switch {
	case err == nil && h == s.header && f.schema == schema:
		s.file = f
		return nil
	case err == nil:
		if err := f.close(); err != nil {
			return err
		}
		s.opts.Log("state file differs from memory and is rewritten", "path", s.path())
	case errors.Is(err, fs.ErrNotExist):
		s.opts.Log("state file is missing and is rewritten", "path", s.path())
	case errors.Is(err, syscall.EIO):
		s.opts.Log("state file cannot be read and is rewritten", "err", err)
	case !errors.Is(err, errCorrupt):
		return err
	}
	return s.rewrite()
}

// reopen opens the file and reads its header; a damaged file is quarantined.
func (s *Store) reopen() (*file, header, error) {
	f, err := s.openFor(s.path(), s.boltOptions())
	if errors.Is(err, errCorrupt) {
		return nil, header{}, s.quarantine(s.path(), err)
	}
	if err != nil {
		return nil, header{}, err
	}
	var h header
	err = guard(func() error {
		return f.db.View(func(tx *bbolt.Tx) (err error) {
			h, f.schema, err = getHeader(tx)
			return err
		})
	})
	if err != nil {
		return nil, h, s.quarantine(s.path(), errors.Join(err, f.discard(err)))
	}
	return f, h, nil
}

// rewrite writes the whole memory to a new file that replaces the old one.
func (s *Store) rewrite() error {
	if s.inMemory() {
		return nil
	}
	s.closeFile(nil)
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
	return errors.Join(writeItems(tx, s.items()), putHeader(tx, &s.header))
}

// closeFile closes the file because of cause, which may be nil, and quarantines it
// if cause is of class errCorrupt.
func (s *Store) closeFile(cause error) {
	f := s.file
	if s.file = nil; f == nil {
		return
	}
	if err := f.discard(cause); err != nil {
		s.opts.Log("state file cannot be closed", "path", s.path(), "err", err)
	}
	if errors.Is(cause, errCorrupt) {
		_ = s.quarantine(s.path(), cause)
	}
}
