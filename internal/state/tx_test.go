package state

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestImpossibleValuesAreRefused(t *testing.T) {
	l := ledger(t, open(t, t.TempDir(), Options{MemoryOnly: true}))
	bounds := []float64{1}
	update(t, l, func(tx *Tx) {
		tx.Add("counter", math.MaxFloat64, start())
		tx.Observe("histogram", bounds, 1, start())
	})
	for name, do := range map[string]func(*Tx) bool{
		"negative":              func(tx *Tx) bool { return tx.Add("x", -1, start()) },
		"not a number":          func(tx *Tx) bool { return tx.Add("x", math.NaN(), start()) },
		"infinite":              func(tx *Tx) bool { return tx.Add("x", math.Inf(1), start()) },
		"minus infinite":        func(tx *Tx) bool { return tx.Add("x", math.Inf(-1), start()) },
		"sum overflows":         func(tx *Tx) bool { return tx.Add("counter", math.MaxFloat64, start()) },
		"no key":                func(tx *Tx) bool { return tx.Add("", 1, start()) },
		"no key, zero":          func(tx *Tx) bool { return tx.Zero("", start()) },
		"long key":              func(tx *Tx) bool { return tx.Add(strings.Repeat("k", maxSeriesKey+1), 1, start()) },
		"added to a histogram":  func(tx *Tx) bool { return tx.Add("histogram", 1, start()) },
		"histogram as counter":  func(tx *Tx) bool { return tx.Zero("histogram", start()) },
		"observed in a counter": func(tx *Tx) bool { return tx.Observe("counter", bounds, 1, start()) },
		"counter as histogram":  func(tx *Tx) bool { return tx.ZeroHistogram("counter", bounds, start()) },
		"negative observed":     func(tx *Tx) bool { return tx.Observe("y", bounds, -1, start()) },
		"not a number observed": func(tx *Tx) bool { return tx.Observe("y", bounds, math.NaN(), start()) },
		"infinite observed":     func(tx *Tx) bool { return tx.Observe("y", bounds, math.Inf(1), start()) },
		"staged counter as histogram": func(tx *Tx) bool {
			tx.Add("z", 1, start())
			return tx.Observe("z", bounds, 1, start())
		},
	} {
		t.Run(name, func(t *testing.T) {
			update(t, l, func(tx *Tx) {
				if do(tx) {
					t.Error("taken")
				}
			})
		})
	}
	v := l.View()
	c, _ := v.Value("counter")
	h, _ := v.Value("histogram")
	if c.Value != math.MaxFloat64 || h.Histogram.Count != 1 {
		t.Errorf("counter %v, histogram %v", c.Value, h.Histogram)
	}
	for _, key := range []string{"x", "y", ""} {
		if _, ok := v.Value(key); ok {
			t.Errorf("%q exists", key)
		}
	}
}

func TestReadsSeeWhatIsStaged(t *testing.T) {
	l := ledger(t, open(t, t.TempDir(), Options{MemoryOnly: true}))
	update(t, l, func(tx *Tx) {
		tx.Put("kind", "kept", []byte("1"))
		tx.Put("kind", "changed", []byte("1"))
		tx.Put("kind", "deleted", []byte("1"))
		tx.Put("other", "kept", []byte("9"))
		tx.Add("calls", 1, start())
	})
	update(t, l, func(tx *Tx) {
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
	l := ledger(t, open(t, t.TempDir(), Options{}))
	update(t, l, func(tx *Tx) {
		for _, key := range []string{"a", "b", "c"} {
			tx.Put("open", key, []byte(key))
		}
	})
	update(t, l, func(tx *Tx) {
		for key, value := range tx.Each("open") {
			if string(value) != "b" {
				tx.PutKey("open", key, nil)
			}
		}
	})
	update(t, l, func(tx *Tx) {
		for _, value := range tx.Each("open") {
			if string(value) != "b" {
				t.Errorf("%s is still there", value)
			}
		}
	})
}

func TestTheCallersBufferMayBeUsedAgain(t *testing.T) {
	l := ledger(t, open(t, t.TempDir(), Options{}))
	buf := []byte("one")
	update(t, l, func(tx *Tx) {
		tx.Put("kind", "key", buf)
		copy(buf, "two")
	})
	update(t, l, func(tx *Tx) {
		if got := tx.Get("kind", "key"); string(got) != "one" {
			t.Errorf("record is %s", got)
		}
	})
}

func TestAPrunedSeriesComesBackLater(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	l := ledger(t, s)
	days := start().Add(3 * 24 * time.Hour)
	update(t, l, func(tx *Tx) {
		tx.Add("vanished", 5, start())
		tx.Add("busy", 5, days)
		tx.Zero("listed", start())
		tx.Add("listed too", 5, start())
	})
	update(t, l, func(tx *Tx) {
		tx.Zero("listed", days)
		tx.Add("listed too", 0, days)
		if n := tx.DropIdle(days); n != 1 {
			t.Errorf("%d dropped, want 1", n)
		}
	})
	before, _ := l.View().Value("busy")
	if _, ok := l.View().Value("vanished"); ok || l.View().Len != 3 {
		t.Error("the vanished one is still there")
	}
	shut(t, s)
	l = ledger(t, open(t, dir, Options{}))
	update(t, l, func(tx *Tx) { tx.Add("vanished", 1, start().Add(-time.Hour)) })
	v, _ := l.View().Value("vanished")
	if v.Value != 1 || !v.Since.After(start().Add(time.Millisecond)) {
		t.Errorf("came back with %v since %v", v.Value, v.Since)
	}
	if after, _ := l.View().Value("busy"); after != before {
		t.Errorf("busy was %v, is %v", before, after)
	}
}

func TestOnlyRecordsThatNobodyAsksForArePruned(t *testing.T) {
	dir := t.TempDir()
	now := start()
	clock := Options{Now: func() time.Time { return now }}
	s := open(t, dir, clock)
	update(t, ledger(t, s), func(tx *Tx) {
		for _, key := range []string{"read", "put again", "listed", "old"} {
			tx.Put("kind of "+key, key, []byte("1"))
		}
	})
	now = now.Add(3 * 24 * time.Hour)
	update(t, ledger(t, s), func(tx *Tx) {
		_ = tx.Get("kind of read", "read")
		tx.Put("kind of put again", "put again", []byte("1"))
		for range tx.Each("kind of listed") {
		}
	})
	shut(t, s)
	s = open(t, dir, clock)
	update(t, ledger(t, s), func(tx *Tx) { tx.DropIdle(now) })
	update(t, ledger(t, s), func(tx *Tx) {
		for key, want := range map[string]bool{"read": true, "put again": true, "listed": true, "old": false} {
			if got := tx.Get("kind of "+key, key) != nil; got != want {
				t.Errorf("%s is there: %v", key, got)
			}
		}
	})
}

func TestTheSameKeyElsewhereCannotBeRecognised(t *testing.T) {
	s := open(t, t.TempDir(), Options{MemoryOnly: true})
	other, _ := s.Ledger("acme/other")
	seen := map[Key]bool{}
	for _, l := range []*Ledger{ledger(t, s), other} {
		update(t, l, func(tx *Tx) {
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
	l := ledger(t, open(t, t.TempDir(), Options{}))
	update(t, l, func(tx *Tx) { tx.Add("calls", 5, start()) })
	old, _ := l.View().Value("calls")
	update(t, l, func(tx *Tx) {
		tx.DropIdle(start().Add(time.Hour))
		if _, ok := tx.Value("calls"); ok {
			t.Error("dropped, and still there")
		}
		tx.Add("calls", 2, start())
	})
	if v, _ := l.View().Value("calls"); v.Value != 2 || !v.Since.After(old.Since) || l.View().Len != 1 {
		t.Errorf("%v, %d series; was %v", v, l.View().Len, old)
	}
}

func TestHandlesStayGood(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	l := ledger(t, s)
	var early, late *Series
	failed := l.Update(func(tx *Tx) error {
		early = tx.Series("calls")
		tx.AddTo(early, 1, start())
		return ErrClosed
	})
	wantErr(t, failed, ErrClosed)
	update(t, l, func(tx *Tx) {
		late = tx.Series("calls")
		tx.AddTo(late, 1, start())
		tx.AddTo(early, 1, start())
	})
	wantCalls(t, l, 2, "")
	update(t, l, func(tx *Tx) { tx.DropIdle(start().Add(time.Hour)) })
	update(t, l, func(tx *Tx) { tx.Add("another", 10, start()) }) // where calls was
	update(t, l, func(tx *Tx) {
		tx.AddTo(early, 1, start())
		tx.AddTo(late, 1, start())
		tx.Add("calls", 1, start())
	})
	wantCalls(t, l, 3, "")
	other, _ := s.Ledger("acme/other")
	update(t, other, func(tx *Tx) { tx.AddTo(late, 7, start()) })
	wantCalls(t, other, 7, "")
	wantCalls(t, l, 3, "")
	if v, _ := l.View().Value("another"); v.Value != 10 {
		t.Errorf("another series has %v", v.Value)
	}
}
