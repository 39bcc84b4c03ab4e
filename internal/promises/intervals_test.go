package promises

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// The counters of interval metrics equal the truth over restarts and outages, though
// each interval is delivered often, grows while it is in progress and is corrected later.
func TestIntervalMetricsEqualTheTruth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 31, Agents: 30})
		time.Sleep(14*time.Hour + 4*time.Minute)
		begin := time.Now()
		x := run(t, both(s), t.TempDir(), accounts(shop("shop", shopHost, s, generous,
			"sources: {agent_status: {enabled: false}, status_changes: {enabled: false}, interval_metrics: {interval: 7m}}")))
		var before sheet
		for round := range 4 {
			if round > 0 {
				x.stop()
				time.Sleep(time.Duration(round*round) * 11 * time.Minute)
				x.start()
			}
			if round == 2 {
				mustFault(t, s, simulator.Fault{Kind: "outage", Endpoint: "interval_metrics", Count: 4})
			}
			for range 12 {
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
		settled := time.Unix(int64(got.value(t, "liveperson_interval_settled_timestamp_seconds")), 0)
		if age := time.Since(settled); age < 30*time.Minute || age > 53*time.Minute {
			t.Errorf("settled up to %s ago", age)
		}
		if got.value(t, "liveperson_interval_in_progress") == 0 {
			t.Error("nothing is in progress, so that nothing was waited for")
		}
		have, want := sheet{}, sheet{}
		for skill, n := range s.TruthBetween(begin.Truncate(15*time.Minute), settled).LivePerson.Intervals {
			for field, name := range map[string]string{
				"arrivals": "arrivals_total", "workTime": "work_seconds_total", "handledConversations": "handled_conversations_total",
				"repliedConversations": "replied_conversations_total", "closedConversations": "closed_conversations_total",
			} {
				want[id("liveperson_interval_"+name, "skill_id", skill)] = float64(n[field])
			}
			want[id("liveperson_interval_handle_seconds_total", "skill_id", skill, "model", "ift")] = float64(n["handleTime"])
			want[id("liveperson_interval_messages_total", "skill_id", skill, "sender", "consumer")] = float64(n["consumerMessages"])
			want[id("liveperson_interval_messages_total", "skill_id", skill, "sender", "agent")] = float64(n["agentMessages"])
		}
		for _, b := range x.manager.Gather() {
			for _, v := range b.Samples {
				if b.Source != "interval_metrics" || !v.Desc.Has("skill_id") {
					continue
				}
				var labels []string
				for i, l := range v.Desc.Labels {
					if l != "skill_name" {
						labels = append(labels, l, v.Labels[i])
					}
				}
				have[id(v.Desc.Name, labels...)] = v.Value
			}
		}
		compare(t, "interval metrics", have, want)
		if want.sum() < 10_000 {
			t.Errorf("only %v is counted", want.sum())
		}
	})
}
