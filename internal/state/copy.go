package state

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"
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

// Item is one value of a Copy. An Item without a value is deleted, one that has no
// bucket either is a ledger that is deleted.
type Item struct {
	Ledger, Bucket string
	Key, Value     []byte
}

// ErrFenced is the class of errors of a Copy that another process owns now, ErrDiverged
// of one that may differ from the memory.
var (
	ErrFenced   = errors.New("another process owns the state")
	ErrDiverged = errors.New("the copy of the state may differ from the memory")
)

// newHeader returns the header of a Store whose Copy holds nothing yet.
func newHeader(secret [32]byte, now time.Time) header {
	h := header{Secret: secret, Epoch: 1, EpochStart: now.UnixNano(), Floor: now.UnixNano()}
	_, _ = rand.Read(h.Instance[:]) // never fails
	return h
}

// startCopy reads what Options.Copy holds.
func (s *Store) startCopy() error {
	c := content{ledgers: map[string]*Ledger{}}
	var reading *copyReader
	sealed, err := s.opts.Copy.Load(func(it Item) error {
		if reading == nil || reading.l.name != it.Ledger {
			if err := reading.end(); err != nil {
				return err
			}
			s.key = s.opts.Secret[:]
			reading = s.reader(it.Ledger)
			c.ledgers[it.Ledger] = reading.l
		}
		return reading.read(it)
	})
	if err = errors.Join(err, reading.end()); err != nil {
		return err
	}
	if sealed == nil {
		c.header = newHeader(s.opts.Secret, s.opts.Now())
		s.use(First, c)
		return nil
	}
	value, err := unseal([]byte(headerKey), sealed)
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if n, err := binary.Decode(value, binary.LittleEndian, &c.header); err != nil || n != len(value) {
		return fmt.Errorf("%w: header", errCorrupt)
	}
	s.use(Resumed, c)
	return nil
}

// copyReader reads one ledger of a Copy; nil is none.
type copyReader struct {
	l    *Ledger
	v    *View
	head head
}

func (s *Store) reader(name string) *copyReader {
	l := newLedger(name, s, s.key)
	return &copyReader{l: l, v: &View{ledger: l}}
}

func (r *copyReader) read(it Item) (err error) {
	if it.Bucket == headKey {
		r.head, err = getHead(it.Value, it.Ledger)
		return err
	}
	value, err := unseal(it.Key, it.Value)
	if err != nil {
		return err
	}
	switch it.Bucket {
	case rowsBucket:
		return r.v.readRow(it.Key, value)
	case seenBucket:
		return r.l.readChunk(it.Key, value)
	case recordsBucket:
		return r.l.readRecord(it.Key, value)
	}
	return fmt.Errorf("%w: bucket %q", errCorrupt, it.Bucket)
}

func (r *copyReader) end() error {
	if r == nil {
		return nil
	}
	return r.l.complete(r.v, r.head)
}

// transactCopy commits w to Options.Copy; after a commit that failed, all of the
// memory with it.
func (s *Store) transactCopy(next *header, w writer) error {
	if err := s.opts.Fail(InCommit); err != nil {
		return err
	}
	whole, items := s.unsure, w.items()
	if whole {
		items = merged(s.items(), items)
	}
	sealed, err := next.seal()
	if err != nil {
		return err
	}
	err = s.opts.Copy.Commit(next.Seq, sealed, items, whole)
	switch {
	case err == nil:
		s.unsure = false
	case errors.Is(err, ErrDiverged):
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
	return s.persist(s.header.Floor, 0, removal(nil))
}

// items are all of the memory.
func (s *Store) items() (items []Item) {
	for _, l := range s.ledgers {
		items = append(items, l.changes().sort().items()...)
	}
	return items
}

// merged returns what is stored after changes of items, each key once.
func merged(items, changes []Item) []Item {
	type id struct{ ledger, bucket, key string }
	changed, removed := map[id]bool{}, map[string]bool{}
	for _, it := range changes {
		changed[id{it.Ledger, it.Bucket, string(it.Key)}] = true
		removed[it.Ledger] = removed[it.Ledger] || it.Bucket == ""
	}
	items = slices.DeleteFunc(items, func(it Item) bool {
		return removed[it.Ledger] || changed[id{it.Ledger, it.Bucket, string(it.Key)}]
	})
	for _, it := range changes {
		if it.Value != nil {
			items = append(items, it)
		}
	}
	return items
}

func (c *changes) items() []Item {
	items := make([]Item, 0, len(c.rows)+len(c.seen)+len(c.records)+1)
	for _, part := range []struct {
		bucket string
		list   []change
	}{{rowsBucket, c.rows}, {seenBucket, c.seen}, {recordsBucket, c.records}} {
		for _, ch := range part.list {
			items = append(items, Item{c.ledger, part.bucket, ch.key, ch.value})
		}
	}
	return append(items, Item{c.ledger, headKey, []byte{}, c.head})
}

func (ledgers removal) items() (items []Item) {
	for _, l := range ledgers {
		items = append(items, Item{Ledger: l.name})
	}
	return items
}

// inMemory reports whether there is no file.
func (s *Store) inMemory() bool { return s.opts.MemoryOnly || s.opts.Copy != nil }
