package page

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// What no scrape reads is not made, and each scrape finds what it needs.
func TestRefreshIsIdleBetweenScrapes(t *testing.T) {
	for _, c := range []struct {
		name   string
		pauses []time.Duration
		most   int // refreshes for each scrape
	}{
		{"one scraper", []time.Duration{15 * time.Second}, 3},
		{"two scrapers", []time.Duration{4 * time.Second, 11 * time.Second}, 7},
		{"one that is not exact", []time.Duration{15 * time.Second, 15*time.Second + 300*time.Millisecond, 14700 * time.Millisecond}, 3},
		{"two at one time", []time.Duration{0, 15 * time.Second}, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var gathered atomic.Int64
				p := New(fixed(batches()), Options{Own: prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
					gathered.Add(1)
					return own().Gather()
				})})
				scrape := func() { ask(p, "/metrics", "Accept-Encoding", "gzip") }
				scrape()
				done := make(chan struct{})
				go func() {
					for tick := time.NewTicker(RefreshInterval); ; {
						select {
						case <-tick.C:
							p.Refresh()
						case <-done:
							return
						}
					}
				}()
				time.Sleep(RefreshInterval / 2) // at other times than refreshes
				begin, scrapes := int64(0), 0
				for round := range 16 {
					if round == 8 {
						begin, scrapes = gathered.Load(), 0
					}
					for _, pause := range c.pauses {
						time.Sleep(pause)
						synctest.Wait()
						before := gathered.Load()
						scrape()
						if gathered.Load() != before {
							t.Errorf("round %d: a scrape gathered the metrics of the process", round)
						}
						scrapes++
					}
				}
				close(done)
				synctest.Wait()
				if n := gathered.Load() - begin; n > int64(c.most*scrapes) {
					t.Errorf("%d refreshes for %d scrapes, want %d for each at most", n, scrapes, c.most)
				}
			})
		})
	}
}
