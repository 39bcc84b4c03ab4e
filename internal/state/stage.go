package state

import (
	"slices"
	"time"
)

// Zero creates a counter at 0 that starts now, unless it exists. It returns false
// in the same cases as Add.
func (t *Tx) Zero(series string, now time.Time) bool {
	return t.zero(t.Series(series), nil, now)
}

// ZeroHistogram is Zero for a histogram.
func (t *Tx) ZeroHistogram(series string, bounds []float64, now time.Time) bool {
	return t.zero(t.Series(series), notNil(bounds), now)
}

// notNil returns bounds, empty if nil: nil bounds mean a counter.
func notNil(bounds []float64) []float64 {
	if bounds == nil {
		return []float64{}
	}
	return bounds
}

func (t *Tx) zero(s *Series, bounds []float64, now time.Time) bool {
	s = t.handleOf(s)
	if s.tx != t.number && s.slot != noSlot {
		e := t.view.at(s.slot)
		if now.UnixNano()-e.changed < int64(touchEvery) {
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

// DropIdle drops the series that have neither grown nor been passed to Zero since
// before, and the records that have neither been put nor read; it returns the number
// of series. A series that comes back starts at 0, later than it did before. Times of
// Zero and of reading are precise to a day.
func (t *Tx) DropIdle(before time.Time) (n int) {
	t.dropIdleRecords(minuteOf(before))
	limit := before.UnixNano()
	return t.drop(func(e *entry) bool { return e.changed < limit })
}

// DropSeries drops the series whose keys which accepts, and returns their number.
func (t *Tx) DropSeries(which func(series string) bool) (n int) {
	return t.drop(func(e *entry) bool { return which(e.series.key) })
}

// drop drops the series that which accepts, except those that are staged.
func (t *Tx) drop(which func(*entry) bool) (n int) {
	for _, b := range t.view.blocks {
		for i := range b {
			e := &b[i]
			if e.series == nil || e.series.tx == t.number || !which(e) {
				continue
			}
			t.floor = max(t.floor, e.since)
			t.stage(e.series, entry{series: e.series, since: e.since}).dropped = true
			n++
		}
	}
	return n
}

func (t *Tx) dropIdleRecords(before uint32) {
	for kind, items := range t.ledger.records {
		for key, it := range items {
			id := record{kind, key}
			if _, staged := t.puts[id]; !staged && it.minute < before {
				t.puts[id] = nil
			}
		}
	}
}

// cell returns the staged state of s: as committed, or new with bounds (nil for a
// counter); nil if its key cannot be stored.
func (t *Tx) cell(s *Series, bounds []float64, now time.Time) *cell {
	if s.tx != t.number {
		s = t.handleOf(s)
	}
	if s.tx == t.number {
		c := &t.cells[s.cell]
		if c.dropped {
			*c = cell{entry: t.newEntry(s, bounds, now), owned: true}
		}
		return c
	}
	if s.slot != noSlot {
		return t.stage(s, *t.view.at(s.slot))
	}
	if s.key == "" || len(s.key) > maxSeriesKey {
		return nil
	}
	c := t.stage(s, t.newEntry(s, bounds, now))
	c.owned = true
	return c
}

// stage adds a cell for s.
func (t *Tx) stage(s *Series, e entry) *cell {
	s.tx, s.cell = t.number, int32(len(t.cells))
	t.cells = append(t.cells, cell{entry: e})
	return &t.cells[s.cell]
}

// handleOf returns the handle for the key of s in this transaction: s itself,
// unless it was dropped, was never committed, or belongs to another ledger.
func (t *Tx) handleOf(s *Series) *Series {
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

// newEntry returns a series that starts now, but later than every dropped series and
// than the epoch.
func (t *Tx) newEntry(s *Series, bounds []float64, now time.Time) entry {
	start := max(now.UnixNano(), t.floor+int64(time.Millisecond))
	e := entry{series: s, since: start, changed: now.UnixNano()}
	if bounds != nil {
		e.histogram = newHistogram(slices.Clone(bounds))
	}
	return e
}
