package state

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// fakeCopy is a Copy in memory, which fails as a database does.
type fakeCopy struct {
	values map[string]Item
	header []byte
	seq    uint64
	whole  int  // commits of everything
	newest bool // whether the newest commit was one of them

	fail  string // how a commit fails
	after int    // the number of those before it
}

func (c *fakeCopy) Load(each func(Item) error) ([]byte, error) {
	items := slices.SortedFunc(maps.Values(c.values), func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Ledger, b.Ledger), cmp.Compare(a.Bucket, b.Bucket), bytes.Compare(a.Key, b.Key))
	})
	for _, it := range items {
		if err := each(it); err != nil {
			return nil, err
		}
	}
	return c.header, nil
}

func (c *fakeCopy) Commit(seq uint64, header []byte, items []Item, whole bool) error {
	fail := ""
	if c.after--; c.after < 0 {
		fail, c.fail = c.fail, ""
	}
	switch {
	case fail == "before":
		return errors.New("no connection")
	case !whole && seq != c.seq+1:
		return fmt.Errorf("%w: %d after %d", ErrDiverged, seq, c.seq)
	case fail == "unknown, not kept":
		return fmt.Errorf("%w: no answer", ErrDiverged)
	}
	c.keep(seq, header, items, whole)
	if fail == "unknown, kept" {
		return fmt.Errorf("%w: no answer", ErrDiverged)
	}
	return nil
}

func (c *fakeCopy) keep(seq uint64, header []byte, items []Item, whole bool) {
	if c.newest = whole; whole {
		c.whole++
		clear(c.values)
	}
	seen := map[string]bool{}
	for _, it := range items {
		id := it.Ledger + "\x00" + it.Bucket + "\x00" + string(it.Key)
		if seen[id] {
			panic("a key is written twice in one commit")
		}
		seen[id] = true
		switch {
		case it.Bucket == "":
			maps.DeleteFunc(c.values, func(_ string, v Item) bool { return v.Ledger == it.Ledger })
		case it.Value == nil:
			delete(c.values, id)
		default:
			c.values[id] = Item{it.Ledger, it.Bucket, bytes.Clone(it.Key), bytes.Clone(it.Value)}
		}
	}
	c.seq, c.header = seq, bytes.Clone(header)
}

// clone is the Copy as another process finds it.
func (c *fakeCopy) clone() *fakeCopy {
	return &fakeCopy{values: maps.Clone(c.values), header: c.header, seq: c.seq}
}

func newFakeCopy() *fakeCopy { return &fakeCopy{values: map[string]Item{}} }

// Whatever fails, the copy and the memory say the same after the next commit, and a
// process that ends in between loses nothing that was shown and counts nothing twice.
func TestAnyHistoryOfACopy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newFakeCopy()
		m := &machine{now: start(), is: newTruth(), epoch: 1}
		reopen := func() {
			s, err := Open("", quiet(Options{Copy: c, Now: func() time.Time { return m.now }}))
			if err != nil {
				t.Fatal(err)
			}
			m.store = s
		}
		reopen()
		var maybe *truth // what a commit without an answer has left
		t.Repeat(map[string]func(*rapid.T){
			"": m.check,
			"update": func(t *rapid.T) {
				next, do := m.page(t)
				fail := rapid.SampledFrom([]string{"", "", "", "before", "unknown, kept", "unknown, not kept"}).Draw(t, "fail")
				c.fail, c.after = fail, rapid.IntRange(0, 1).Draw(t, "after")
				before, seq := m.ledger(t).newest(), c.seq
				err := m.ledger(t).update(do)
				after := m.ledger(t).newest()
				c.fail = ""
				switch {
				case err == nil && after == before: // nothing was staged
					m.is = next
				case err == nil:
					m.is, maybe = next, nil
					m.applyDropped(before, after)
				case after != before:
					t.Fatal("a failed update is shown")
				case c.seq != seq && c.newest: // the memory was kept, but the update was not
					maybe = nil
				case c.seq != seq: // kept, but without an answer
					maybe = next
				}
			},
			"clock": func(t *rapid.T) {
				m.now = m.now.Add(time.Duration(rapid.IntRange(-10, 40).Draw(t, "hours")) * time.Hour)
			},
			"takeOver": func(t *rapid.T) {
				before := m.ledger(t).newest()
				c = c.clone()
				reopen()
				if maybe != nil {
					m.is, maybe = maybe, nil
					m.applyDropped(before, m.ledger(t).newest())
				}
			},
			"older": func(t *rapid.T) { c.seq-- },
		})
	})
}

func TestOneCommitOfEverythingBringsAnOlderCopyUp(t *testing.T) {
	c := newFakeCopy()
	s := open(t, "", Options{Copy: c})
	l := ledgerOf(t, s)
	update(t, l, add(1, "a"))
	old := c.clone()
	update(t, l, add(1, "b"))
	*c = *old // the database came back as it was
	if err := stage(l, add(1, "c")); !errors.Is(err, ErrDiverged) {
		t.Fatalf("a commit on an older copy: %v", err)
	}
	update(t, l, add(1, "c"))
	update(t, l, add(1, "d"))
	if c.whole != 1 {
		t.Errorf("%d commits of everything, want 1", c.whole)
	}
	v := ledgerOf(t, open(t, "", Options{Copy: c.clone()})).newest()
	if n, _ := v.Value("calls"); n.Value != 4 || v.cursor != "d" {
		t.Errorf("%v at %q, want 4 at d", n.Value, v.cursor)
	}
}

// A row of a copy holds 64 series, those of a file 16; either is read back.
func TestSeriesOfACopyArePacked(t *testing.T) {
	c := newFakeCopy()
	s := open(t, "", Options{Copy: c})
	l := ledgerOf(t, s)
	names := seriesNames(200)
	update(t, l, func(tx testTx) {
		for _, key := range names {
			tx.Add(key, 1, start())
		}
	})
	rows := func() (n int) {
		for _, it := range c.values {
			if it.Bucket == rowsBucket {
				n++
			}
		}
		return n
	}
	if rows() != 4 {
		t.Errorf("200 series are in %d rows, want 4", rows())
	}
	update(t, l, func(tx testTx) { tx.Add(names[100], 1, start()) })
	update(t, l, func(tx testTx) {
		tx.DropSeries(func(key ledger.Series) bool { return slices.Index(names, key.Key()) < 64 })
	})
	if rows() != 3 {
		t.Errorf("136 series are in %d rows, want 3", rows())
	}
	file := open(t, t.TempDir(), Options{})
	if err := file.Import([]*Store{open(t, "", Options{Copy: c.clone()})}); err != nil {
		t.Fatal(err)
	}
	v := ledgerOf(t, open(t, copyDir(t, file.dir), Options{})).newest()
	if got, _ := v.Value(names[100]); got.Value != 2 || v.len != 136 {
		t.Errorf("%v in %d series, want 2 in 136", got.Value, v.len)
	}
}
