package promises

import (
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// The polled sources that are off by default, besides the others.
const (
	allOfShop   = "sources: {agent_status: {interval: 30s}, agent_activity: {}, status_changes: {}, names: {}, interval_metrics: {lookback: 2h}, agent_segments: {}, segment_breakdown: {}}"
	allOfDialer = "sources: {agent_averages: {}, live_connects: {}, call_data: {max_lookups_per_minute: 600}}"
)

func TestAThousandScrapesAskNoVendorAnythingMoreThanOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 1, Agents: 30, FeedsOff: true})
		x := run(t, both(s), "", accounts(shop("shop", shopHost, s, generous, "sources: {agent_activity: {}}"), dialer("dialer", dialerHost, s, generous)))
		time.Sleep(time.Minute)
		for _, scrapes := range []int{1, 1000} {
			before := requests(s)
			for range scrapes {
				x.scrape("text/plain")
				time.Sleep(20 * time.Minute / time.Duration(scrapes)) // whole intervals of every source
			}
			want := map[string]int{
				"agent_status": 40, "agent_activity": 8, "status_changes": 2,
				"service_stats": 40, "agents_status": 80, "agent_stats": 20, "calls_on_hold": 40, "campaign_stats": 20,
			}
			if got := since(s, before); !maps.Equal(got, want) {
				t.Errorf("%d scrapes: %v requests, want %v", scrapes, got, want)
			}
		}
		x.shown("shop").healthy(t)
		x.shown("dialer").healthy(t)
	})
}
