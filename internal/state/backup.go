package state

import (
	"context"
	"errors"
	"io"
	"time"

	"go.etcd.io/bbolt"
)

// backupLoop makes a backup at the start, when the file has just been checked, and
// then every Options.BackupEvery.
func (s *Store) backupLoop(ctx context.Context) {
	tick := time.NewTicker(s.opts.BackupEvery)
	defer tick.Stop()
	for failing := false; ; {
		err := s.Backup()
		if err != nil && !failing {
			s.opts.Log("backup of the state failed", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Backup copies the file to state.db.bak if it has changed since the last time.
// A state file that was removed is rewritten from memory. Commits go on meanwhile.
func (s *Store) Backup() error {
	s.backup.Lock()
	defer s.backup.Unlock()
	tx, seq, err := s.snapshot()
	if tx == nil || err != nil {
		return err
	}
	err = guard(func() error { return writeFile(s.backupPath(), failingCopy{tx, s.opts.Fail}) })
	if err = errors.Join(err, tx.Rollback()); err != nil {
		return withPath(s.backupPath(), err)
	}
	s.saved = seq
	s.recordOutcome(nil, int(s.size.Load()))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saveIdentity()
	return nil
}

// snapshot begins a transaction that sees the file as it is now; it is nil if
// there is nothing new to save.
func (s *Store) snapshot() (*bbolt.Tx, uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.inMemory() {
		return nil, 0, nil
	}
	if err := s.ensureCurrent(); err != nil {
		return nil, 0, withPath(s.path(), err)
	}
	if s.header.Seq+1 == s.saved {
		return nil, 0, nil
	}
	tx, err := s.file.db.Begin(false)
	return tx, s.header.Seq + 1, err
}

// failingCopy is a copy of the file that can be made to fail at its end.
type failingCopy struct {
	from *bbolt.Tx
	fail func(point string) error
}

func (c failingCopy) WriteTo(w io.Writer) (int64, error) {
	n, err := c.from.WriteTo(w)
	return n, errors.Join(err, c.fail(BeforeBackup))
}
