package main

import (
	"crypto/rand"
	"crypto/sha256"
	"iter"
	"maps"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// store is a ledger.Store in memory: a restart begins with nothing.
type store struct {
	key []byte

	mu      sync.Mutex
	ledgers map[string]*memory
}

func newStore() *store { return &store{key: []byte(rand.Text()), ledgers: map[string]*memory{}} }

func (s *store) Ledger(name string) (ledger.Ledger, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.ledgers[name]
	if m == nil {
		m = &memory{}
		m.view.Store(&content{series: map[ledger.Series]ledger.Value{}, records: map[record][]byte{}, seen: map[string]time.Time{}})
		s.ledgers[name] = m
	}
	return m, nil
}

func (s *store) Key() []byte                            { return s.key }
func (s *store) Epoch() (number uint64, continued bool) { return 1, true }
func (s *store) Writable() bool                         { return true }

func (s *store) RetainLedgers(func(string) bool, time.Duration) ([]string, error) { return nil, nil }

// memory is a ledger.Ledger. Each Update changes a copy of everything, which becomes
// visible at its end: simple, and slow for many series.
type memory struct {
	updating sync.Mutex
	view     atomic.Pointer[content]
}

func (m *memory) View() ledger.View { return m.view.Load() }

func (m *memory) Update(do func(ledger.Tx) error) error {
	m.updating.Lock()
	defer m.updating.Unlock()
	next := m.view.Load().clone()
	if err := do(&tx{next}); err != nil {
		return err
	}
	m.view.Store(next)
	return nil
}

// record names a record.
type record struct {
	kind string
	key  ledger.Key
}

// content is everything in a ledger. It is a ledger.View.
type content struct {
	cursor  string
	series  map[ledger.Series]ledger.Value
	records map[record][]byte
	seen    map[string]time.Time
}

func (c *content) Cursor() string                              { return c.cursor }
func (c *content) Len() int                                    { return len(c.series) }
func (c *content) All() iter.Seq2[ledger.Series, ledger.Value] { return maps.All(c.series) }

func (c *content) clone() *content {
	return &content{c.cursor, maps.Clone(c.series), maps.Clone(c.records), maps.Clone(c.seen)}
}

// tx is a ledger.Tx.
type tx struct{ *content }

func (t *tx) SetCursor(cursor string) { t.cursor = cursor }

func (t *tx) Add(series []byte, bounds []float64, value float64, now time.Time) {
	if !(value >= 0) || math.IsInf(value, 1) {
		return
	}
	key := ledger.SeriesOf(string(series))
	v, known := t.series[key]
	if !known {
		v.Since = now
	}
	switch {
	case bounds == nil:
		v.Value += value
	case known:
		v.Histogram = v.Histogram.Clone() // earlier views keep theirs
		v.Histogram.Observe(bounds, value)
	default:
		v.Histogram = &metric.Distribution{}
		v.Histogram.Observe(bounds, value)
	}
	t.series[key] = v
}

func (t *tx) DropSeries(which func(ledger.Series) bool) int {
	before := len(t.series)
	maps.DeleteFunc(t.series, func(series ledger.Series, _ ledger.Value) bool { return which(series) })
	return before - len(t.series)
}

func (t *tx) DropIdle(time.Time) int { return 0 }

func (t *tx) Hash(kind, name string) (key ledger.Key) {
	sum := sha256.Sum256([]byte(kind + "\x00" + name))
	copy(key[:], sum[:])
	return key
}

func (t *tx) Get(kind string, key ledger.Key) []byte { return t.records[record{kind, key}] }

func (t *tx) Put(kind string, key ledger.Key, value []byte) {
	if value == nil {
		delete(t.records, record{kind, key})
		return
	}
	t.records[record{kind, key}] = append([]byte{}, value...)
}

func (t *tx) Each(kind string) iter.Seq2[ledger.Key, []byte] {
	return func(yield func(ledger.Key, []byte) bool) {
		for r, value := range t.records {
			if r.kind == kind && !yield(r.key, value) {
				return
			}
		}
	}
}

func (t *tx) Once(name string, at time.Time) bool {
	if _, known := t.seen[name]; known {
		return false
	}
	t.seen[name] = at
	return true
}

func (t *tx) ForgetNames(before time.Time) {
	maps.DeleteFunc(t.seen, func(_ string, at time.Time) bool { return at.Before(before) })
}
