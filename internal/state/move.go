package state

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Usage is what there is of one ledger.
type Usage struct {
	Name                  string
	Series, Seen, Records int
	Bytes                 int // of all values
}

// Usage returns what there is of each ledger of a source, by name.
func (s *Store) Usage() (all []Usage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.ledgers)) {
		if !strings.HasPrefix(name, "\x00") {
			l := s.ledgers[name]
			n := l.tally()
			all = append(all, Usage{name, int(n.series), l.seen.len, int(n.records), sizeOf(l.items(s.pack()))})
		}
	}
	return all
}

// CopyTo makes the ledgers that which accepts, and since when they are unused, all that
// is in another copy. The secret of its Store must be Key.
func (s *Store) CopyTo(to Copy, which func(ledger string) bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var items []Item
	var names []string
	for name, l := range s.ledgers {
		if which(name) {
			items = append(items, l.items(maxPack)...)
			names = append(names, name)
		}
	}
	if l := s.ledgers[unusedLedger]; l != nil {
		items = append(items, l.unusedOf(names).items(maxPack)...)
	}
	h := s.header
	h.Seq++
	sealed, err := h.seal()
	if err != nil {
		return err
	}
	return to.Commit(h.Seq, sealed, items, true)
}

// errNotEmpty is the error of Import into a state that holds something.
var errNotEmpty = errors.New("there is a state already")

// Import makes the ledgers of others, which share one secret, those of s, whose
// directory must be empty.
func (s *Store) Import(others []*Store) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.ledgers) > 0 || s.header.Seq > 0 {
		return errNotEmpty
	}
	for _, o := range others {
		h := o.header
		s.header.Secret, s.key = h.Secret, slices.Clone(h.Secret[:])
		s.header.Epoch = max(s.header.Epoch, h.Epoch)
		s.header.Seq = max(s.header.Seq, h.Seq)
		s.header.Floor = max(s.header.Floor, h.Floor)
		s.header.Committed = max(s.header.Committed, h.Committed)
		r := s.newReader(h.Secret[:])
		for _, it := range o.items() {
			if err := r.read(it); err != nil {
				return err
			}
		}
		if err := r.end(); err != nil {
			return err
		}
		if unused := s.ledgers[unusedLedger]; unused != nil { // of another account
			unused.adopt(r.ledgers[unusedLedger])
			delete(r.ledgers, unusedLedger)
		}
		maps.Copy(s.ledgers, r.ledgers)
	}
	s.header.Seq++
	if err := s.rewrite(); err != nil {
		return err
	}
	s.saveIdentity()
	return nil
}
