package cumulative

import (
	"errors"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// fullDisk is a ledger that cannot be written while it is full.
type fullDisk struct {
	ledger.Ledger
	full bool
}

func (f *fullDisk) Update(do func(ledger.Tx) error) error {
	if f.full {
		return errors.New("no space left")
	}
	return f.Ledger.Update(do)
}

func TestWhatAFullDiskDelaysComesWithTheFirstAnswer(t *testing.T) {
	store, err := state.Open("", state.Options{MemoryOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	l, err := store.Ledger("account/feed")
	if err != nil {
		t.Fatal(err)
	}
	disk := &fullDisk{l, true}
	n := New(disk, Options{Source: "feed", Feed: true, Resumes: true, Identity: "id"})
	if err := n.Resume(store, time.Now()); err == nil {
		t.Error("no error of a full disk")
	}
	n.TakeOver()
	disk.full = false
	r := metric.Reading{Events: metric.Events{Progress: metric.Progress{Cursor: "next"}}}
	if err := n.Add(&r, time.Now()); err != nil {
		t.Fatal(err)
	}
	if got := l.View().Len(); got != len(feedDescs()) {
		t.Errorf("%d series, want the %d of every feed", got, len(feedDescs()))
	}
}
