package state

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestImpossibleValuesAreRefused(t *testing.T) {
	l := ledgerOf(t, open(t, t.TempDir(), Options{MemoryOnly: true}))
	bounds := []float64{1}
	update(t, l, func(tx testTx) {
		tx.Add("counter", math.MaxFloat64, start())
		tx.Observe("histogram", bounds, 1, start())
	})
	for name, do := range map[string]func(testTx){
		"negative":              func(tx testTx) { tx.Add("x", -1, start()) },
		"not a number":          func(tx testTx) { tx.Add("x", math.NaN(), start()) },
		"infinite":              func(tx testTx) { tx.Add("x", math.Inf(1), start()) },
		"minus infinite":        func(tx testTx) { tx.Add("x", math.Inf(-1), start()) },
		"sum overflows":         func(tx testTx) { tx.Add("counter", math.MaxFloat64, start()) },
		"no key":                func(tx testTx) { tx.Add("", 1, start()) },
		"no key, zero":          func(tx testTx) { tx.Zero("", start()) },
		"long key":              func(tx testTx) { tx.Add(strings.Repeat("k", maxSeriesKey+1), 1, start()) },
		"added to a histogram":  func(tx testTx) { tx.Add("histogram", 1, start()) },
		"histogram as counter":  func(tx testTx) { tx.Zero("histogram", start()) },
		"observed in a counter": func(tx testTx) { tx.Observe("counter", bounds, 1, start()) },
		"negative observed":     func(tx testTx) { tx.Observe("y", bounds, -1, start()) },
		"not a number observed": func(tx testTx) { tx.Observe("y", bounds, math.NaN(), start()) },
		"infinite observed":     func(tx testTx) { tx.Observe("y", bounds, math.Inf(1), start()) },
		"staged counter as histogram": func(tx testTx) {
			tx.Add("z", 1, start())
			tx.Observe("z", bounds, 1, start())
		},
	} {
		t.Run(name, func(t *testing.T) {
			update(t, l, do)
			v := l.newest()
			c, _ := v.Value("counter")
			h, _ := v.Value("histogram")
			if c.Value != math.MaxFloat64 || h.Histogram.Count != 1 {
				t.Errorf("counter %v, histogram %v", c.Value, h.Histogram)
			}
		})
	}
	for _, key := range []string{"x", "y", ""} {
		if _, ok := l.newest().Value(key); ok {
			t.Errorf("%q exists", key)
		}
	}
}

func TestReadsSeeWhatIsStaged(t *testing.T) {
	l := ledgerOf(t, open(t, t.TempDir(), Options{MemoryOnly: true}))
	update(t, l, func(tx testTx) {
		tx.Put("kind", "kept", []byte("1"))
		tx.Put("kind", "changed", []byte("1"))
		tx.Put("kind", "deleted", []byte("1"))
		tx.Put("other", "kept", []byte("9"))
		tx.Add("calls", 1, start())
	})
	update(t, l, func(tx testTx) {
		tx.SetCursor("b")
		tx.Remember("event", start().Add(time.Hour))
		tx.Put("kind", "changed", []byte("2"))
		tx.Put("kind", "deleted", nil)
		tx.Put("kind", "empty", []byte{})
		tx.Add("calls", 2, start())
		if v, ok := tx.Value("calls"); !ok || v.Value != 3 {
			t.Errorf("calls %v", v.Value)
		}
		if _, ok := tx.Value("none"); ok {
			t.Error("a series that was never added exists")
		}
		if tx.Cursor() != "b" || !tx.Seen("event") || tx.Seen("another") {
			t.Error("cursor or key not seen")
		}
		got := map[Key]string{}
		for key, value := range tx.Each("kind") {
			got[key] = string(value)
		}
		want := map[string]string{"kept": "1", "changed": "2", "empty": ""}
		for key, value := range want {
			if have, ok := got[tx.Hash("kind", key)]; !ok || have != value || tx.Get("kind", key) == nil {
				t.Errorf("record %s is %q, %v", key, have, ok)
			}
		}
		if len(got) != len(want) || tx.Get("kind", "deleted") != nil {
			t.Errorf("%d records, want %d", len(got), len(want))
		}
	})
}

func TestRecordsCanBeDeletedWhileTheyAreListed(t *testing.T) {
	l := ledgerOf(t, open(t, t.TempDir(), Options{}))
	update(t, l, func(tx testTx) {
		for _, key := range []string{"a", "b", "c"} {
			tx.Put("open", key, []byte(key))
		}
	})
	update(t, l, func(tx testTx) {
		for key, value := range tx.Each("open") {
			if string(value) != "b" {
				tx.Tx.Put("open", key, nil)
			}
		}
	})
	update(t, l, func(tx testTx) {
		for _, value := range tx.Each("open") {
			if string(value) != "b" {
				t.Errorf("%s is still there", value)
			}
		}
	})
}

func TestTheCallersBufferMayBeUsedAgain(t *testing.T) {
	l := ledgerOf(t, open(t, t.TempDir(), Options{}))
	buf := []byte("one")
	update(t, l, func(tx testTx) {
		tx.Put("kind", "key", buf)
		copy(buf, "two")
	})
	update(t, l, func(tx testTx) {
		if got := tx.Get("kind", "key"); string(got) != "one" {
			t.Errorf("record is %s", got)
		}
	})
}

func TestAPrunedSeriesComesBackLater(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	l := ledgerOf(t, s)
	days := start().Add(3 * 24 * time.Hour)
	update(t, l, func(tx testTx) {
		tx.Add("vanished", 5, start())
		tx.Add("busy", 5, days)
		tx.Zero("listed", start())
		tx.Add("listed too", 5, start())
	})
	update(t, l, func(tx testTx) {
		tx.Zero("listed", days)
		tx.Add("listed too", 0, days)
		if n := tx.DropIdle(days); n != 1 {
			t.Errorf("%d dropped, want 1", n)
		}
	})
	before, _ := l.newest().Value("busy")
	if _, ok := l.newest().Value("vanished"); ok || l.newest().len != 3 {
		t.Error("the vanished one is still there")
	}
	shut(t, s)
	l = ledgerOf(t, open(t, dir, Options{}))
	update(t, l, func(tx testTx) { tx.Add("vanished", 1, start().Add(-time.Hour)) })
	v, _ := l.newest().Value("vanished")
	if v.Value != 1 || !v.Since.After(start().Add(time.Millisecond)) {
		t.Errorf("came back with %v since %v", v.Value, v.Since)
	}
	if after, _ := l.newest().Value("busy"); after != before {
		t.Errorf("busy was %v, is %v", before, after)
	}
}

func TestOnlyRecordsThatNobodyAsksForArePruned(t *testing.T) {
	dir := t.TempDir()
	now := start()
	clock := Options{Now: func() time.Time { return now }}
	s := open(t, dir, clock)
	update(t, ledgerOf(t, s), func(tx testTx) {
		for _, key := range []string{"read", "put again", "listed", "old"} {
			tx.Put("kind of "+key, key, []byte("1"))
		}
	})
	now = now.Add(3 * 24 * time.Hour)
	update(t, ledgerOf(t, s), func(tx testTx) {
		_ = tx.Get("kind of read", "read")
		tx.Put("kind of put again", "put again", []byte("1"))
		for range tx.Each("kind of listed") {
		}
	})
	shut(t, s)
	s = open(t, dir, clock)
	update(t, ledgerOf(t, s), func(tx testTx) { tx.DropIdle(now) })
	update(t, ledgerOf(t, s), func(tx testTx) {
		for key, want := range map[string]bool{"read": true, "put again": true, "listed": true, "old": false} {
			if got := tx.Get("kind of "+key, key) != nil; got != want {
				t.Errorf("%s is there: %v", key, got)
			}
		}
	})
}

func TestTheSameKeyElsewhereCannotBeRecognised(t *testing.T) {
	s := open(t, t.TempDir(), Options{MemoryOnly: true})
	other, _ := s.ledger("acme/other")
	seen := map[Key]bool{}
	for _, l := range []*Ledger{ledgerOf(t, s), other} {
		update(t, l, func(tx testTx) {
			for _, kind := range []string{"a", "b"} {
				if seen[tx.Hash(kind, "agent")] = true; tx.Hash(kind, "agent") == tx.Hash(kind, "agent 2") {
					t.Error("two keys have one hash")
				}
			}
		})
	}
	if len(seen) != 4 {
		t.Errorf("%d hashes, want 4", len(seen))
	}
}

func TestASeriesPrunedAndAddedInOneUpdateStartsAnew(t *testing.T) {
	l := ledgerOf(t, open(t, t.TempDir(), Options{}))
	update(t, l, func(tx testTx) { tx.Add("calls", 5, start()) })
	old, _ := l.newest().Value("calls")
	update(t, l, func(tx testTx) {
		tx.DropIdle(start().Add(time.Hour))
		if _, ok := tx.Value("calls"); ok {
			t.Error("dropped, and still there")
		}
		tx.Add("calls", 2, start())
	})
	if v, _ := l.newest().Value("calls"); v.Value != 2 || !v.Since.After(old.Since) || l.newest().len != 1 {
		t.Errorf("%v, %d series; was %v", v, l.newest().len, old)
	}
}

func TestASeriesThatFailedOrWasDroppedIsAnotherOneLater(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	l := ledgerOf(t, s)
	wantErr(t, l.update(func(tx testTx) error {
		tx.Add("calls", 1, start())
		return ErrClosed
	}), ErrClosed)
	update(t, l, func(tx testTx) {
		tx.Add("calls", 1, start())
		tx.Add("calls", 1, start())
	})
	wantCalls(t, l, 2, "")
	update(t, l, func(tx testTx) { tx.DropIdle(start().Add(time.Hour)) })
	update(t, l, func(tx testTx) { tx.Add("another", 10, start()) }) // where calls was
	update(t, l, func(tx testTx) { tx.Add("calls", 3, start()) })
	wantCalls(t, l, 3, "")
	if v, _ := l.newest().Value("another"); v.Value != 10 {
		t.Errorf("another series has %v", v.Value)
	}
}
