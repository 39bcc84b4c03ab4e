package livevox

import (
	"maps"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// serviceTeams counts agents by service: every state of every service is there,
// so that a service without ready agents shows 0 instead of nothing.
type serviceTeams struct {
	order []livevox.ID
	teams map[livevox.ID]*serviceTeam
	seen  map[[2]string]bool // login and service
}

// serviceTeam is what the agents of one service do.
type serviceTeam struct {
	livevox.Service
	states  map[string]int
	reasons map[string]int
	calls   map[string]int // by call type
}

func newServiceTeams(services []livevox.Service) *serviceTeams {
	t := &serviceTeams{teams: map[livevox.ID]*serviceTeam{}, seen: map[[2]string]bool{}}
	for _, s := range services {
		t.of(s)
	}
	return t
}

func (t *serviceTeams) of(s livevox.Service) *serviceTeam {
	team := t.teams[s.ID]
	if team == nil {
		team = &serviceTeam{Service: s, states: map[string]int{}, reasons: map[string]int{}, calls: map[string]int{}}
		t.teams[s.ID] = team
		t.order = append(t.order, s.ID)
	}
	if team.Name == "" {
		team.Name = s.Name
	}
	return team
}

// count adds an agent, once per service. It reports whether the reason for being
// not ready is a known one.
func (t *serviceTeams) count(a shownAgent) (known bool) {
	who := [2]string{string(a.LoginID), string(a.ID)}
	if a.LoginID != "" && t.seen[who] {
		return true
	}
	t.seen[who] = true
	team := t.of(a.Service)
	team.states[a.state.label]++
	if kind := strings.ToLower(strings.Join(strings.Fields(string(a.CallType)), "_")); kind != "" {
		team.calls[kind]++
	}
	if a.state.label != "not_ready" {
		return true
	}
	reason, known := reasonOf(string(a.ReasonCode))
	team.reasons[reason]++
	return known
}

func (t *serviceTeams) samples(states []agentStateKind) []metric.Sample {
	var out []metric.Sample
	for _, service := range t.order {
		team := t.teams[service]
		id, name := string(team.ID), string(team.Name)
		common := map[string]int{}
		for _, s := range states {
			n := team.states[s.label]
			common[s.common] += n
			if s.label != loggedOff {
				out = append(out, serviceAgentStates.Of(float64(n), id, name, s.label))
			}
		}
		for _, s := range collector.AgentStates() {
			out = append(out, collector.Agents().Of(float64(common[s]), id, name, s))
		}
		for _, reason := range notReadyReasons() {
			out = append(out, agentsNotReady.Of(float64(team.reasons[reason]), id, name, reason))
		}
		for _, kind := range slices.Sorted(maps.Keys(team.calls)) {
			out = append(out, agentsByCallType.Of(float64(team.calls[kind]), id, name, kind))
		}
	}
	return out
}
