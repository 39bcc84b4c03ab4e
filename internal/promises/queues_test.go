package promises

import (
	"maps"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

const queuesOnly = "sources: {agent_status: {enabled: false}, status_changes: {enabled: false}, queues: {interval: 1m}}"

// queueCounters are the counters of queues.
var queueCounters = []string{
	"liveperson_skill_conversations_closed_total", "liveperson_skill_conversations_concluded_total",
	"liveperson_skill_agent_responses_total", "liveperson_skill_first_response_wait_seconds_total",
}

// only returns the series of some metrics.
func (s sheet) only(names []string) sheet {
	out := sheet{}
	for _, name := range names {
		maps.Copy(out, s.of(name))
	}
	return out
}

// queuesTruth is what the counters of queues should show.
func queuesTruth(truth simulator.Truth) sheet {
	want := sheet{}
	for skill, o := range truth.LivePerson.Skills {
		for by, n := range o.Closed {
			want[id("liveperson_skill_conversations_closed_total", "skill_id", skill, "closed_by", by)] = float64(n)
		}
		for level, n := range o.Responses {
			want[id("liveperson_skill_agent_responses_total", "skill_id", skill, "service_level", level)] = float64(n)
		}
		want[id("liveperson_skill_conversations_concluded_total", "skill_id", skill)] = float64(o.Concluded)
		want[id("liveperson_skill_first_response_wait_seconds_total", "skill_id", skill)] = o.FirstWaitSeconds
	}
	return want
}

// Windows are counted once over restarts, outages and corrections that come late.
func TestWindowsOfQueuesEqualTheTruth(t *testing.T) {
	t.Parallel()
	for seed := range int64(sized(10, 1)) {
		synctest.Test(t, func(t *testing.T) {
			s := simulator.New(simulator.Options{Seed: 200 + seed, Agents: 20, Services: 4})
			luck := rand.New(rand.NewPCG(uint64(seed), 9))
			time.Sleep(14*time.Hour + time.Duration(seed)*97*time.Second)
			begin := time.Now().Truncate(15 * time.Minute)
			mustFault(t, s, simulator.Fault{Kind: "restate", Endpoint: "queues"})
			x := run(t, hosts{shopHost: s}, t.TempDir(), accounts(shop("shop", shopHost, s, generous, queuesOnly)))
			var before sheet
			for range sized(8, 3) {
				time.Sleep(time.Duration(20+luck.IntN(60)) * time.Minute)
				got := x.shown("shop")
				if fell := got.fellFrom(before); len(fell) > 0 {
					t.Fatalf("fell: %v", fell)
				}
				before = got.lasting()
				gap := time.Duration(luck.IntN(40)) * time.Minute
				if luck.IntN(3) > 0 {
					x.stop()
					time.Sleep(gap)
					x.start()
				} else {
					mustFault(t, s, simulator.Fault{Kind: "outage", Endpoint: "queues", Until: simulator.Duration(gap + time.Second)})
				}
			}
			time.Sleep(2 * time.Hour)
			synctest.Wait()
			x.compareQueues(t, s, begin)
		})
	}
}

// compareQueues compares the counters of queues with the truth up to where they are.
func (x *exporter) compareQueues(t *testing.T, s *simulator.Simulator, begin time.Time) {
	t.Helper()
	got := x.shown("shop")
	got.healthyNow(t)
	settled := time.Unix(int64(got.value(t, "liveperson_queues_settled_timestamp_seconds")), 0)
	if age := time.Since(settled); age < 15*time.Minute || age > 32*time.Minute {
		t.Errorf("settled up to %s ago", age)
	}
	want := queuesTruth(s.TruthBetween(begin, settled))
	compare(t, "queues", got.only(queueCounters).without("skill_name"), want)
	if want.sum() < 100 {
		t.Errorf("only %v are counted", want.sum())
	}
	if gaps := got.value(t, "contactcenter_feed_gaps_total", "source", "queues"); gaps != 0 {
		t.Errorf("%v gaps", gaps)
	}
}

// Thirteen days without the exporter are caught up within hours, a few requests at
// a time; a vendor that keeps a day only leaves a gap.
func TestWindowsOfDaysAreCaughtUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 211, Agents: 10, Services: 3})
		begin := time.Now().Truncate(15 * time.Minute)
		x := run(t, hosts{shopHost: s}, t.TempDir(), accounts(shop("shop", shopHost, s, generous, queuesOnly)))
		time.Sleep(2 * time.Hour)
		x.stop()
		time.Sleep(13*24*time.Hour + 20*time.Hour)
		x.start()
		most := 0
		for range 120 {
			before := requests(s)["queues"]
			time.Sleep(time.Minute)
			most = max(most, requests(s)["queues"]-before)
		}
		if most > 24 {
			t.Errorf("%d requests in a minute", most)
		}
		synctest.Wait()
		x.compareQueues(t, s, begin)

		x.stop()
		mustFault(t, s, simulator.Fault{Kind: "short_retention", Endpoint: "queues"})
		time.Sleep(3 * 24 * time.Hour)
		x.start()
		time.Sleep(time.Hour)
		got := x.shown("shop")
		got.healthy(t)
		gap := got.value(t, "contactcenter_feed_gap_seconds_total", "source", "queues")
		if gaps := got.value(t, "contactcenter_feed_gaps_total", "source", "queues"); gaps != 1 || gap < 47*3600 || gap > 50*3600 {
			t.Errorf("%v gaps of %v s, want one of two days", gaps, gap)
		}
	})
}

// What the version of an account doesn't know is left out, and reported once.
func TestOldVersionsOfQueuesAreRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 212, Agents: 20, Services: 4})
		time.Sleep(15 * time.Hour)
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
