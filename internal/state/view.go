package state

import (
	"iter"
	"time"
)

// View is what a Ledger held after one of its commits. It never changes.
type View struct {
	// Cursor is where the source goes on; "" if it never said so.
	Cursor string
	// Seq grows with every View of the ledger that differs from the one before.
	Seq uint64
	// Len is the number of series.
	Len int
	// Marks is the number of keys that Tx.Seen knows.
	Marks int
	// Evicted counts the marks that were forgotten before their time because there
	// were too many. It is kept over restarts.
	Evicted uint64

	ledger *Ledger
	blocks []*block
}

// Value is one series of a View.
type Value struct {
	// Value of a counter.
	Value float64
	// Since is when the series was 0; Changed when it last grew or, to within a
	// day, was asked for by Tx.Zero.
	Since, Changed time.Time
	// Histogram is nil for counters.
	Histogram *Histogram
}

// All yields the series and their values, in no particular order but always in
// the same one while none is added or pruned.
func (v *View) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, b := range v.blocks {
			for i := range b {
				if e := &b[i]; e.series != nil && !yield(e.series.key, e.value()) {
					return
				}
			}
		}
	}
}

// Value returns one series, and whether there is such a one.
func (v *View) Value(series string) (Value, bool) {
	v.ledger.index.RLock()
	s, slot := v.ledger.index.series[series], noSlot
	if s != nil {
		slot = s.slot
	}
	v.ledger.index.RUnlock()
	// The index is newer than the view: what it names may not be here yet, or its
	// place may have been another's.
	if slot == noSlot || int(slot) >= len(v.blocks)*blockSize {
		return Value{}, false
	}
	e := v.at(slot)
	if e.series == nil || e.series.key != series {
		return Value{}, false
	}
	return e.value(), true
}

func (v *View) at(slot int32) *entry {
	return &v.blocks[slot/blockSize][slot%blockSize]
}

// blockSize is how many series are copied when one of them changes.
const blockSize = 64

type block [blockSize]entry

// entry is one series in memory; times are Unix nanoseconds.
type entry struct {
	series         *Series
	sum            sum
	since, changed int64
	histogram      *Histogram
}

func (e *entry) value() Value {
	return Value{
		Value:     e.sum.high,
		Since:     time.Unix(0, e.since).UTC(),
		Changed:   time.Unix(0, e.changed).UTC(),
		Histogram: e.histogram,
	}
}
