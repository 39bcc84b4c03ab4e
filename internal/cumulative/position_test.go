package cumulative

import (
	"fmt"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

func TestALedgerKnowsWhereItBegins(t *testing.T) {
	store, err := state.Open("", state.Options{MemoryOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	n := countersOf(t, store, nil)
	if begin, known := BeginOf(n.ledger); known {
		t.Errorf("before the first reading it begins at %s", begin)
	}
	first := at("01 08:00:00")
	for i, from := range []time.Time{first, first.Add(time.Hour), first.Add(-time.Hour)} {
		r := running(from.Add(time.Hour), changed("k"+from.String(), "01 08:30:00", "a", "online"))
		r.Events.From, r.Events.Cursor = from, from.String()
		n.mustAdd(t, r, first.Add(time.Duration(i+2)*time.Hour))
	}
	if begin, known := BeginOf(n.ledger); !known || !begin.Equal(first) {
		t.Errorf("it begins at %s, %v, want %s", begin, known, first)
	}
	// So does one of intervals.
	m := countersOf(t, store, nil)
	if m.ledger, err = store.Ledger("shop/intervals"); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		var r metric.Reading
		r.Intervals.From, r.Intervals.Cursor = first.Add(time.Duration(i)*time.Hour), fmt.Sprint(i)
		r.Intervals.UpTo, r.Intervals.FinalUntil = r.Intervals.From, r.Intervals.From
		if err := m.Add(&r, first.Add(time.Duration(i)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if begin, known := BeginOf(m.ledger); !known || !begin.Equal(first) {
		t.Errorf("intervals begin at %s, %v, want %s", begin, known, first)
	}
	// A ledger of an earlier version says it by its oldest series.
	old := countersOf(t, store, nil)
	_ = old.ledger.Update(func(tx ledger.Tx) error {
		putMeta(tx, metaFirst, nil)
		return nil
	})
	if begin, known := BeginOf(old.ledger); !known || begin.After(first.Add(2*time.Hour-catchUp)) {
		t.Errorf("without the record it begins at %s, %v", begin, known)
	}
}

// The vendor's clock may be ahead of this one: no age is negative.
func TestTheLastEventIsNotShownInTheFuture(t *testing.T) {
	now := time.Now()
	for _, s := range (Position{Newest: now.Add(time.Hour)}).samples("feed") {
		if at := time.UnixMilli(int64(s.Value * 1000)); s.Desc == feedLastEvent && at.After(now.Add(time.Minute)) {
			t.Errorf("the last event is %s ahead", at.Sub(now))
		}
	}
}
