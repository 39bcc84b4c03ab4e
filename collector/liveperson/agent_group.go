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

// totals are the numbers of agents of one group or skill and the sums over them.
type totals struct {
	name   string
	agents map[string]float64 // by status
	sums   map[*metric.Desc]float64
}

// count counts an agent, by whose record the group or skill has a name.
func (t *totals) count(status, name string) {
	if t.agents == nil {
		t.agents, t.sums = map[string]float64{}, map[*metric.Desc]float64{}
	}
	t.name = oneName(t.name, name)
	t.agents[status]++
}

// sum adds a number of an agent to a sum, and returns how many cannot be true. A sum to
// which no agent gave a number is no sample.
func (t *totals) sum(d *metric.Desc, n api.Number) (bad int) {
	switch {
	case !translate.Measured(n):
	case !translate.Summable(n):
		return 1
	default:
		t.sums[d] += n.Value
	}
	return 0
}

// append appends the agents by status, and the sums.
func (t *totals) append(samples []metric.Sample, agents *metric.Desc, id string) []metric.Sample {
	for _, s := range agentStatuses {
		samples = append(samples, agents.Of(t.agents[s], id, t.name, s))
	}
	for _, d := range slices.SortedFunc(maps.Keys(t.sums), func(a, b *metric.Desc) int { return strings.Compare(a.Name, b.Name) }) {
		samples = append(samples, d.Of(t.sums[d], id, t.name))
	}
	return samples
}

// groupTotals is what is counted of one agent group.
type groupTotals struct {
	totals
	onContact float64            // of those that are online
	away      map[string]float64 // by reason
}

// add counts an agent, and returns how many of its numbers cannot be true.
func (g *groupTotals) add(a *liveperson.AgentStatus, status string) (bad int) {
	g.count(status, string(a.AgentGroupName))
	switch {
	case status == "online" && slotsFull(a):
		g.onContact++
	case status == "away":
		if g.away == nil {
			g.away = map[string]float64{}
		}
		g.away[cmp.Or(reasonID(string(a.CurrentStatusReason)), unknownReason)]++
	}
	for _, w := range workloads {
		bad += g.sum(w.group, w.value(a))
	}
	if a.Presence.Valid {
		g.sums[groupPresent] += metric.Truth(a.Presence.Value)
	}
	if connected, known := connection(a); known {
		g.sums[groupConnected] += metric.Truth(connected)
	}
	return bad
}

// slotsFull reports whether an agent has no free slot.
func slotsFull(a *liveperson.AgentStatus) bool {
	if a.ConfiguredMaxSlots.Value > 0 && translate.Measured(a.FreeSlots) {
		return a.FreeSlots.Value == 0
	}
	used := plus(a.BusySlots, a.RingingSlots)
	return translate.Measured(used) && a.ConfiguredMaxSlots.Value > 0 && used.Value >= a.ConfiguredMaxSlots.Value
}

// append appends the group's samples.
func (g *groupTotals) append(samples []metric.Sample, id string) []metric.Sample {
	samples = g.totals.append(samples, groupAgents, id)
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
	return samples
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

// countSkills counts an agent under each of its skills, once.
func countSkills(skills map[string]*totals, a *liveperson.AgentStatus, status string, open bool) {
	seen := map[api.Text]bool{}
	for _, s := range a.AgentSkills.Items {
		if s.ID == "" || seen[s.ID] {
			continue
		}
		seen[s.ID] = true
		t := translate.Entry(skills, string(s.ID))
		t.count(status, string(s.Name))
		for _, w := range workloads {
			if w.skill != nil && (w.skill != skillOpen || open) {
				t.sum(w.skill, w.value(a))
			}
		}
	}
}

// oneName decides between two names of one id, whatever their order: an id must
// not have two series.
func oneName(a, b string) string {
	a, b = liveperson.Name(a), liveperson.Name(b)
	if a == "" || b == "" {
		return a + b
	}
	return min(a, b)
}
