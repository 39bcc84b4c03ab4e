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

// Two feeds that always have something to tell, and two with a long way to go,
// take the turns that sources don't need, within the limits that are the default.
func TestBusyFeedsLeaveTheSourcesTheirPace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		backlog, each int // events of each feed, at the beginning and thrice a second
	}{{"something to tell at any moment", 0, 1}, {"a hundred pages behind", sized(100_000, 40_000), 0}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Options{Seed: 95, Agents: 10, Late: -1})
				play(t, s, "frozen")
				burst := func(n int) {
					for _, feed := range []string{"agent_events", "interaction_events"} {
						if n == 0 {
							continue
						}
						if err := s.Burst(simulator.Burst{Feed: feed, Events: n}); err != nil {
							t.Fatal(err)
						}
					}
				}
				x := run(t, both(s), "", accounts(dialer("dialer", dialerHost, s, "sources: {agent_events: {}, interaction_events: {}}")))
				time.Sleep(2 * time.Minute)
				burst(c.backlog)
				for range 3 * 120 {
					burst(c.each)
					time.Sleep(333 * time.Millisecond)
					for _, src := range x.manager.Status()[0].Sources {
						if age := time.Since(src.At); !src.Feed && age > src.Interval+5*time.Second { // a turn for each
							t.Fatalf("the data of %s is %s old", src.Name, age)
						}
					}
				}
				time.Sleep(time.Minute)
				page := x.shown("dialer")
				page.healthy(t)
				for _, feed := range []string{"agent_events", "interaction_events"} {
					if n := page.value(t, "contactcenter_feed_events_total", "source", feed); n < float64(c.backlog+360*c.each) {
						t.Errorf("%s: %v events counted", feed, n)
					}
				}
			})
		})
	}
}
