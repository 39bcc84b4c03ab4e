package state

import (
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// DropIdle drops the series that were not passed to Add or Observe since before, and the
// records that have neither been put nor read; it returns the number of series. A series
// that comes back starts at 0, later than it did before. Times of adding 0 and of reading
// are precise to a day.
func (t *Tx) DropIdle(before time.Time) (n int) {
	t.dropIdleRecords(minuteOf(before))
	limit := minuteOf(before)
	return t.drop(func(e *entry) bool { return e.changed < limit })
}

// DropSeries drops the series whose keys which accepts, and returns their number.
func (t *Tx) DropSeries(which func(ledger.Series) bool) (n int) {
	return t.drop(func(e *entry) bool { return which(t.view.nameOf(e.id())) })
}

// drop drops the series that which accepts, except those that are staged.
func (t *Tx) drop(which func(*entry) bool) (n int) {
	for number, b := range t.view.blocks {
		for i := range b {
			e := &b[i]
			if e.metric == 0 || !which(e) {
				continue
			}
			if _, staged := t.staged[e.id()]; staged {
				continue
			}
			t.floor = max(t.floor, e.since)
			t.add(cell{entry: entry{labels: e.labels, metric: e.metric, since: e.since}, slot: int32(number*blockSize + i), dropped: true})
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

// stage adds a cell for the series at a slot as it is committed, or for a new one with
// bounds (nil for a counter); it returns nil if the key of that cannot be stored.
func (t *Tx) stage(key []byte, slot int32, bounds []float64, now time.Time) *cell {
	if slot != noSlot {
		return t.add(cell{entry: *t.view.at(slot), slot: slot})
	}
	if len(key) == 0 || len(key) > maxSeriesKey {
		return nil
	}
	return t.add(cell{entry: t.newEntry(t.ledger.keys.id(key), bounds, now), slot: noSlot, owned: true})
}

func (t *Tx) add(c cell) *cell {
	t.staged[c.id()] = int32(len(t.cells))
	t.cells = append(t.cells, c)
	return &t.cells[len(t.cells)-1]
}

// newEntry returns a series that starts now, but later than every dropped series and
// than the epoch.
func (t *Tx) newEntry(id seriesID, bounds []float64, now time.Time) entry {
	start := max(now.UnixNano(), t.floor+int64(time.Millisecond))
	e := entry{labels: id.labels, metric: id.metric, since: start, changed: minuteOf(now)}
	if bounds != nil {
		e.histogram = newHistogram(slices.Clone(bounds))
	}
	return e
}
