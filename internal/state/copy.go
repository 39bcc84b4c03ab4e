package state

import (
	"errors"
)

// Copy keeps the copy of a Store's memory in place of a directory. It is used by one
// goroutine at a time.
type Copy interface {
	// Load yields what is stored, ordered by ledger, bucket and key, and returns the
	// header of the newest commit; it is nil if there was none.
	Load(each func(Item) error) (header []byte, err error)
	// Commit makes items and the header durable, both or neither, if commit seq-1 is
	// the newest one. If whole is true it replaces everything, whichever commit is the
	// newest; it is true after an error of class ErrDiverged. An error of class ErrFenced
	// means that another process owns the copy, for good. After any other error nothing
	// has changed.
	Commit(seq uint64, header []byte, items []Item, whole bool) error
}

// ErrFenced is the class of errors of a Copy that another process owns now, ErrDiverged
// of one that may differ from the memory.
var (
	ErrFenced   = errors.New("another process owns the state")
	ErrDiverged = errors.New("the copy of the state may differ from the memory")
)

// startCopy reads what Options.Copy holds.
func (s *Store) startCopy() error {
	r := s.newReader(s.opts.Secret[:])
	sealed, err := s.opts.Copy.Load(r.read)
	if err = errors.Join(err, r.end()); err != nil {
		return err
	}
	c, origin := content{newHeader(s.opts.Secret, 1, s.opts.Now().UnixNano()), r.ledgers}, First
	if sealed != nil {
		origin = Resumed
		if c.header, err = readHeader(sealed); err != nil {
			return err
		}
	}
	s.use(origin, c)
	return nil
}

// transactCopy commits items to Options.Copy; after a commit that failed, the memory as
// it was before them is committed first.
func (s *Store) transactCopy(next *header, items []Item) error {
	if err := s.opts.Fail(InCommit); err != nil {
		return err
	}
	if s.unsure {
		if err := s.commitCopy(next, s.items(), true); err != nil {
			return err
		}
		if s.unsure = false; len(items) == 0 {
			return nil
		}
		s.header.Seq = next.Seq
		next.Seq++
	}
	return s.commitCopy(next, items, false)
}

func (s *Store) commitCopy(next *header, items []Item, whole bool) error {
	sealed, err := next.seal()
	if err != nil {
		return err
	}
	if err = s.opts.Copy.Commit(next.Seq, sealed, items, whole); errors.Is(err, ErrDiverged) {
		s.diverged(next)
	}
	return err
}

// diverged notes that commit next may be in the copy although it failed. Its number is
// not used again: it says which commit the copy holds.
func (s *Store) diverged(next *header) {
	s.unsure = true
	s.header.Seq = next.Seq
}

// Rewrite commits all of the memory to Options.Copy.
func (s *Store) Rewrite() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsure = true
	return s.persist(s.header.Floor, nil)
}

// inMemory reports whether there is no file.
func (s *Store) inMemory() bool { return s.opts.MemoryOnly || s.opts.Copy != nil }
