package state

import (
	"iter"
	"math"
	"slices"
	"time"
)

// Tx stages the changes of one Ledger.Update. Its methods see what was staged
// before them. It may be used only until the function that it was given to
// returns, and by one goroutine at a time.
type Tx struct {
	ledger *Ledger
	view   *View
	number uint64
	minute uint32 // the last whole one before now
	// horizon is the minute up to which marks are forgotten.
	horizon uint32
	floor   int64 // series that are new start later than this

	cursor string
	cells  []cell
	fresh  map[string]*Series // not committed yet
	marked map[Key]uint32
	puts   map[record][]byte
	plan   plan
}

// cell is the staged state of one series.
type cell struct {
	entry
	pruned bool
	// owned is true once the histogram is a copy that may be written to.
	owned bool
}

// begin makes the ledger's Tx ready for use: its maps and slices live on from
// one Update to the next.
func (l *Ledger) begin() *Tx {
	t := &l.tx
	if t.ledger == nil {
		*t = Tx{ledger: l, fresh: map[string]*Series{}, marked: map[Key]uint32{}, puts: map[record][]byte{}}
	}
	t.view = l.view.Load()
	t.number = l.store.transactions.Add(1)
	t.minute, t.horizon = minuteOf(l.store.opts.Now()), 0
	t.floor = l.store.floor.Load()
	t.cursor = t.view.Cursor
	return t
}

// end forgets what was staged.
func (t *Tx) end() {
	if len(t.cells)+len(t.fresh)+len(t.marked)+len(t.puts) > keepScratch {
		*t = Tx{}
		return
	}
	clear(t.cells)
	t.cells = t.cells[:0]
	clear(t.fresh)
	clear(t.marked)
	clear(t.puts)
	t.plan = plan{}
}

// keepScratch bounds what is kept for the next Update: clearing a map takes time
// by the most that it ever held.
const keepScratch = 10_000

func (t *Tx) empty() bool {
	return len(t.cells)+len(t.puts)+len(t.marked) == 0 && t.cursor == t.view.Cursor
}

// Cursor returns where the source goes on; "" if it never said so.
func (t *Tx) Cursor() string { return t.cursor }

// SetCursor keeps where the source goes on.
func (t *Tx) SetCursor(cursor string) { t.cursor = cursor }

// Seen reports whether key was marked and is not forgotten.
func (t *Tx) Seen(key string) bool {
	k := t.Hash(markKind, key)
	minute, ok := t.marked[k]
	if !ok {
		minute = t.ledger.marks.minutes[k]
	}
	return minute > t.horizon
}

// markKind separates marks from the records.
const markKind = "\x00mark"

// Mark keeps key until Forget is called with a time after at, or until there
// are more than Options.MaxMarks and it is among the oldest. It doesn't depend
// on the clock: a process that was down for a week still knows what it has seen.
func (t *Tx) Mark(key string, at time.Time) {
	k := t.Hash(markKind, key)
	minute := minuteAfter(at)
	if minute > t.marked[k] && minute > t.ledger.marks.minutes[k] && minute > t.horizon {
		t.marked[k] = minute
	}
}

// Forget drops the marks from before a time, to the minute, once something else
// is committed.
func (t *Tx) Forget(before time.Time) { t.horizon = max(t.horizon, minuteOf(before)) }

// Hash returns the Key under which a record of that kind and key is kept.
func (t *Tx) Hash(kind, key string) Key { return t.ledger.hasher.of(kind, key) }

// Get returns a record, nil if there is none. It must not be written to.
func (t *Tx) Get(kind, key string) []byte { return t.GetKey(kind, t.Hash(kind, key)) }

// GetKey is Get for a Key from Each or Hash.
func (t *Tx) GetKey(kind string, key Key) []byte {
	id := record{kind, key}
	if value, ok := t.puts[id]; ok {
		return value
	}
	it := t.ledger.records[kind][key]
	if it.value != nil && int64(t.minute)-int64(it.minute) >= int64(askedEvery/time.Minute) {
		t.puts[id] = it.value
	}
	return it.value
}

// Put keeps a copy of value as a record; nil deletes it. The kind is a name that
// the caller chooses. What of the key is needed
// again has to be in the value, for the key itself is not kept.
func (t *Tx) Put(kind, key string, value []byte) { t.PutKey(kind, t.Hash(kind, key), value) }

// PutKey is Put for a Key from Each or Hash.
func (t *Tx) PutKey(kind string, key Key, value []byte) {
	old := t.GetKey(kind, key)
	if (old == nil) == (value == nil) && slices.Equal(old, value) {
		return
	}
	if value != nil {
		value = append([]byte{}, value...)
	}
	t.puts[record{kind, key}] = value
}

// Each yields the records of a kind in no particular order. Records may be put
// and deleted meanwhile; whether one that is new is met is undefined.
func (t *Tx) Each(kind string) iter.Seq2[Key, []byte] {
	return func(yield func(Key, []byte) bool) {
		committed := t.ledger.records[kind]
		for key := range committed {
			if value := t.GetKey(kind, key); value != nil && !yield(key, value) {
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

// Value returns a series as staged, and whether there is such a one. Its
// Histogram is good until the next Observe.
func (t *Tx) Value(series string) (Value, bool) {
	s := t.Series(series)
	if s.tx == t.number {
		c := &t.cells[s.cell]
		return c.value(), !c.pruned
	}
	if s.slot == noSlot {
		return Value{}, false
	}
	return t.view.at(s.slot).value(), true
}

// Series returns the handle of the series with that key, which need not exist.
func (t *Tx) Series(key string) *Series {
	if s := t.ledger.index.series[key]; s != nil {
		return s
	}
	s := t.fresh[key]
	if s == nil {
		s = &Series{key: key, owner: t.ledger, slot: noSlot}
		t.fresh[key] = s
	}
	return s
}

// Add adds delta to a counter, which begins at 0 now if there is none. It
// reports false, and changes nothing, if delta is negative or not finite, if the
// series is a histogram, or if its key is empty or longer than 32 KiB.
func (t *Tx) Add(series string, delta float64, now time.Time) bool {
	return t.AddTo(t.Series(series), delta, now)
}

// AddTo is Add for a handle.
func (t *Tx) AddTo(s *Series, delta float64, now time.Time) bool {
	if !(delta >= 0) || math.IsInf(delta, 1) {
		return false
	}
	if delta == 0 {
		return t.zero(s, nil, now)
	}
	c := t.cell(s, nil, now)
	if c == nil || c.histogram != nil {
		return false
	}
	total, ok := c.sum.add(delta)
	if ok {
		c.sum, c.changed = total, max(c.changed, now.UnixNano())
	}
	return ok
}

// Observe counts value in a histogram with those bounds, which begins now if
// there is none, and again if it had other bounds. It reports false, and changes
// nothing, where Add does.
func (t *Tx) Observe(series string, bounds []float64, value float64, now time.Time) bool {
	return t.ObserveIn(t.Series(series), bounds, value, now)
}

// ObserveIn is Observe for a handle.
func (t *Tx) ObserveIn(s *Series, bounds []float64, value float64, now time.Time) bool {
	if !(value >= 0) || math.IsInf(value, 1) {
		return false
	}
	bounds = present(bounds)
	c := t.cell(s, bounds, now)
	if c == nil || c.histogram == nil {
		return false
	}
	if !slices.Equal(c.histogram.Bounds, bounds) {
		t.floor = max(t.floor, c.since)
		c.entry = t.birth(c.series, bounds, now)
		c.owned = true
	}
	if !c.owned {
		c.histogram, c.owned = c.histogram.clone(), true
	}
	c.changed = max(c.changed, now.UnixNano())
	return c.histogram.observe(value)
}
