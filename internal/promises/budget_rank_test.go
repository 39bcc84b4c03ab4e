package promises

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// TestWhoeverIsNearestToLosingItsDataGoesFirst has a source with a request for each
// of a hundred services beside others with one: together they want half as much
// again as the limits allow.
func TestWhoeverIsNearestToLosingItsDataGoesFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 96, Agents: 20, Services: 100})
		x := run(t, both(s), "", accounts(dialer("dialer", dialerHost, s, "limits: {requests_per_second: 2, burst: 4, max_concurrent: 2}",
			"sources: {agents_status: {interval: 5s, max_age: 40s}, service_stats: {interval: 5s, max_age: 1m}, agent_stats: {interval: 10s, max_age: 1m}, "+
				"calls_on_hold: {interval: 10s, max_age: 1m}, campaign_stats: {interval: 10s, max_age: 2m}, agent_averages: {interval: 30s, max_age: 10m}, interaction_events: {}}")))
		time.Sleep(10 * time.Minute)
		oldest := map[string]time.Duration{}
		for range 120 {
			time.Sleep(5*time.Second + 300*time.Millisecond)
			for _, src := range x.manager.Status()[0].Sources {
				if !src.Feed {
					oldest[src.Name] = max(oldest[src.Name], time.Since(src.At))
				}
				if !src.Fresh {
					t.Errorf("%s shows nothing: its data is %s old", src.Name, time.Since(src.At))
				}
			}
		}
		t.Log(fmt.Sprint("oldest data: ", oldest))
		if oldest["agents_status"] < 6*time.Second && oldest["agent_averages"] < 35*time.Second {
			t.Error("everything is as fresh as it would be without limits: this proves nothing")
		}
		if wait := x.shown("dialer").value(t, "contactcenter_api_wait_seconds_total"); wait == 0 {
			t.Error("nobody ever waited")
		}
	})
}
