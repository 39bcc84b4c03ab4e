package livevox

import (
	"maps"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// agentCounts counts agents by service: every state of every service is there,
// so that a service without ready agents shows 0 instead of nothing.
type agentCounts struct {
	services map[livevox.ID]*serviceCount
	seen     map[[2]string]bool // login and service
}

// serviceCount counts the agents of one service.
type serviceCount struct {
	livevox.Service
	states  map[string]int
	reasons map[string]int
	calls   map[string]int // by call type
}

func newAgentCounts(services []livevox.Service) *agentCounts {
	c := &agentCounts{services: map[livevox.ID]*serviceCount{}, seen: map[[2]string]bool{}}
	for _, s := range services {
		c.of(s)
	}
	return c
}

func (c *agentCounts) of(s livevox.Service) *serviceCount {
	agents := c.services[s.ID]
	if agents == nil {
		agents = &serviceCount{Service: s, states: map[string]int{}, reasons: map[string]int{}, calls: map[string]int{}}
		c.services[s.ID] = agents
	}
	if agents.Name == "" {
		agents.Name = s.Name
	}
	return agents
}

// count adds an agent, once per service. It reports whether the reason for being
// not ready is a known one.
func (c *agentCounts) count(a shownAgent) (known bool) {
	key := [2]string{string(a.LoginID), string(a.ID)}
	if a.LoginID != "" && c.seen[key] {
		return true
	}
	c.seen[key] = true
	agents := c.of(a.Service)
	agents.states[a.state.label]++
	if kind := strings.ToLower(strings.Join(strings.Fields(string(a.CallType)), "_")); kind != "" {
		agents.calls[kind]++
	}
	if a.state.label != "not_ready" {
		return true
	}
	reason, known := reasonOf(string(a.ReasonCode))
	agents.reasons[reason]++
	return known
}

func (c *agentCounts) samples(states []agentStateKind) []metric.Sample {
	var out []metric.Sample
	for _, service := range slices.Sorted(maps.Keys(c.services)) {
		agents := c.services[service]
		id, name := string(agents.ID), string(agents.Name)
		common := map[string]int{}
		for _, s := range states {
			n := agents.states[s.label]
			common[s.common] += n
			if s.label != loggedOff {
				out = append(out, serviceAgentStates.Of(float64(n), id, name, s.label))
			}
		}
		for _, s := range collector.AgentStates() {
			out = append(out, collector.Agents().Of(float64(common[s]), id, name, s))
		}
		for _, reason := range notReadyReasons() {
			out = append(out, agentsNotReady.Of(float64(agents.reasons[reason]), id, name, reason))
		}
		for _, kind := range slices.Sorted(maps.Keys(agents.calls)) {
			out = append(out, agentsByCallType.Of(float64(agents.calls[kind]), id, name, kind))
		}
	}
	return out
}
