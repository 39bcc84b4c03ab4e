package state

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"pgregory.net/rapid"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// truth is the reference: what a ledger has to hold.
type truth struct {
	cursor  int // events counted so far, as a feed's cursor
	sums    map[string]float64
	since   map[string]time.Time
	counts  map[string]uint64 // observed in histograms
	values  map[string]item   // records
	dropped map[string]time.Time
}

func newTruth() *truth {
	return &truth{
		sums: map[string]float64{}, since: map[string]time.Time{}, counts: map[string]uint64{},
		values: map[string]item{}, dropped: map[string]time.Time{},
	}
}

func (m *truth) clone() *truth {
	return &truth{
		m.cursor, maps.Clone(m.sums), maps.Clone(m.since), maps.Clone(m.counts),
		maps.Clone(m.values), maps.Clone(m.dropped),
	}
}

// age is how old what is dropped has to be.
const age = 36 * time.Hour

// machine drives a store and its truth through the same history.
type machine struct {
	base  string // directories of crashed stores
	dir   string
	n     int // of dir
	store *Store
	fail  failAt
	dies  string // the point at which image is taken
	image string // a copy of dir
	now   time.Time
	is    *truth
	// maybe is what a commit that failed may have left in the file.
	maybe *truth
	epoch uint64
	saved *truth // in the backup
	shown *View  // newest one
}

func (m *machine) options() Options {
	return Options{Now: func() time.Time { return m.now }, Fail: m.at, BackupEvery: -1}
}

// at is called at each point of the store.
func (m *machine) at(point string) error {
	if point == m.dies && m.image == "" {
		m.n++
		dir := filepath.Join(m.base, fmt.Sprint(m.n))
		if err := os.CopyFS(dir, os.DirFS(m.dir)); err != nil {
			return err
		}
		m.image = dir
	}
	return m.fail.fail(point)
}

func (m *machine) open(t *rapid.T) {
	s, err := Open(m.dir, m.options())
	if err != nil {
		t.Fatal(err)
	}
	m.store = s
}

func (m *machine) ledger(t *rapid.T) *Ledger {
	l, err := m.store.ledger("acme/feed")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// page stages one page of events, some of which were delivered before; the
// truth counts each once.
func (m *machine) page(t *rapid.T) (*truth, func(testTx) error) {
	next := m.is.clone()
	first := max(0, m.is.cursor-rapid.IntRange(0, 5).Draw(t, "repeated"))
	last := m.is.cursor + rapid.IntRange(0, 6).Draw(t, "new")
	next.cursor = last
	prune := rapid.IntRange(0, 9).Draw(t, "prune") == 0
	for i := m.is.cursor; i < last; i++ {
		key := fmt.Sprint("calls", i%7)
		next.sums[key] += float64(i%4) / 10
		next.counts["talk"]++
		next.values[fmt.Sprint("agent", i%5)] = item{fmt.Append(nil, i), minuteOf(m.now)}
	}
	now := m.now
	if prune {
		maps.DeleteFunc(next.values, func(_ string, it item) bool { return it.minute < minuteOf(now.Add(-age)) })
	}
	return next, func(tx testTx) error {
		for i := first; i < last; i++ {
			event := fmt.Sprint("event ", i)
			if tx.Seen(event) {
				continue
			}
			if i < m.is.cursor {
				t.Fatalf("event %d is counted again at %d", i, m.is.cursor)
			}
			tx.Remember(event, now.Add(10_000*time.Hour))
			tx.Add(fmt.Sprint("calls", i%7), float64(i%4)/10, now)
			tx.Observe("talk", []float64{2, 5}, float64(i%9), now)
			tx.Put("last", fmt.Sprint("agent", i%5), []byte(fmt.Sprint(i)))
		}
		tx.SetCursor(fmt.Sprint(last))
		if prune {
			tx.DropIdle(now.Add(-age))
		}
		return nil
	}
}

func (m *machine) update(t *rapid.T) {
	next, do := m.page(t)
	before := m.ledger(t).newest()
	if err := m.ledger(t).update(do); err != nil {
		if m.fail.point == "" {
			t.Fatal(err)
		}
		switch m.fail.point {
		case InCommit: // the file was made as the memory before
			m.maybe = nil
		case AfterCommit, BeforePublish:
			m.maybe = next
		}
		if m.ledger(t).newest() != before {
			t.Fatal("a failed update is shown")
		}
		return
	}
	m.is = next
	if after := m.ledger(t).newest(); after != before {
		m.maybe = nil
		m.applyDropped(before, after)
	}
}

// applyDropped takes out of the truth what was dropped, and notes starts.
func (m *machine) applyDropped(before, after *View) {
	for key, v := range before.named() {
		if _, ok := after.Value(key); !ok {
			m.dropped(key, v)
		}
	}
	for key, v := range after.named() {
		old, had := before.Value(key)
		if had && !old.Since.Equal(v.Since) {
			m.dropped(key, old)
		}
		if _, known := m.is.since[key]; !known {
			m.is.since[key] = v.Since
			if v.Histogram == nil {
				m.is.sums[key] = v.Value
			}
		}
	}
}

func (m *machine) dropped(key string, v ledger.Value) {
	delete(m.is.sums, key)
	delete(m.is.counts, key)
	delete(m.is.since, key)
	m.is.dropped[key] = v.Since
}

// check compares what is shown with the truth.
func (m *machine) check(t *rapid.T) {
	v := m.ledger(t).newest()
	m.shown = v
	if m.store.epoch.number != m.epoch {
		t.Fatalf("epoch %d, want %d", m.store.epoch.number, m.epoch)
	}
	if cursor := fmt.Sprint(m.is.cursor); v.cursor != cursor && (v.cursor != "" || m.is.cursor != 0) {
		t.Fatalf("cursor %q, want %q", v.cursor, cursor)
	}
	for key, want := range m.is.sums {
		if got, _ := v.Value(key); got.Value < want-1e-9 || got.Value > want+1e-9 {
			t.Fatalf("%s is %v, want %v", key, got.Value, want)
		}
	}
	for key, got := range v.named() {
		if !got.Since.Equal(m.is.since[key]) || got.Since.Before(m.store.epoch.start) || !got.Since.After(m.is.dropped[key]) {
			t.Fatalf("%s starts at %v, want %v; epoch %v, dropped %v", key, got.Since, m.is.since[key], m.store.epoch.start, m.is.dropped[key])
		}
		if h := got.Histogram; h != nil && (h.Count != m.is.counts[key] || h.Counts[0]+h.Counts[1]+h.Counts[2] != h.Count) {
			t.Fatalf("%s counts %d, want %d", key, h.Count, m.is.counts[key])
		}
	}
	m.checkRecords(t)
}

// checkRecords looks into the ledger, since asking for a record is kept as well.
func (m *machine) checkRecords(t *rapid.T) {
	l := m.ledger(t)
	if n := len(l.records["last"]); n != len(m.is.values) {
		t.Fatalf("%d records, want %d", n, len(m.is.values))
	}
	for key, want := range m.is.values {
		if got := l.records["last"][l.hasher.of("last", key)]; !reflect.DeepEqual(got, want) {
			t.Fatalf("record %s is %s of %d, want %s of %d", key, got.value, got.minute, want.value, want.minute)
		}
	}
}
