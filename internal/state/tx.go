package state

import (
	"iter"
	"math"
	"slices"
	"time"
)

// Tx stages the changes of one Ledger.Update. Its methods see what was staged
// before. It is valid until the function passed to Update returns, and for one
// goroutine at a time.
type Tx struct {
	ledger *Ledger
	view   *View
	number uint64
	minute uint32 // the last whole one before now
	// horizon is the minute up to which seen keys are forgotten.
	horizon uint32
	floor   int64 // new series start later than this

	cursor     string
	cells      []cell
	fresh      map[string]*Series // not committed yet
	remembered map[Key]uint32
	puts       map[record][]byte
	plan       plan
	free       []int32 // unused slots after this Tx
}

// cell is the staged state of one series.
type cell struct {
	entry
	dropped bool
	// slot is that after this Tx, added is true if it is a new one; set by Tx.next.
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
		*t = Tx{ledger: l, fresh: map[string]*Series{}, remembered: map[Key]uint32{}, puts: map[record][]byte{}}
	}
	t.view = l.view.Load()
	t.number = l.store.transactions.Add(1)
	t.minute, t.horizon = minuteOf(l.store.opts.Now()), 0
	t.floor = l.store.floor.Load()
	t.cursor = t.view.Cursor
	return t
}

// reset clears what was staged.
func (t *Tx) reset() {
	if len(t.cells)+len(t.fresh)+len(t.remembered)+len(t.puts) > keepScratch {
		*t = Tx{}
		return
	}
	clear(t.cells)
	t.cells = t.cells[:0]
	clear(t.fresh)
	clear(t.remembered)
	clear(t.puts)
	t.plan, t.free = plan{}, nil
}

// keepScratch bounds the maps that are reused: the time to clear a map depends on
// the most entries that it ever held.
const keepScratch = 10_000

func (t *Tx) empty() bool {
	return len(t.cells)+len(t.puts)+len(t.remembered) == 0 && t.cursor == t.view.Cursor
}

// Cursor returns the staged cursor; "" if none was ever set.
func (t *Tx) Cursor() string { return t.cursor }

// SetCursor stages the cursor: where the next request continues.
func (t *Tx) SetCursor(cursor string) { t.cursor = cursor }

// Seen reports whether key was remembered and is not forgotten.
func (t *Tx) Seen(key string) bool {
	k := t.Hash(seenKind, key)
	minute, ok := t.remembered[k]
	if !ok {
		minute = t.ledger.seen.minutes[k]
	}
	return minute > t.horizon
}

// seenKind separates the hashes of seen keys from those of records.
const seenKind = "\x00mark"

// Remember keeps key until ForgetKeys is called with a time after at, or until
// there are more than Options.MaxSeen keys and it is among the oldest. It does not
// depend on the clock: a process that was down for a week still knows its keys.
func (t *Tx) Remember(key string, at time.Time) {
	k := t.Hash(seenKind, key)
	minute := minuteAfter(at)
	if minute > t.remembered[k] && minute > t.ledger.seen.minutes[k] && minute > t.horizon {
		t.remembered[k] = minute
	}
}

// ForgetKeys forgets the keys from before a time, to the minute, with the next
// commit.
func (t *Tx) ForgetKeys(before time.Time) { t.horizon = max(t.horizon, minuteOf(before)) }

// Hash returns the Key under which a record of that kind and key is kept.
func (t *Tx) Hash(kind, key string) Key { return t.ledger.hasher.of(kind, key) }

// Get returns a record, nil if there is none. The caller must not modify it.
func (t *Tx) Get(kind, key string) []byte { return t.GetKey(kind, t.Hash(kind, key)) }

// GetKey is Get with a Key from Each or Hash.
func (t *Tx) GetKey(kind string, key Key) []byte {
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
// names of kinds. The key itself is not stored: parts that are needed again belong
// into the value.
func (t *Tx) Put(kind, key string, value []byte) { t.PutKey(kind, t.Hash(kind, key), value) }

// PutKey is Put with a Key from Each or Hash.
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

// Each yields the records of a kind in no particular order. Records may be put and
// deleted during the iteration; whether a new one is yielded is undefined.
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

// Value returns a series as staged, and whether it exists. Its Histogram is valid
// until the next Observe.
func (t *Tx) Value(series string) (Value, bool) {
	s := t.Series(series)
	if s.tx == t.number {
		c := &t.cells[s.cell]
		return c.value(), !c.dropped
	}
	if s.slot == noSlot {
		return Value{}, false
	}
	return t.view.at(s.slot).value(), true
}

// Series returns the handle of a key, whose series need not exist.
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

// Add adds delta to a counter, which is created if need be and starts now. It
// returns false, and changes nothing, if delta is negative or not finite, if the
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

// Observe counts value in a histogram with those bounds, which is created if need
// be, and created again if its bounds differ. It returns false, and changes nothing,
// in the same cases as Add.
func (t *Tx) Observe(series string, bounds []float64, value float64, now time.Time) bool {
	return t.ObserveIn(t.Series(series), bounds, value, now)
}

// ObserveIn is Observe for a handle.
func (t *Tx) ObserveIn(s *Series, bounds []float64, value float64, now time.Time) bool {
	if !(value >= 0) || math.IsInf(value, 1) {
		return false
	}
	bounds = notNil(bounds)
	c := t.cell(s, bounds, now)
	if c == nil || c.histogram == nil {
		return false
	}
	if !slices.Equal(c.histogram.Bounds, bounds) {
		t.floor = max(t.floor, c.since)
		c.entry = t.newEntry(c.series, bounds, now)
		c.owned = true
	}
	if !c.owned {
		c.histogram, c.owned = c.histogram.clone(), true
	}
	c.changed = max(c.changed, now.UnixNano())
	return c.histogram.observe(value)
}
