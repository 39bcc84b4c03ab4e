package liveperson

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// The metrics of agent groups beside those of workloads.
var (
	groupAgents = metric.Gauge.Desc("liveperson_agents", "{agent}",
		"Agents by agent group (agentGroupId; -1 is the Main Group) and status (currentStatus).", "group_id", "group_name", "status")
	groupAway = metric.Gauge.Desc("liveperson_agents_away", "{agent}",
		"Agents that are away (currentStatus AWAY) by agent group and reason (currentStatusReason): none where LivePerson says that there is none, unknown where it doesn't tell it.",
		"group_id", "group_name", "reason_id").Bounded("reason_id")
	groupConnected = metric.Gauge.Desc("liveperson_group_agents_connected", "{agent}",
		"Agents of the agent group whose currentConnectionState is CONNECTED.", "group_id", "group_name")
	groupPresent = metric.Gauge.Desc("liveperson_group_agents_present", "{agent}",
		"Agents of the agent group that are present (agentPresence). LivePerson leaves out those that are not unless filter.presence says otherwise.",
		"group_id", "group_name")
)

// unknownReason is the label of a reason that the vendor doesn't tell.
const unknownReason = "unknown"

// groupTotals is what is counted of one agent group.
type groupTotals struct {
	name      string
	agents    map[string]float64 // by status
	onContact float64            // of those that are online
	away      map[string]float64 // by reason
	sums      map[*metric.Desc]float64
}

// add counts an agent. A sum to which no agent gave a number is no sample.
func (g *groupTotals) add(a *liveperson.AgentStatus, status string) {
	if g.agents == nil {
		g.agents, g.away, g.sums = map[string]float64{}, map[string]float64{}, map[*metric.Desc]float64{}
	}
	g.name = oneName(g.name, string(a.AgentGroupName))
	g.agents[status]++
	switch {
	case status == "online" && full(a):
		g.onContact++
	case status == "away":
		g.away[cmp.Or(reasonID(string(a.CurrentStatusReason)), unknownReason)]++
	}
	for _, w := range workloads {
		if v := w.value(a); translate.Measured(v) && translate.Summable(v) {
			g.sums[w.group] += v.Value
		}
	}
	if a.Presence.Valid {
		g.sums[groupPresent] += metric.Truth(a.Presence.Value)
	}
	if connected, known := connection(a); known {
		g.sums[groupConnected] += metric.Truth(connected)
	}
}

// notSummable counts the numbers of an agent that cannot be true.
func notSummable(a *liveperson.AgentStatus) (n int) {
	for _, w := range workloads {
		if v := w.value(a); translate.Measured(v) && !translate.Summable(v) {
			n++
		}
	}
	return n
}

// full reports whether an agent has no free slot.
func full(a *liveperson.AgentStatus) bool {
	if a.ConfiguredMaxSlots.Value > 0 && translate.Measured(a.FreeSlots) {
		return a.FreeSlots.Value == 0
	}
	used := plus(a.BusySlots, a.RingingSlots)
	return translate.Measured(used) && a.ConfiguredMaxSlots.Value > 0 && used.Value >= a.ConfiguredMaxSlots.Value
}

// append adds the group's samples.
func (g *groupTotals) append(samples []metric.Sample, id string) []metric.Sample {
	for _, s := range agentStatuses {
		samples = append(samples, groupAgents.Of(g.agents[s], id, g.name, s))
	}
	n := g.agents
	normal := map[string]float64{
		"available": n["online"] - g.onContact, "on_contact": g.onContact,
		"unavailable": n["away"] + n["back_soon"], "offline": n["offline"], "other": n["other"],
	}
	for _, s := range collector.AgentStates() {
		samples = append(samples, collector.Agents().Of(normal[s], id, g.name, s))
	}
	for _, reason := range slices.Sorted(maps.Keys(g.away)) {
		samples = append(samples, groupAway.Of(g.away[reason], id, g.name, reason))
	}
	for _, d := range groupSums() {
		if sum, known := g.sums[d]; known {
			samples = append(samples, d.Of(sum, id, g.name))
		}
	}
	return samples
}

// groupSums are the metrics that are sums over the agents of a group.
func groupSums() []*metric.Desc {
	descs := []*metric.Desc{groupConnected, groupPresent}
	for _, w := range workloads {
		descs = append(descs, w.group)
	}
	return descs
}

// connection returns whether an agent is connected, where LivePerson tells it.
func connection(a *liveperson.AgentStatus) (connected, known bool) {
	switch strings.ToUpper(string(a.ConnectionState)) {
	case "CONNECTED":
		return true, true
	case "DISCONNECTED":
		return false, true
	}
	return false, false
}

// skillTotals is what is counted of one skill.
type skillTotals struct {
	name   string
	agents map[string]float64 // by status
	sums   map[*metric.Desc]float64
}

// countSkills counts an agent under each of its skills, once.
func countSkills(skills map[string]*skillTotals, a *liveperson.AgentStatus, status string) {
	seen := map[api.Text]bool{}
	for _, s := range a.AgentSkills.Items {
		if s.ID == "" || seen[s.ID] {
			continue
		}
		seen[s.ID] = true
		translate.Entry(skills, string(s.ID)).add(a, status, string(s.Name))
	}
}

func (s *skillTotals) add(a *liveperson.AgentStatus, status, name string) {
	if s.agents == nil {
		s.agents, s.sums = map[string]float64{}, map[*metric.Desc]float64{}
	}
	s.name = oneName(s.name, name)
	s.agents[status]++
	for _, w := range workloads {
		if v := w.value(a); w.skill != nil && translate.Measured(v) && translate.Summable(v) {
			s.sums[w.skill] += v.Value
		}
	}
}

// append adds the skill's samples but those of a metric that another source shows.
func (s *skillTotals) append(samples []metric.Sample, id string, elsewhere map[*metric.Desc]bool) []metric.Sample {
	for _, status := range agentStatuses {
		samples = append(samples, skillAgents.Of(s.agents[status], id, s.name, status))
	}
	for _, w := range workloads {
		if sum, known := s.sums[w.skill]; known && !elsewhere[w.skill] {
			samples = append(samples, w.skill.Of(sum, id, s.name))
		}
	}
	return samples
}

// oneName decides between two names of one id, whatever their order: an id must
// not have two series.
func oneName(a, b string) string {
	a, b = nameOf(a), nameOf(b)
	if a == "" || b == "" {
		return a + b
	}
	return min(a, b)
}
