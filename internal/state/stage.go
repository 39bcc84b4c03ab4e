package state

import (
	"slices"
	"time"
)

// DropIdle drops the series that were not passed to Add or Observe since before, and the
// records that have neither been put nor read; it returns the number of series. A series
// that comes back starts at 0, later than it did before. Times of adding 0 and of reading
// are precise to a day.
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
func (t *Tx) cell(s *series, bounds []float64, now time.Time) *cell {
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
func (t *Tx) stage(s *series, e entry) *cell {
	s.tx, s.cell = t.number, int32(len(t.cells))
	t.cells = append(t.cells, cell{entry: e})
	return &t.cells[s.cell]
}

// newEntry returns a series that starts now, but later than every dropped series and
// than the epoch.
func (t *Tx) newEntry(s *series, bounds []float64, now time.Time) entry {
	start := max(now.UnixNano(), t.floor+int64(time.Millisecond))
	e := entry{series: s, since: start, changed: now.UnixNano()}
	if bounds != nil {
		e.histogram = newHistogram(slices.Clone(bounds))
	}
	return e
}
