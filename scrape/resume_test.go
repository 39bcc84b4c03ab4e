package scrape

import (
	"syscall"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
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
	a := &account{store: store, config: config.Account{Name: "shop"}, vendor: &collector.Account{}, http: vendorhttp.New(vendorhttp.Options{})}
	m := New(Options{Store: store})
	feed := collector.Collector{Source: collector.Source{Spec: config.Spec{Name: "feed", Feed: true}}}
	s, err := m.newLoop(a, feed, m.options.Log)
	if err != nil || store.Writable() {
		t.Fatalf("%v, writable %v", err, store.Writable())
	}
	now := time.Now()
	page := metric.Reading{Events: metric.Events{Progress: metric.Progress{Cursor: "next", Gap: time.Minute}}}
	if err := s.counters.Add(&page, now); err == nil {
		t.Fatal("a page was counted on a full disk")
	}
	if samples := s.counters.Append(nil, s.counters.View(), nil); len(samples) > 0 || s.counters.Cursor() != "" {
		t.Errorf("shown: %v at %q", samples, s.counters.Cursor())
	}
	disk = nil
	for range 2 {
		if err := s.counters.Add(&page, now); err != nil {
			t.Fatal(err)
		}
	}
	if got := counted(s, "contactcenter_feed_gaps_total"); got != 2 {
		t.Errorf("%v gaps, want 2", got)
	}
	if got := counted(s, "contactcenter_feed_events_total"); got != 0 {
		t.Errorf("%v events, want 0: they begin there", got)
	}
}

// counted returns the value of a counter without labels of its own; -1 without it.
func counted(l *loop, name string) float64 {
	samples := l.counters.Append(nil, l.counters.View(), nil)
	for _, s := range samples {
		if s.Desc.Name == name {
			return s.Value
		}
	}
	return -1
}
