package promises

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// Five sources want several times what the limits allow. If each got its fifth,
// their data would all be of the same age.
func TestWhoeverIsNearestToLosingItsDataGoesFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 96, Agents: 20, FeedsOff: true})
		x := run(t, both(s), "", accounts(dialer("dialer", dialerHost, s, "limits: {requests_per_second: 0.2, burst: 2, max_concurrent: 5}",
			"sources: {agents_status: {interval: 5s, max_age: 30s}, service_stats: {interval: 10s, max_age: 2m}, agent_stats: {interval: 10s, max_age: 2m}, "+
				"calls_on_hold: {interval: 10s, max_age: 2m}, campaign_stats: {interval: 10s, max_age: 2m}}")))
		time.Sleep(10 * time.Minute)
		const looks = 600
		ages := map[string]time.Duration{}
		for range looks {
			time.Sleep(2*time.Second + 100*time.Millisecond)
			for _, src := range x.manager.Status()[0].Sources {
				age := time.Since(src.At)
				ages[src.Name] += age / looks
				if age > src.MaxAge+5*5*time.Second { // all five want the same moment
					t.Errorf("the data of %s is %s old", src.Name, age)
				}
			}
		}
		t.Log("mean ages: ", ages)
		if urgent, patient := ages["agents_status"], ages["agent_stats"]; urgent > 15*time.Second || patient < 4*urgent || patient > 2*time.Minute {
			t.Errorf("data that keeps for 30 s is %s old on average, data that keeps for 2 m %s", urgent, patient)
		}
	})
}
