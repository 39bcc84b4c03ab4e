package livevox

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

var agentsByTeam = metric.Gauge.Desc("livevox_agents_by_team", "{agent}",
	"Agents by team (agentTeamId) and state, by the newest event of each on the ACD line. Agents without an event since the exporter started, or within a day, are missing.",
	"team_id", "state").Bounded("team_id").Experimental()

// teamStates are the states of agents by the feed, which alone tells their teams. It is
// used by one goroutine.
type teamStates map[livevox.ID]teamState

// teamState is what the newest event of an agent says; no state after a logoff.
type teamState struct {
	team  livevox.ID
	state string
	at    time.Time
	order int64
}

// note takes the events of a page, of which the kinds tell the state that each begins.
// They need not be in order.
func (t teamStates) note(events []livevox.AgentEvent, kinds eventKinds, covers func(livevox.ID) bool) {
	for i := range events {
		e := &events[i]
		kind, _ := kinds.of(e)
		line, _ := lineOf(string(e.Line))
		if e.AgentID == "" || !kind.changesState(line) {
			continue
		}
		next := teamState{team: e.TeamID, at: e.Time(), order: e.Order()}
		before, met := t[e.AgentID]
		if met && cmp.Or(next.at.Compare(before.at), cmp.Compare(next.order, before.order)) < 0 {
			continue
		}
		if next.team == "" {
			next.team = before.team
		}
		if covers(e.ServiceID) {
			next.state = kind.state
		}
		t[e.AgentID] = next
	}
}

// samples returns the agents by team and state; an agent without an event since a time is
// forgotten. A team with agents has every state, and is there while one of them is known.
func (t teamStates) samples(since time.Time) []metric.Sample {
	counts := map[livevox.ID]map[string]int{}
	maps.DeleteFunc(t, func(_ livevox.ID, a teamState) bool { return a.at.Before(since) })
	for _, a := range t {
		if counts[a.team] == nil {
			counts[a.team] = map[string]int{}
		}
		counts[a.team][a.state]++
	}
	delete(counts, "") // without a team
	var out []metric.Sample
	for _, team := range slices.Sorted(maps.Keys(counts)) {
		for _, state := range feedStates() {
			out = append(out, agentsByTeam.Of(float64(counts[team][state]), string(team), state))
		}
	}
	return out
}
