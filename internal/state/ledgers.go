package state

import (
	"iter"
	"time"

	public "github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// Ledgers returns the store as package scrape uses it.
func (s *Store) Ledgers() public.Store { return ledgers{s} }

type ledgers struct{ *Store }

func (s ledgers) Ledger(name string) (public.Ledger, error) {
	l, err := s.Store.Ledger(name)
	return sourceLedger{l}, err
}

func (s ledgers) Epoch() (number uint64, continued bool) {
	return s.Store.Epoch().Number, s.Origin() == First || s.Origin() == Resumed
}

type sourceLedger struct{ *Ledger }

func (l sourceLedger) View() public.View { return sourceView{l.Ledger.View()} }

func (l sourceLedger) Update(do func(public.Tx) error) error {
	return l.Ledger.Update(func(t *Tx) error { return do(sourceTx{t}) })
}

type sourceView struct{ v *View }

func (v sourceView) Cursor() string { return v.v.Cursor }
func (v sourceView) Len() int       { return v.v.Len }

func (v sourceView) All() iter.Seq2[string, public.Value] {
	return func(yield func(string, public.Value) bool) {
		for key, value := range v.v.All() {
			if !yield(key, publicValue(value)) {
				return
			}
		}
	}
}

func publicValue(v Value) public.Value {
	out := public.Value{Value: v.Value, Since: v.Since}
	if h := v.Histogram; h != nil {
		out.Histogram = &h.Distribution
	}
	return out
}

type sourceTx struct{ *Tx }

func (t sourceTx) Add(series []byte, delta float64, now time.Time) {
	t.AddTo(t.seriesOf(series), delta, now)
}

func (t sourceTx) Observe(series []byte, bounds []float64, value float64, now time.Time) {
	t.ObserveIn(t.seriesOf(series), bounds, value, now)
}

// seriesOf is Series without a copy of a key that is known.
func (t sourceTx) seriesOf(key []byte) *Series {
	if s := t.ledger.index.series[string(key)]; s != nil {
		return s
	}
	if s := t.fresh[string(key)]; s != nil {
		return s
	}
	return t.Series(string(key))
}

func (t sourceTx) Get(kind string, key Key) []byte { return t.GetKey(kind, key) }

func (t sourceTx) Put(kind string, key Key, value []byte) { t.PutKey(kind, key, value) }

func (t sourceTx) Once(name string, at time.Time) bool {
	if t.Seen(name) {
		return false
	}
	t.Remember(name, at)
	return true
}

func (t sourceTx) ForgetNames(before time.Time) { t.ForgetKeys(before) }
