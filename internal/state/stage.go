package state

import (
	"slices"
	"time"
)

// Zero makes a counter exist, at 0 from now on if there was none. It reports
// false where Add does.
func (t *Tx) Zero(series string, now time.Time) bool {
	return t.zero(t.Series(series), nil, now)
}

// ZeroHistogram is Zero for a histogram.
func (t *Tx) ZeroHistogram(series string, bounds []float64, now time.Time) bool {
	return t.zero(t.Series(series), present(bounds), now)
}

// present makes bounds differ from nil, which stands for a counter.
func present(bounds []float64) []float64 {
	if bounds == nil {
		return []float64{}
	}
	return bounds
}

func (t *Tx) zero(s *Series, bounds []float64, now time.Time) bool {
	s = t.attach(s)
	if s.tx != t.number && s.slot != noSlot {
		e := t.view.at(s.slot)
		if now.UnixNano()-e.changed < int64(askedEvery) {
			return (e.histogram != nil) == (bounds != nil)
		}
	}
	c := t.cell(s, bounds, now)
	if c == nil {
		return false
	}
	c.changed = max(c.changed, now.UnixNano())
	return (c.histogram != nil) == (bounds != nil)
}

// Prune forgets the series that have neither grown nor been asked for by Zero
// since before, and the records that have neither been put nor read; it returns
// how many series. One that comes back begins at 0, and later than it did before.
// It is known to within a day when something was asked for.
func (t *Tx) Prune(before time.Time) (n int) {
	t.pruneRecords(minuteOf(before))
	limit := before.UnixNano()
	return t.drop(func(e *entry) bool { return e.changed < limit })
}

// Drop forgets the series whose keys it is told to, as Prune does; it returns how
// many.
func (t *Tx) Drop(which func(series string) bool) (n int) {
	return t.drop(func(e *entry) bool { return which(e.series.key) })
}

// drop forgets the series that are which, but those that have been staged.
func (t *Tx) drop(which func(*entry) bool) (n int) {
	for _, b := range t.view.blocks {
		for i := range b {
			e := &b[i]
			if e.series == nil || e.series.tx == t.number || !which(e) {
				continue
			}
			t.floor = max(t.floor, e.since)
			t.stage(e.series, entry{series: e.series, since: e.since}).pruned = true
			n++
		}
	}
	return n
}

func (t *Tx) pruneRecords(before uint32) {
	for kind, items := range t.ledger.records {
		for key, it := range items {
			id := record{kind, key}
			if _, staged := t.puts[id]; !staged && it.minute < before {
				t.puts[id] = nil
			}
		}
	}
}

// cell returns the staged state of s, as it was committed or else new, with
// bounds for a histogram; nil if its key cannot be stored.
func (t *Tx) cell(s *Series, bounds []float64, now time.Time) *cell {
	if s.tx != t.number {
		s = t.attach(s)
	}
	if s.tx == t.number {
		c := &t.cells[s.cell]
		if c.pruned {
			*c = cell{entry: t.birth(s, bounds, now), owned: true}
		}
		return c
	}
	if s.slot != noSlot {
		return t.stage(s, *t.view.at(s.slot))
	}
	if s.key == "" || len(s.key) > maxSeriesKey {
		return nil
	}
	c := t.stage(s, t.birth(s, bounds, now))
	c.owned = true
	return c
}

// stage adds a cell for s.
func (t *Tx) stage(s *Series, e entry) *cell {
	s.tx, s.cell = t.number, int32(len(t.cells))
	t.cells = append(t.cells, cell{entry: e})
	return &t.cells[s.cell]
}

// attach returns the handle that stands for the key of s in this transaction: s
// itself, unless it was pruned, was never committed, or is another ledger's.
func (t *Tx) attach(s *Series) *Series {
	if s.owner == t.ledger && s.slot != noSlot {
		return s
	}
	if known := t.ledger.index.series[s.key]; known != nil {
		return known
	}
	if known := t.fresh[s.key]; known != nil {
		return known
	}
	if s.owner != t.ledger {
		return t.Series(s.key)
	}
	t.fresh[s.key] = s
	return s
}

// birth is a series that begins now, but later than whatever had its name before
// and later than the epoch.
func (t *Tx) birth(s *Series, bounds []float64, now time.Time) entry {
	start := max(now.UnixNano(), t.floor+int64(time.Millisecond))
	e := entry{series: s, since: start, changed: now.UnixNano()}
	if bounds != nil {
		e.histogram = newHistogram(slices.Clone(bounds))
	}
	return e
}
