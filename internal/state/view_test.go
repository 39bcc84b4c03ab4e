package state

import (
	"fmt"
	"maps"
	"reflect"
	"sync"
	"testing"
	"time"
)

func sameView(t testing.TB, got, want *View) {
	t.Helper()
	g, w := maps.Collect(got.named()), maps.Collect(want.named())
	if !reflect.DeepEqual(g, w) || got.cursor != want.cursor || got.len != want.len || got.seen != want.seen || got.evicted != want.evicted {
		t.Errorf("view at %q, %d series, %d keys, %d evicted:\n%v\nwant %q, %d, %d, %d:\n%v",
			got.cursor, got.len, got.seen, got.evicted, g, want.cursor, want.len, want.seen, want.evicted, w)
	}
}

func TestAViewNeverChanges(t *testing.T) {
	l := ledgerOf(t, open(t, t.TempDir(), Options{}))
	bounds := []float64{1}
	for i := range 3 * blockSize {
		update(t, l, func(tx testTx) { tx.Add(fmt.Sprint("series", i), 1, start()) })
		if i%50 != 0 {
			continue
		}
		update(t, l, func(tx testTx) { tx.Observe("talk", bounds, 2, start()) })
		v := l.newest()
		before := maps.Collect(v.named())
		copied := *before["talk"].Histogram
		counts, native := copied.Counts[1], copied.Native[8]
		update(t, l, func(tx testTx) {
			tx.Add("series0", 1, start())
			tx.Add("new one", 1, start())
			tx.Observe("talk", bounds, 2, start())
		})
		update(t, l, func(tx testTx) { tx.DropIdle(start().Add(time.Hour)) })
		if after := maps.Collect(v.named()); !reflect.DeepEqual(after, before) {
			t.Fatalf("view changed after series %d", i)
		}
		if h := before["talk"].Histogram; h.Counts[1] != counts || h.Native[8] != native {
			t.Fatal("histogram in a view changed")
		}
	}
}

func TestAViewKnowsOnlyItsOwnSeries(t *testing.T) {
	l := ledgerOf(t, open(t, t.TempDir(), Options{}))
	update(t, l, func(tx testTx) { tx.Add("old", 1, start()) })
	old := l.newest()
	update(t, l, func(tx testTx) { tx.DropIdle(start().Add(time.Hour)) })
	dropped := l.newest()
	update(t, l, func(tx testTx) { tx.Add("new", 2, start()) }) // takes the place of the old one
	if _, ok := old.Value("new"); ok {
		t.Error("an older view knows a newer series")
	}
	if _, ok := dropped.Value("new"); ok || dropped.len != 0 {
		t.Error("an empty view has a series")
	}
	if v, ok := l.newest().Value("new"); !ok || v.Value != 2 {
		t.Errorf("new series: %v, %v", v, ok)
	}
}

// Readers run while commits do: the race detector watches, and no reader may
// ever see a counter fall or two counters of one update apart.
func TestReadersSeeWholeUpdatesAndNoCounterFall(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	l := ledgerOf(t, s)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			last := 0.0
			for {
				v := l.newest()
				a, _ := v.Value("a")
				b, _ := v.Value("b")
				if a.Value != b.Value || a.Value < last {
					t.Errorf("a %v, b %v after %v", a.Value, b.Value, last)
					return
				}
				last = a.Value
				_ = s.Size() + int64(s.epoch.number)
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for i := range 200 {
		update(t, l, func(tx testTx) {
			tx.Add("a", 1, start())
			tx.Add(fmt.Sprint("filler", i%70), 1, start())
			tx.Add("b", 1, start())
			if i%20 == 0 {
				tx.DropIdle(start().Add(time.Hour))
			}
		})
	}
	close(stop)
	readers.Wait()
}

func TestUpdatesOfManyLedgersRunAtOnce(t *testing.T) {
	s := open(t, t.TempDir(), Options{BackupEvery: time.Millisecond})
	var writers sync.WaitGroup
	for n := range 4 {
		writers.Go(func() {
			l, err := s.ledger(fmt.Sprint("account/", n))
			if err != nil {
				t.Error(err)
				return
			}
			for range 25 {
				if err := stage(l, add(1, "c")); err != nil {
					t.Error(err)
				}
			}
			wantCalls(t, l, 25, "c")
		})
	}
	writers.Wait()
}
