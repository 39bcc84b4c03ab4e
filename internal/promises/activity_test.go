package promises

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

const activityOnly = "sources: {agent_status: {enabled: false}, status_changes: {enabled: false}, agent_activity: {interval: 5m}}"

func TestABucketDeliveredAgainAndAgainCountsOnce(t *testing.T) {
	t.Parallel()
	for _, seed := range []int64{11, 12}[sized(0, 1):] {
		synctest.Test(t, func(t *testing.T) {
			s := simulator.New(simulator.Options{Seed: seed, Agents: 25})
			play(t, s, "everybody_leaves")
			time.Sleep(14*time.Hour + 3*time.Minute + time.Duration(seed)*time.Second) // no agent, longer than any window
			begin := time.Now()
			deliveries := map[string]int{}
			wire := hosts{shopHost: altered(s, "/agentactivity", func(_ *http.Request, top map[string]any) { countIntervals(deliveries, top) })}
			// Each answer says less of the last hour than the next one will.
			mustFault(t, s, simulator.Fault{Kind: "restate", Endpoint: "agent_activity"})
			x := run(t, wire, t.TempDir(), accounts(shop("shop", shopHost, s, generous, activityOnly)))
			play(t, s, "normal")
			var before sheet
			for round := range sized(4, 2) {
				if round > 0 {
					x.stop()
					time.Sleep(time.Duration(round) * 3 * time.Minute)
					x.start()
				}
				for range 9 {
					time.Sleep(10 * time.Minute)
					got := x.shown("shop")
					if fell := got.fellFrom(before); len(fell) > 0 {
						t.Errorf("fell: %v", fell)
					}
					before = got.lasting()
				}
			}
			synctest.Wait()
			got := x.shown("shop")
			got.healthy(t)
			settled := time.Unix(int64(got.value(t, "liveperson_agent_activity_settled_timestamp_seconds")), 0)
			if age := time.Since(settled); age > time.Hour+16*time.Minute || age < time.Hour {
				t.Errorf("settled up to %s ago, want an hour and at most a poll and two buckets more", age)
			}
			truth := s.TruthBetween(begin.Truncate(5*time.Minute), settled)
			compare(t, "agent activity", got.activity(), activityTruth(truth))
			if got.activity().sum() < 3600 {
				t.Errorf("only %v seconds are counted", got.activity().sum())
			}
			least := 1 << 30
			for end, n := range deliveries {
				at, err := time.Parse(time.RFC3339, end)
				if err == nil && at.After(begin.Add(5*time.Minute)) && at.Before(settled.Add(-80*time.Minute)) && n < least {
					least = n
				}
			}
			if least < 10 {
				t.Errorf("a bucket was delivered %d times only", least)
			}
		})
	}
}

// lasting returns the counters that outlive a restart: those of the vendor.
func (s sheet) lasting() sheet {
	out := sheet{}
	for k, v := range s.counters() {
		if !strings.HasPrefix(k, "contactcenter_") {
			out[k] = v
		}
	}
	return out
}

// countIntervals counts how often each interval has been delivered, by its end.
func countIntervals(deliveries map[string]int, top map[string]any) {
	buckets, _ := top["metricsByIntervals"].([]any)
	for _, b := range buckets {
		if ms, ok := b.(map[string]any)["timestamp"].(interface{ Int64() (int64, error) }); ok {
			at, _ := ms.Int64()
			deliveries[time.UnixMilli(at).UTC().Format(time.RFC3339)]++
		}
	}
}

// activityCounters are the counters of agent_activity.
var activityCounters = []string{
	"liveperson_agent_state_seconds_total", "liveperson_agent_state_chatting_seconds_total",
	"liveperson_agent_state_not_chatting_seconds_total", "liveperson_agent_state_max_concurrency_seconds_total",
	"liveperson_agent_logged_in_seconds_total", "liveperson_agent_logged_in_chatting_seconds_total",
	"liveperson_agent_logged_in_not_chatting_seconds_total", "liveperson_agent_away_reason_seconds_total",
}

func (s sheet) activity() sheet {
	out := sheet{}
	for _, name := range activityCounters {
		for k, v := range s.of(name) {
			out[k] = v
		}
	}
	return out
}

// activityTruth is what the counters of agent_activity should show.
func activityTruth(truth simulator.Truth) sheet {
	want := sheet{}
	put := func(v int64, name string, labels ...string) { want[id(name, labels...)] = float64(v) }
	for agent, a := range truth.LivePerson.Agents {
		for state, v := range a.Activity {
			if state == "logged_in" {
				put(v.Total, "liveperson_agent_logged_in_seconds_total", "agent_id", agent)
				put(v.Chatting, "liveperson_agent_logged_in_chatting_seconds_total", "agent_id", agent)
				put(v.NotChatting, "liveperson_agent_logged_in_not_chatting_seconds_total", "agent_id", agent)
				continue
			}
			put(v.Total, "liveperson_agent_state_seconds_total", "agent_id", agent, "state", state)
			put(v.Chatting, "liveperson_agent_state_chatting_seconds_total", "agent_id", agent, "state", state)
			put(v.NotChatting, "liveperson_agent_state_not_chatting_seconds_total", "agent_id", agent, "state", state)
			put(v.MaxConcurrency, "liveperson_agent_state_max_concurrency_seconds_total", "agent_id", agent, "state", state)
		}
		for reason, v := range a.AwayReasons {
			put(v.Total, "liveperson_agent_away_reason_seconds_total", "agent_id", agent, "reason_id", reason)
		}
	}
	return want
}
