package liveperson

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// groupTotals is what is counted of one agent group.
type groupTotals struct {
	name   string
	agents map[string]float64 // by status
	work   map[*metric.Desc]float64
}

// skillTotals is what is counted of one skill.
type skillTotals struct {
	name   string
	agents map[string]float64 // by status
}

func (g *groupTotals) add(a *liveperson.AgentStatus, status string) {
	if g.agents == nil {
		g.agents, g.work = map[string]float64{}, map[*metric.Desc]float64{}
	}
	g.name = oneName(g.name, string(a.AgentGroupName))
	g.agents[status]++
	for _, w := range workloads {
		if v := w.value(a); translate.Measured(v) {
			g.work[w.group] += v.Value
		}
	}
}

// append adds the group's samples. A sum to which no agent gave a number is no
// sample.
func (g *groupTotals) append(samples []metric.Sample, id string) []metric.Sample {
	for _, s := range agentStatuses {
		samples = append(samples, groupAgents.Of(g.agents[s], id, g.name, s))
	}
	n := g.agents
	normal := map[string]float64{"available": n["online"], "unavailable": n["away"] + n["back_soon"], "offline": n["offline"], "other": n["other"]}
	for _, s := range collector.AgentStates() {
		samples = append(samples, collector.Agents().Of(normal[s], id, g.name, s))
	}
	for _, w := range workloads {
		if sum, known := g.work[w.group]; known {
			samples = append(samples, w.group.Of(sum, id, g.name))
		}
	}
	return samples
}

// countSkills counts an agent under each of its skills, once.
func countSkills(skills map[string]*skillTotals, a *liveperson.AgentStatus, status string) {
	seen := map[api.Text]bool{}
	for _, s := range a.AgentSkills.Items {
		if s.ID == "" || seen[s.ID] {
			continue
		}
		seen[s.ID] = true
		skill := translate.Entry(skills, string(s.ID))
		if skill.agents == nil {
			skill.agents = map[string]float64{}
		}
		skill.name = oneName(skill.name, string(s.Name))
		skill.agents[status]++
	}
}

// oneName decides between two names of one id, whatever their order: an id must
// not have two series.
func oneName(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return min(a, b)
}
