package operations

import (
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	agentsScheduled = rosterDesc("contactcenter_group_agents_scheduled", "{agent}",
		"Agents whom the roster has at work in a group now. A group of the roster is 0 while none is", "group_id", "group_name")
	groupAdherence = rosterDesc("contactcenter_group_adherence_ratio", "1",
		"Agents of a group who are available, on a contact or in wrap-up now, by those whom the roster has at work there, at most 1: whether enough are there, not whether they are the same. Absent where no agent is scheduled", "group_id", "group_name")
	agentAdherent = rosterDesc("contactcenter_agent_adherent", "1",
		"1 for an agent whom the roster has at work now and who is (LiveVox: logged in and not not-ready; LivePerson: online), 0 for one who isn't. Absent without identity, and unless the roster has the ids of agents who are shown", "agent_id")
	rosterUp = rosterDesc("contactcenter_roster_up", "1",
		"1 if the roster could be read when it changed last, else 0: then the one before is still in use")
	rosterUpdated = rosterDesc("contactcenter_roster_updated_timestamp_seconds", "s",
		"Unix time in seconds at which the roster that is in use was read")
	rosterSkipped = rosterDesc("contactcenter_roster_rows_skipped", "{row}",
		"Rows of the roster in use that lack an id or a time, or end before they begin")
)

func rosterDesc(name, unit, help string, labels ...string) *metric.Desc {
	return metric.Gauge.Desc(name, unit, help+".", labels...).Experimental()
}

// adherence compares a roster with who is there.
type adherence struct {
	roster   roster
	identity collector.Identity
	groups   map[string]bool // that have been scheduled since the start
	matched  bool            // whether the roster had the id of an agent who is shown
}

// append appends what the roster says of now.
func (a *adherence) append(samples []metric.Sample, shown []collector.Shown, m Measured, names map[string]string, now time.Time) []metric.Sample {
	if a.roster.config.File == "" {
		return samples
	}
	a.roster.refresh(now)
	samples = append(samples, rosterUp.Of(translate.Truth(a.roster.err == nil)))
	if a.roster.at.IsZero() {
		return samples
	}
	samples = append(samples, rosterSkipped.Of(float64(a.roster.skipped)))
	samples = translate.AppendTime(samples, rosterUpdated, a.roster.at)
	scheduled := a.roster.scheduled(now)
	for _, d := range a.roster.duties {
		a.groups[d.group] = true
	}
	serving := servingAgents(shown)
	for _, group := range slices.Sorted(maps.Keys(a.groups)) {
		n := float64(len(scheduled[group]))
		samples = append(samples, agentsScheduled.Of(n, group, names[group]))
		if n > 0 && m.Agents != nil {
			samples = append(samples, groupAdherence.Of(min(1, serving[group]/n), group, names[group]))
		}
	}
	return a.appendAgents(samples, scheduled, m.Agents)
}

// servingAgents returns how many agents of each group serve contacts.
func servingAgents(shown []collector.Shown) map[string]float64 {
	serving := map[string]float64{}
	for _, source := range shown {
		for _, s := range source.Samples {
			if s.Desc == collector.Agents() && slices.Contains([]string{"available", "on_contact", "wrap_up"}, s.Labels[2]) {
				serving[s.Labels[0]] += s.Value
			}
		}
	}
	return serving
}

// appendAgents appends whether each agent who is scheduled is at work. atWork has the
// agents who are shown, by the label agent_id.
func (a *adherence) appendAgents(samples []metric.Sample, scheduled map[string]map[string]bool, atWork map[string]bool) []metric.Sample {
	ids := map[string]bool{}
	for _, agents := range scheduled {
		for agent := range agents {
			if id := a.identity(agent, ""); id != "" {
				ids[id] = true
			}
		}
	}
	for id := range ids {
		_, there := atWork[id]
		a.matched = a.matched || there
	}
	if !a.matched || atWork == nil {
		return samples
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		samples = append(samples, agentAdherent.Of(translate.Truth(atWork[id]), id))
	}
	return samples
}
