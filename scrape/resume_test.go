package scrape

import (
	"syscall"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// A disk that is full at the start is no reason not to start. What had to be
// noted then is noted with the first answer that can be counted.
func TestAFullDiskAtTheStartOnlyDelays(t *testing.T) {
	disk := error(syscall.ENOSPC)
	store, err := state.Open("", state.Options{MemoryOnly: true, Fail: func(string) error { return disk }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	a := &account{config: config.Account{Name: "shop"}, what: &collector.Account{}}
	m := New(Options{Store: store})
	feed := collector.Collector{Source: collector.Source{Spec: config.Spec{Name: "feed", Feed: true}}}
	s, err := m.newSource(a, feed, m.options.Log)
	if err != nil || store.Writable() {
		t.Fatalf("%v, writable %v", err, store.Writable())
	}
	now := time.Now()
	page := metric.Reading{Cursor: "next", Gap: time.Minute}
	if _, err := s.counters.add(page, now); err == nil {
		t.Fatal("a page was counted on a full disk")
	}
	if samples, _ := s.counters.samples(); len(samples) > 0 || s.counters.cursor() != "" {
		t.Errorf("shown: %v at %q", samples, s.counters.cursor())
	}
	disk = nil
	for range 2 {
		if _, err := s.counters.add(page, now); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.counters.value(feedGaps, "feed"); got != 2 {
		t.Errorf("%v gaps, want 2", got)
	}
	if got := s.counters.value(feedEvents, "feed"); got != 0 {
		t.Errorf("%v events, want 0: they begin there", got)
	}
}
