package promises

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

const agentViewOnly = "sources: {agent_status: {enabled: false}, status_changes: {enabled: false}, agent_view: {interval: 1m}}"

// agentViewCounters are the counters of agent_view.
var agentViewCounters = []string{
	"liveperson_agent_conversations_closed_total", "liveperson_agent_transfers_total",
	"liveperson_agent_back_to_queue_total", "liveperson_agent_messaging_status_seconds_total",
}

// agentViewTruth is what the counters of agent_view should show.
func agentViewTruth(truth simulator.Truth) sheet {
	want := sheet{}
	for agent, a := range truth.LivePerson.Agents {
		for by, n := range a.Outcomes.Closed {
			want[id("liveperson_agent_conversations_closed_total", "agent_id", agent, "closed_by", by)] = float64(n)
		}
		want[id("liveperson_agent_transfers_total", "agent_id", agent)] = float64(a.Outcomes.Transfers)
		want[id("liveperson_agent_back_to_queue_total", "agent_id", agent)] = float64(a.Outcomes.BackToQueue)
		for status, byReason := range a.MessagingSeconds {
			for reason, s := range byReason {
				want[id("liveperson_agent_messaging_status_seconds_total", "agent_id", agent, "status", status, "reason_id", reason)] = s
			}
		}
	}
	return want
}

// Windows are counted once over restarts and outages, and with the agents who have
// logged out since.
func TestWindowsOfAgentViewEqualTheTruth(t *testing.T) {
	t.Parallel()
	for seed := range int64(sized(10, 1)) {
		synctest.Test(t, func(t *testing.T) {
			s := simulator.New(simulator.Options{Seed: 300 + seed, Agents: 20, Services: 4})
			luck := rand.New(rand.NewPCG(uint64(seed), 10))
			time.Sleep(14*time.Hour + time.Duration(seed)*97*time.Second)
			begin := time.Now().Truncate(15 * time.Minute)
			mustFault(t, s, simulator.Fault{Kind: "restate", Endpoint: "agent_view"})
			x := run(t, hosts{shopHost: s}, t.TempDir(), accounts(shop("shop", shopHost, s, generous, agentViewOnly)))
			var before sheet
			for range sized(5, 2) {
				time.Sleep(time.Duration(20+luck.IntN(60)) * time.Minute)
				got := x.shown("shop")
				if fell := got.fellFrom(before); len(fell) > 0 {
					t.Fatalf("fell: %v", fell)
				}
				before = got.lasting()
				gap := time.Duration(luck.IntN(150)) * time.Minute
				if luck.IntN(3) > 0 {
					x.stop()
					time.Sleep(gap)
					x.start()
				} else {
					mustFault(t, s, simulator.Fault{Kind: "outage", Endpoint: "agent_view", Until: simulator.Duration(gap + time.Second)})
				}
			}
			time.Sleep(4 * time.Hour)
			time.Sleep(time.Until(time.Now().Truncate(15 * time.Minute).Add(20 * time.Minute))) // five after a window has settled
			synctest.Wait()
			got := x.shown("shop")
			got.healthyNow(t)
			settled := time.Now().Add(-20 * time.Minute)
			want := agentViewTruth(s.TruthBetween(begin, settled))
			compare(t, "agent view", got.only(agentViewCounters), want)
			if want.sum() < 100 {
				t.Errorf("only %v are counted", want.sum())
			}
		})
	}
}
