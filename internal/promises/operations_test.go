package promises

import (
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/erlang"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// Load, handle time and agents needed of inbound services are what the simulated centre
// did in the window; diallers have none. The centre stands still where a window begins
// and ends, so that it doesn't matter when the sources ask. The load is that of 30 to 31
// minutes.
func TestStaffingEqualsTheTruth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(15 * time.Hour) // to the working hours of New York
		s := simulator.New(simulator.Options{Seed: 3, Agents: 120, Services: 4})
		x := run(t, both(s), "", accounts(dialer("dialer", dialerHost, s, generous, "identity: none",
			"sources: {interaction_events: {}, service_stats: {interval: 1m}, agents_status: {enabled: false}, calls_on_hold: {enabled: false}, campaign_stats: {enabled: false}}")))
		time.Sleep(10 * time.Minute)
		for range sized(12, 2) {
			play(t, s, "frozen")
			time.Sleep(3 * time.Minute)
			before := s.Truth().LiveVox
			play(t, s, "normal")
			time.Sleep(28 * time.Minute)
			play(t, s, "frozen")
			time.Sleep(2 * time.Minute)
			x.compareStaffing(trueLoads(before, s.Truth().LiveVox))
			play(t, s, "normal")
		}
	})
}

// compareStaffing compares what is shown with what was real.
func (x *exporter) compareStaffing(want map[string]trueLoad) {
	x.t.Helper()
	page, busy := x.shown("dialer"), 0
	loads, handles := byGroup(page, "contactcenter_group_offered_erlangs"), byGroup(page, "contactcenter_group_handle_seconds_window")
	agents := byGroup(page, "contactcenter_group_agents_needed")
	for id, actual := range want {
		load, shown := loads[id]
		if actual.inbound == 0 {
			if shown {
				x.t.Errorf("a dialler, %s, has a load of %v", id, load)
			}
			continue
		}
		busy++
		most, least := actual.seconds/(30*60), actual.seconds/(31*60)
		needed, ok := erlang.Agents(load, time.Duration(handles[id]*float64(time.Second)), 0.8, actual.threshold)
		if load > most*1.001 || load < least*0.999 || math.Abs(handles[id]-actual.handle) > 0.01 || !ok || agents[id] != float64(needed) {
			x.t.Errorf("%s: %v Erlangs of %v s, %v agents; true: %v to %v of %v s, %d agents", id, load, handles[id], agents[id], least, most, actual.handle, needed)
		}
	}
	if busy == 0 {
		x.t.Error("no inbound service was busy")
	}
}

// trueLoad is what a service's agents did in a time: calls that came in, mean handle
// time, and how long they would have been busy with the calls offered.
type trueLoad struct {
	inbound, handle, seconds float64
	threshold                time.Duration
}

func trueLoads(before, after simulator.LiveVoxTruth) map[string]trueLoad {
	loads := map[string]trueLoad{}
	for id, service := range after.Services {
		var calls, inbound, busy float64
		for login, services := range after.Agents {
			grown := func(field string) float64 {
				return float64(services[id].Counted[field] - before.Agents[login][id].Counted[field])
			}
			inbound += grown("inboundCalls")
			calls += grown("inboundCalls") + grown("outboundCalls")
			busy += grown("talkDuration") + grown("wrapupDuration")
		}
		offered := float64(service.Counted["totalOffered"] - before.Services[id].Counted["totalOffered"])
		threshold := map[string]time.Duration{"9001": 20 * time.Second, "9015": 15 * time.Second}[id]
		if calls > 0 {
			loads[id] = trueLoad{inbound, busy / calls, offered * busy / calls, threshold}
		}
	}
	return loads
}

// byGroup returns the series of a metric by their group_id.
func byGroup(page sheet, name string) map[string]float64 {
	out := map[string]float64{}
	for series, v := range page.of(name) {
		_, after, _ := strings.Cut(series, `group_id="`)
		group, _, _ := strings.Cut(after, `"`)
		out[group] = v
	}
	return out
}

// Dialled calls by campaign and class are those of the simulated centre, over the change
// of campaigns at midnight.
func TestDialledCallsEqualTheTruth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(3 * time.Hour) // to eleven at night in New York
		s := simulator.New(simulator.Options{Seed: 5, Agents: 40})
		x := run(t, both(s), "", accounts(dialer("dialer", dialerHost, s, generous, "identity: none", "results: {machine: [busy]}",
			"sources: {interaction_events: {}, service_stats: {enabled: false}, agent_stats: {enabled: false}, agents_status: {enabled: false}, calls_on_hold: {enabled: false}, campaign_stats: {enabled: false}}")))
		time.Sleep(time.Minute)
		before := s.Truth().Feeds.Dialed
		shown := x.shown("dialer").of("livevox_dialed_calls_total")
		time.Sleep(time.Duration(sized(24, 4)) * time.Hour)
		play(t, s, "frozen")
		time.Sleep(time.Minute) // what has happened reaches the feed
		after := s.Truth().Feeds.Dialed
		x.compareDialled(before, after, shown)
		campaigns := map[string]bool{}
		for key := range after {
			campaign, _, _ := strings.Cut(key, "|")
			campaigns[campaign] = true
		}
		if len(campaigns) < 4 {
			t.Errorf("%d campaigns", len(campaigns))
		}
	})
}

// classes are those of the simulator's results.
var classes = map[string]string{
	"No Answer": "no_answer", "Busy": "machine", "Answering Machine (Hung Up)": "machine", "Invalid Phone Number": "no_answer", "Fax": "machine",
	"Not Available (Not Made)": "other", "Operator Transfer (Agent Abandoned)": "abandoned", "Operator Transfer (Abandoned Max Hold Time)": "abandoned",
	"Operator Transfer (Agent Terminated Call)": "connected", "AGENT - Customer Hung Up": "connected", "AGENT - Promise To Pay": "connected", "AGENT - Callback Scheduled": "connected",
}

// Load, handle time and utilization of LivePerson's skills are those of the simulated
// centre in the window that ends where intervals are settled, by Little's law.
func TestUtilizationOfSkillsEqualsTheTruth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(15 * time.Hour) // to the working hours of New York
		s := simulator.New(simulator.Options{Seed: 4, Agents: 60, Services: 4})
		x := run(t, both(s), "", accounts(shop("shop", shopHost, s, generous, "targets: [{window: 1h, minimum_calls: 5}]",
			"sources: {agent_status: {interval: 1m}, status_changes: {enabled: false}, interval_metrics: {interval: 1m}}")))
		time.Sleep(2*time.Hour + 2*time.Minute + 30*time.Second)
		compared := 0
		for range sized(24, 4) {
			time.Sleep(28 * time.Minute)
			play(t, s, "frozen") // no agent comes or goes between the sources' answers
			time.Sleep(2 * time.Minute)
			page := x.shown("shop")
			play(t, s, "normal")
			settled := time.Unix(int64(page.value(t, "liveperson_interval_settled_timestamp_seconds")), 0)
			actual := s.TruthBetween(settled.Add(-time.Hour), settled).LivePerson.Intervals
			loads, handles, used := byGroup(page, "contactcenter_group_offered_erlangs"), byGroup(page, "contactcenter_group_handle_seconds_window"), byGroup(page, "contactcenter_group_utilization_ratio")
			slotsOf := map[string]float64{}
			for series, v := range page.of("liveperson_skill_max_slots") {
				_, after, _ := strings.Cut(series, `skill_id="`)
				skill, _, _ := strings.Cut(after, `"`)
				slotsOf[skill] = v
			}
			for skill, n := range actual {
				if n["arrivals"] < 5 || n["closedConversations"] < 5 {
					continue
				}
				handle := float64(n["handleTime"]) / float64(n["closedConversations"])
				load := float64(n["arrivals"]) / 3600 * handle
				slots := slotsOf[skill]
				if !within(handles[skill], handle) || !within(loads[skill], load) || slots > 0 && !within(used[skill], load/slots) {
					t.Errorf("until %v: skill %s: %v Erlangs of %v s, utilization %v of %v slots; true: %v Erlangs of %v s", settled, skill, loads[skill], handles[skill], used[skill], slots, load, handle)
				}
				if slots > 0 {
					compared++
				}
			}
		}
		if compared < 4 {
			t.Errorf("%d figures compared", compared)
		}
	})
}

// within reports whether a figure is within a thousandth of the true one.
func within(got, want float64) bool { return math.Abs(got-want) <= want/1000 }
