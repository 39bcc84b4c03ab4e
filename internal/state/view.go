package state

import (
	"iter"
	"time"
)

// View is the content of a Ledger after one commit. It is immutable.
type View struct {
	// Cursor is where the next request continues; "" if none was ever set.
	Cursor string
	// Seq grows with every commit of the ledger.
	Seq uint64
	// Len is the number of series.
	Len int
	// Seen is the number of keys that Tx.Seen knows.
	Seen int
	// Evicted counts the keys that were forgotten early because of Options.MaxSeen.
	// It survives restarts.
	Evicted uint64

	ledger *Ledger
	blocks []*block
}

// Value is one series of a View.
type Value struct {
	// Value of a counter.
	Value float64
	// Since is when the series was 0, Changed when it last grew or, to within a day,
	// was passed to Tx.Zero.
	Since, Changed time.Time
	// Histogram is nil for counters.
	Histogram *Histogram
}

// All yields the series and their values, in an order that stays the same while no
// series is added or dropped.
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

// Value returns one series, and whether it exists.
func (v *View) Value(series string) (Value, bool) {
	v.ledger.index.RLock()
	s, slot := v.ledger.index.series[series], noSlot
	if s != nil {
		slot = s.slot
	}
	v.ledger.index.RUnlock()
	// The index may be newer than the view: the series may not be in it yet, or
	// another series may have had its slot.
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

// blockSize is the number of series that are copied, and written to the file, when one
// of them changes. It is part of the schema. With 16 a row has half a page: a commit
// that changes 200 series out of 100,000 writes as much as with a key for each series
// (1.0 MiB; with 64 it is 3.3 MiB), and a first commit has 16 times fewer keys.
const blockSize = 16

type block [blockSize]entry

// maxBlocks bounds the number of a block, which comes from the file.
const maxBlocks = 1 << 26 / blockSize

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
