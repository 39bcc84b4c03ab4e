package state

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// unusedLedger holds a record for each ledger that is not used: since when.
const (
	unusedLedger = "\x00unused"
	unusedKind   = "since"
)

// RetainLedgers deletes the ledgers that used has rejected at every call for at least
// the duration after, also over restarts, such as those of accounts that are no longer
// configured. The file is then rewritten, so that their content is in no free page;
// the backup follows with its interval. If the clock was set since the last call,
// the durations start again. It returns the names, sorted; its errors are those of
// Update.
func (s *Store) RetainLedgers(used func(name string) bool, after time.Duration) (removed []string, err error) {
	unused, err := s.ledger(unusedLedger)
	if err != nil {
		return nil, err
	}
	now := s.opts.Now()
	names, stepped := s.names(now)
	err = unused.Update(func(tx ledger.Tx) error {
		since := map[Key]bool{}
		for _, name := range names {
			if name == unusedLedger || used(name) {
				continue
			}
			since[tx.Hash(unusedKind, name)] = true
			if now.Sub(unusedSince(tx, name, now, stepped)) >= after {
				removed = append(removed, name)
			}
		}
		for key := range tx.Each(unusedKind) {
			if !since[key] {
				tx.Put(unusedKind, key, nil)
			}
		}
		return nil
	})
	if err != nil || len(removed) == 0 {
		return nil, err
	}
	return removed, s.remove(removed)
}

// unusedSince returns since when the ledger with that name is unused; it is now if
// there is no record, or restart is true.
func unusedSince(tx ledger.Tx, name string, now time.Time, restart bool) time.Time {
	key := tx.Hash(unusedKind, name)
	if b := tx.Get(unusedKind, key); len(b) == 8 && !restart {
		return time.Unix(0, int64(binary.LittleEndian.Uint64(b)))
	}
	tx.Put(unusedKind, key, binary.LittleEndian.AppendUint64(nil, uint64(now.UnixNano())))
	return now
}

// unusedOf returns what l, which is unusedLedger, says of the ledgers with those names.
func (l *Ledger) unusedOf(names []string) *Ledger {
	part := newLedger(l.name, l.store, l.hasher.secret)
	for _, name := range names {
		key := part.hasher.of(unusedKind, name)
		part.records.set(record{unusedKind, key}, l.records[unusedKind][key])
	}
	return part
}

// adopt adds the records of another ledger, which may be nil.
func (l *Ledger) adopt(other *Ledger) {
	if other == nil {
		return
	}
	for kind, items := range other.records {
		for key, it := range items {
			l.records.set(record{kind, key}, it)
		}
	}
}

// names returns the names of all ledgers, sorted, and whether the clock was set since the
// last call.
func (s *Store) names(now time.Time) (all []string, stepped bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.ledgers)), s.clock.Step(now) != 0
}

// remove deletes the ledgers with those sorted names in one commit.
func (s *Store) remove(names []string) error {
	ledgers := make([]*Ledger, 0, len(names))
	for _, name := range names {
		l, err := s.ledger(name)
		if err != nil {
			return err
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		ledgers = append(ledgers, l)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	floor := s.header.Floor
	for _, l := range ledgers {
		floor = max(floor, l.view.Load().newest())
	}
	if err := s.persist(floor, removal(ledgers)); err != nil {
		return err
	}
	for _, l := range ledgers {
		l.removed = true
		delete(s.ledgers, l.name)
	}
	err := withPath(s.path(), s.rewrite())
	s.recordOutcome(err, int(s.size.Load()))
	return err
}
