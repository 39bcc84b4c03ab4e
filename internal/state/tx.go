package state

import (
	"iter"
	"math"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// Tx stages the changes of one Ledger.Update. Its methods see what was staged
// before. It is valid until the function passed to Update returns, and for one
// goroutine at a time.
type Tx struct {
	ledger *Ledger
	view   *View
	minute uint32 // the last whole one before now
	// horizon is the minute up to which seen keys are forgotten.
	horizon uint32
	floor   int64 // new series start later than this

	cursor     string
	cells      []cell
	staged     map[seriesID]int32 // the indices of cells
	remembered map[Key]uint32
	puts       map[record][]byte
	plan       plan
	free       []int32 // unused slots after this Tx
}

// cell is the staged state of one series.
type cell struct {
	entry
	dropped bool
	// slot is noSlot before Tx.next has given a new series one, and added then true.
	slot  int32
	added bool
	// owned is true if the histogram is a copy that may be modified.
	owned bool
}

// beginTx prepares the ledger's Tx, whose maps and slices are reused by every
// Update.
func (l *Ledger) beginTx() *Tx {
	t := &l.tx
	if t.ledger == nil {
		*t = Tx{ledger: l, staged: map[seriesID]int32{}, remembered: map[Key]uint32{}, puts: map[record][]byte{}}
	}
	t.view = l.view.Load()
	t.minute, t.horizon = minuteOf(l.store.opts.Now()), 0
	t.floor = l.store.floor.Load()
	t.cursor = t.view.cursor
	return t
}

// reset clears what was staged.
func (t *Tx) reset() {
	if len(t.cells)+len(t.remembered)+len(t.puts) > keepScratch {
		*t = Tx{}
		return
	}
	clear(t.cells)
	t.cells = t.cells[:0]
	clear(t.staged)
	clear(t.remembered)
	clear(t.puts)
	t.plan, t.free = plan{}, nil
}

// keepScratch bounds the maps that are reused: the time to clear a map depends on
// the most entries that it ever held.
const keepScratch = 1_000

func (t *Tx) empty() bool {
	return len(t.cells)+len(t.puts)+len(t.remembered) == 0 && t.cursor == t.view.cursor
}

// SetCursor stages the cursor: where the next request continues.
func (t *Tx) SetCursor(cursor string) { t.cursor = cursor }

// Once remembers the name of an event from a time, and reports whether it was not known
// before. A name is kept until ForgetNames is called with a time after at, or until
// there are more than Options.MaxSeen names and it is among the oldest. That does not
// depend on the clock: a process that was down for a week still knows its names.
func (t *Tx) Once(name string, at time.Time) bool {
	k := t.Hash(ledger.EventKind, name)
	minute, ok := t.remembered[k]
	if !ok {
		minute = t.ledger.seen.minute(k)
	}
	if minute > t.horizon {
		return false
	}
	if minute = minuteAfter(at); minute > t.horizon {
		t.remembered[k] = minute
	}
	return true
}

// ForgetNames forgets the names from before a time, to the minute, with the next
// commit.
func (t *Tx) ForgetNames(before time.Time) { t.horizon = max(t.horizon, minuteOf(before)) }

// Hash returns the Key under which a record of that kind and name is kept.
func (t *Tx) Hash(kind, name string) Key { return t.ledger.hasher.of(kind, name) }

// Get returns a record, nil if there is none. The caller must not modify it.
func (t *Tx) Get(kind string, key Key) []byte {
	id := record{kind, key}
	if value, ok := t.puts[id]; ok {
		return value
	}
	it := t.ledger.records[kind][key]
	if it.value != nil && int64(t.minute)-int64(it.minute) >= int64(touchEvery/time.Minute) {
		t.puts[id] = it.value
	}
	return it.value
}

// Put stores a copy of value as a record; nil deletes it. The caller chooses the
// names of kinds. The name itself is not stored: parts that are needed again belong
// into the value.
func (t *Tx) Put(kind string, key Key, value []byte) {
	old := t.Get(kind, key)
	if (old == nil) == (value == nil) && slices.Equal(old, value) {
		return
	}
	if value != nil {
		value = append([]byte{}, value...)
	}
	t.puts[record{kind, key}] = value
}

// Each yields the records of a kind in no particular order. Records may be put and
// deleted during the iteration; whether a new one is yielded is undefined.
func (t *Tx) Each(kind string) iter.Seq2[Key, []byte] {
	return func(yield func(Key, []byte) bool) {
		committed := t.ledger.records[kind]
		for key := range committed {
			if value := t.Get(kind, key); value != nil && !yield(key, value) {
				return
			}
		}
		for id, value := range t.puts {
			if _, met := committed[id.key]; met || id.kind != kind || value == nil {
				continue
			}
			if !yield(id.key, value) {
				return
			}
		}
	}
}

// Add adds value to a counter, or counts it in the histogram with those bounds. The series
// is created if need be and starts now; a histogram is created again if its bounds differ.
// It changes nothing if value is negative or not finite, if the series is of the other
// kind, except that 0 without bounds notes its use, or if its key is empty or longer than
// 32 KiB.
func (t *Tx) Add(key []byte, bounds []float64, value float64, now time.Time) {
	if !(value >= 0) || math.IsInf(value, 1) {
		return
	}
	var c *cell
	_, metric, labels := t.ledger.keys.split(key)
	if i, staged := t.staged[seriesID{string(labels), metric}]; staged {
		if c = &t.cells[i]; c.dropped {
			*c = cell{entry: t.newEntry(c.id(), bounds, now), slot: c.slot, owned: true}
		}
	} else {
		slot := t.ledger.series.find(t.view, metric, labels)
		if bounds == nil && value == 0 && t.isTouched(slot, now) {
			return
		}
		c = t.stage(key, slot, bounds, now)
	}
	switch {
	case c == nil, bounds != nil && c.histogram == nil, bounds == nil && c.histogram != nil && value > 0:
		return
	case bounds != nil:
		t.observe(c, bounds, value, now)
	default:
		total, ok := c.sum.add(value)
		if !ok {
			return
		}
		c.sum = total
	}
	c.changed = max(c.changed, minuteOf(now))
}

// isTouched reports whether a committed series was used so lately that adding 0 changes
// nothing.
func (t *Tx) isTouched(slot int32, now time.Time) bool {
	return slot != noSlot && int64(minuteOf(now))-int64(t.view.at(slot).changed) < int64(touchEvery/time.Minute)
}

// observe counts value in the histogram of c.
func (t *Tx) observe(c *cell, bounds []float64, value float64, now time.Time) {
	if !slices.Equal(c.histogram.Bounds, bounds) {
		t.floor = max(t.floor, c.since)
		c.entry = t.newEntry(c.id(), bounds, now)
		c.owned = true
	}
	if !c.owned {
		c.histogram, c.owned = c.histogram.clone(), true
	}
	c.histogram.observe(value)
}
