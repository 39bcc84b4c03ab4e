package promises

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

const queuesOnly = "sources: {agent_status: {enabled: false}, status_changes: {enabled: false}, queues: {interval: 1m}}"

// windowed is a source that adds settled windows of time to its counters.
type windowed struct {
	name     string
	interval string
	counters []string
	truth    func(simulator.Truth) sheet
	settled  string        // metric of up to when that is
	outage   time.Duration // that the vendor remembers, or the simulator's truth
	most     int           // requests in a minute while it catches up
}

var windowedSources = []windowed{
	{"queues", "1m", queueCounters, queuesTruth, "liveperson_queues_settled_timestamp_seconds", 13*24*time.Hour + 20*time.Hour, 24},
	{"agent_view", "1m", agentViewCounters, agentViewTruth, "liveperson_agent_view_settled_timestamp_seconds", 20 * time.Hour, 24},
	{"interval_metrics", "7m", intervalCounters, intervalsTruth, "liveperson_interval_settled_timestamp_seconds", 6*24*time.Hour + 20*time.Hour, 30},
}

// eachWindowed tests every source alone, at a centre of its own.
func eachWindowed(t *testing.T, repeat int, test func(t *testing.T, w windowed, s *simulator.Simulator, x *exporter, seed int64)) {
	t.Helper()
	t.Parallel()
	for _, w := range windowedSources {
		for seed := range int64(repeat) {
			t.Run(fmt.Sprint(w.name, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					time.Sleep(14*time.Hour + time.Duration(seed)*97*time.Second)
					s := simulator.New(simulator.Options{Seed: 200 + seed, Agents: sized(20, 10), Services: 4})
					sources := fmt.Sprintf("sources: {agent_status: {enabled: false}, status_changes: {enabled: false}, %s: {interval: %s}}", w.name, w.interval)
					x := run(t, hosts{shopHost: s}, t.TempDir(), accounts(shop("shop", shopHost, s, generous, sources)))
					test(t, w, s, x, seed)
				})
			})
		}
	}
}

// compare compares the counters with the truth up to where they are.
func (w windowed) compare(t *testing.T, s *simulator.Simulator, x *exporter, begin time.Time) {
	t.Helper()
	got := x.shown("shop")
	got.healthyNow(t)
	settled := time.Unix(int64(got.value(t, w.settled)), 0)
	if age := time.Since(settled); age < 15*time.Minute || age > 53*time.Minute {
		t.Errorf("settled up to %s ago", age)
	}
	want := w.truth(s.TruthBetween(begin, settled))
	compare(t, w.name, got.only(w.counters).without("skill_name"), want)
	if want.sum() < 100 {
		t.Errorf("only %v are counted", want.sum())
	}
	if gaps := got.value(t, "contactcenter_feed_gaps_total", "source", w.name); gaps != 0 {
		t.Errorf("%v gaps", gaps)
	}
}

// Windows are counted once over restarts, outages and corrections that come late, with
// the agents who have logged out since.
func TestWindowsEqualTheTruth(t *testing.T) {
	eachWindowed(t, sized(10, 1), func(t *testing.T, w windowed, s *simulator.Simulator, x *exporter, seed int64) {
		luck := rand.New(rand.NewPCG(uint64(seed), 9))
		begin := time.Now().Truncate(15 * time.Minute)
		mustFault(t, s, simulator.Fault{Kind: "restate", Endpoint: w.name})
		var before sheet
		for range sized(8, 3) {
			time.Sleep(time.Duration(20+luck.IntN(60)) * time.Minute)
			got := x.shown("shop")
			if fell := got.fellFrom(before); len(fell) > 0 {
				t.Fatalf("fell: %v", fell)
			}
			before = got.lasting()
			gap := time.Duration(luck.IntN(100)) * time.Minute
			if luck.IntN(3) > 0 {
				x.stop()
				time.Sleep(gap)
				x.start()
			} else {
				mustFault(t, s, simulator.Fault{Kind: "outage", Endpoint: w.name, Until: simulator.Duration(gap + time.Second)})
			}
		}
		time.Sleep(4 * time.Hour)
		synctest.Wait()
		w.compare(t, s, x, begin)
	})
}

// An outage that is as long as the vendor remembers is caught up, a few requests at a
// time.
func TestWindowsOfDaysAreCaughtUp(t *testing.T) {
	eachWindowed(t, 1, func(t *testing.T, w windowed, s *simulator.Simulator, x *exporter, _ int64) {
		begin := time.Now().Truncate(15 * time.Minute)
		time.Sleep(2 * time.Hour)
		x.stop()
		time.Sleep(w.outage)
		x.start()
		most := 0
		for range 120 {
			before := requests(s)[w.name]
			time.Sleep(time.Minute)
			most = max(most, requests(s)[w.name]-before)
		}
		if most > w.most {
			t.Errorf("%d requests in a minute", most)
		}
		synctest.Wait()
		w.compare(t, s, x, begin)
	})
}

// A vendor that no longer has windows leaves one gap, and counting goes on behind it.
func TestWindowsThatAreTooOldAreAGap(t *testing.T) {
	eachWindowed(t, 1, func(t *testing.T, w windowed, s *simulator.Simulator, x *exporter, _ int64) {
		time.Sleep(2 * time.Hour)
		x.stop()
		kept, away := 24*time.Hour, 3*24*time.Hour
		if w.name == "interval_metrics" {
			kept, away = 7*24*time.Hour, 9*24*time.Hour
		} else {
			mustFault(t, s, simulator.Fault{Kind: "short_retention", Endpoint: w.name})
		}
		time.Sleep(away)
		x.start()
		time.Sleep(time.Hour)
		got := x.shown("shop")
		got.healthy(t)
		gap := time.Duration(got.value(t, "contactcenter_feed_gap_seconds_total", "source", w.name)) * time.Second
		if gaps := got.value(t, "contactcenter_feed_gaps_total", "source", w.name); gaps != 1 || gap < away-kept || gap > away-kept+2*time.Hour {
			t.Errorf("%v gaps of %s, want one of %s", gaps, gap, away-kept)
		}
	})
}

// What the version of an account doesn't know is left out, and reported once.
func TestOldVersionsOfQueuesAreRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(15 * time.Hour)
		s := simulator.New(simulator.Options{Seed: 212, Agents: 20, Services: 4})
		mustFault(t, s, simulator.Fault{Kind: "old_names", Endpoint: "queues"})
		x := run(t, hosts{shopHost: s}, "", accounts(shop("shop", shopHost, s, generous, queuesOnly)))
		time.Sleep(2 * time.Hour)
		got := x.shown("shop")
		got.healthy(t)
		if n := s.Requests().Counts["queues"]["400"]; n != 1 {
			t.Errorf("%d requests were refused, want 1", n)
		}
		if n := got.value(t, "contactcenter_source_unknown_values_total", "source", "queues"); n != 8 {
			t.Errorf("%v names are reported, want 8", n)
		}
		if got.of("liveperson_skill_conversations_closed_total").sum() == 0 || len(got.of("contactcenter_queue_waiting")) == 0 {
			t.Error("what the old version knows is not shown")
		}
		if n := len(got.of("liveperson_skill_agent_responses_total")); n != 0 {
			t.Errorf("%d series of responses, which the version doesn't know", n)
		}
	})
}
