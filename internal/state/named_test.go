package state

import (
	"iter"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// testTx is a Tx whose series and records have names, with what tests alone ask for.
type testTx struct{ *Tx }

func (l *Ledger) update(do func(testTx) error) error {
	return l.Update(func(tx ledger.Tx) error { return do(testTx{tx.(*Tx)}) })
}

func (l *Ledger) newest() *View { return l.view.Load() }

func (t testTx) Cursor() string { return t.cursor }

func (t testTx) Add(series string, delta float64, now time.Time) {
	t.Tx.Add([]byte(series), nil, delta, now)
}

func (t testTx) Zero(series string, now time.Time) { t.Add(series, 0, now) }

func (t testTx) Observe(series string, bounds []float64, value float64, now time.Time) {
	t.Tx.Add([]byte(series), bounds, value, now)
}

func (t testTx) Get(kind, name string) []byte { return t.Tx.Get(kind, t.Hash(kind, name)) }

func (t testTx) Put(kind, name string, value []byte) { t.Tx.Put(kind, t.Hash(kind, name), value) }

// Seen reports whether a name is remembered.
func (t testTx) Seen(name string) bool {
	k := t.Hash(ledger.EventKind, name)
	minute, ok := t.remembered[k]
	if !ok {
		minute = t.ledger.seen.minute(k)
	}
	return minute > t.horizon
}

// Remember is Once for what follows.
func (t testTx) Remember(name string, at time.Time) { t.Once(name, at) }

// Value returns a series as staged, and whether it exists.
func (t testTx) Value(key string) (ledger.Value, bool) {
	_, metric, labels := t.ledger.keys.split([]byte(key))
	if i, staged := t.staged[seriesID{string(labels), metric}]; staged {
		c := &t.cells[i]
		return c.value(), !c.dropped
	}
	slot := t.ledger.series.find(t.view, metric, labels)
	if slot == noSlot {
		return ledger.Value{}, false
	}
	return t.view.at(slot).value(), true
}

// named yields the series by their whole keys.
func (v *View) named() iter.Seq2[string, ledger.Value] {
	return func(yield func(string, ledger.Value) bool) {
		for key, value := range v.All() {
			if !yield(key.Key(), value) {
				return
			}
		}
	}
}

// Value returns one series, and whether it exists.
func (v *View) Value(series string) (ledger.Value, bool) {
	for key, value := range v.named() {
		if key == series {
			return value, true
		}
	}
	return ledger.Value{}, false
}
