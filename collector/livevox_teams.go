package collector

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// lvTeams counts agents by service: every state of every service is there,
// so that nobody being ready shows as 0 and not as nothing.
type lvTeams struct {
	order []livevox.ID
	teams map[livevox.ID]*lvTeam
	seen  map[[2]string]bool // login and service
}

// lvTeam is what the agents of one service do.
type lvTeam struct {
	livevox.Service
	states  map[string]int
	reasons map[string]int
}

func newLVTeams(services []livevox.Service) *lvTeams {
	t := &lvTeams{teams: map[livevox.ID]*lvTeam{}, seen: map[[2]string]bool{}}
	for _, s := range services {
		t.of(s)
	}
	return t
}

func (t *lvTeams) of(s livevox.Service) *lvTeam {
	team := t.teams[s.ID]
	if team == nil {
		team = &lvTeam{Service: s, states: map[string]int{}, reasons: map[string]int{}}
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
func (t *lvTeams) count(a lvAgent) (known bool) {
	who := [2]string{string(a.LoginID), string(a.ID)}
	if a.LoginID != "" && t.seen[who] {
		return true
	}
	t.seen[who] = true
	team := t.of(a.Service)
	team.states[a.state.label]++
	if a.state.label != "not_ready" {
		return true
	}
	reason, known := lvReasonOf(string(a.ReasonCode))
	team.reasons[reason]++
	return known
}

func (t *lvTeams) samples(states []lvState) []metric.Sample {
	var out []metric.Sample
	for _, service := range t.order {
		team := t.teams[service]
		id, name := string(team.ID), string(team.Name)
		common := map[string]int{}
		for _, s := range states {
			n := team.states[s.label]
			common[s.common] += n
			if s.label != lvLoggedOff {
				out = append(out, lvAgents.Of(float64(n), id, name, s.label))
			}
		}
		for _, s := range agentStates {
			out = append(out, agents.Of(float64(common[s]), id, name, s))
		}
		for _, reason := range lvReasons() {
			out = append(out, lvAgentsNotReady.Of(float64(team.reasons[reason]), id, name, reason))
		}
	}
	return out
}
