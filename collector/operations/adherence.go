package operations

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

const (
	atWork = " (LiveVox: ready, on a call or in wrap-up; LivePerson: online)"
	byIDs  = ". Absent with identity none or name, and while the roster has no id of an agent who is shown"
)

var (
	agentsScheduled = rosterDesc("contactcenter_group_agents_scheduled", "{agent}",
		"Agents scheduled in a group now by the roster; 0 for a group of the roster without one", "group_id", "group_name")
	groupAdherence = rosterDesc("contactcenter_group_adherence_ratio", "1",
		"Agents of a group who are available, on a contact or in wrap-up now, divided by those scheduled there, at most 1. It compares numbers of agents, not persons. Absent where no agent is scheduled", "group_id", "group_name")
	agentsAbsent = rosterDesc("contactcenter_group_agents_absent", "{agent}",
		"Agents scheduled in a group now who are not logged in (LivePerson: offline), including those who are late"+byIDs, "group_id", "group_name")
	agentsLate = rosterDesc("contactcenter_group_agents_late", "{agent}",
		"Agents scheduled in a group now whom the exporter has not seen logged in since their duty began"+byIDs, "group_id", "group_name")
	agentAdherent = rosterDesc("contactcenter_agent_adherent", "1",
		"1 for an agent who is scheduled now and is at work"+atWork+", 0 for one who is scheduled and isn't"+byIDs, "agent_id")

	groupScheduledTime = adherenceDesc("contactcenter_group_scheduled_seconds_total",
		"Time for which agents were scheduled in a group, summed over the agents", "group_id", "group_name")
	groupAdherentTime = adherenceDesc("contactcenter_group_adherent_seconds_total",
		"The part of contactcenter_group_scheduled_seconds_total in which the agents were at work"+atWork+", so that the ratio of both is the adherence. Where the roster has no id of an agent who is shown, any agents at work in the group count, up to the number scheduled", "group_id", "group_name")
	agentScheduledTime = adherenceDesc("contactcenter_agent_scheduled_seconds_total",
		"Time for which an agent was scheduled"+byIDs, "agent_id")
	agentAdherentTime = adherenceDesc("contactcenter_agent_adherent_seconds_total",
		"The part of contactcenter_agent_scheduled_seconds_total in which the agent was at work"+atWork, "agent_id")
)

func rosterDesc(name, unit, help string, labels ...string) *metric.Desc {
	return metric.Gauge.Desc(name, unit, help+".", labels...).Experimental()
}

func adherenceDesc(name, help string, labels ...string) *metric.Desc {
	return &metric.Desc{
		Name: name, Unit: "s", Kind: metric.Counter, Labels: labels, Stability: metric.Experimental,
		OTLPName: strings.TrimSuffix(name, "_total"), // contactcenter_agent_adherent is whether the agent is now
		Help:     help + ". In seconds. An interval of the source counts by who is at work at its end; while that isn't known, neither counter grows.",
	}
}

// adherence compares a roster with who is there.
type adherence struct {
	roster   roster
	identity collector.Identity
	longest  time.Duration        // between two comparisons whose time is counted
	groups   map[string]string    // the newest name of each group of the roster in use; "" if it has none
	seen     map[string]time.Time // when agents were logged in last, by agent_id
	matched  bool                 // whether the roster had the id of an agent who is shown
	counted  time.Time            // up to when time is counted; zero while it isn't known who is there
}

// rosterIdentity returns the label agent_id of an agent of the roster: "" where agents are
// shown by their names, which the roster doesn't have, and for an agent whom the vendor
// hasn't shown.
func rosterIdentity(env collector.Env, agents AgentIDs) collector.Identity {
	if env.Account.Identity == config.Name {
		return func(string, string) string { return "" }
	}
	return func(id, name string) string { return env.Identity(agents.shown(id), name) }
}

// comparison is a roster and who is there at one time.
type comparison struct {
	now       time.Time
	scheduled map[string]map[string]time.Time // see duties
	serving   map[string]float64              // agents at work, by group
	agents    map[string]bool                 // see Measured
	ids       map[string]string               // agent_id of each scheduled agent who has one
}

// append appends what the roster says of now, and counts the time since the newest
// comparison.
func (a *adherence) append(ctx context.Context, r *metric.Reading, shown []collector.Shown, m Measured, names map[string]string, now time.Time) {
	if !a.roster.config.Set() {
		return
	}
	a.roster.refresh(ctx, now)
	r.Gauges.Samples = a.roster.append(r.Gauges.Samples)
	if a.roster.at.IsZero() {
		return
	}
	c := comparison{now, a.roster.duties.scheduled(now), servingAgents(shown), m.Agents, map[string]string{}}
	a.rename(names)
	a.match(c)
	for _, group := range slices.Sorted(maps.Keys(a.groups)) {
		r.Gauges.Samples = a.appendGroup(r.Gauges.Samples, c, group)
	}
	r.Gauges.Samples = a.appendAgents(r.Gauges.Samples, c)
	a.count(&r.Intervals, c)
}

// rename takes the groups and their names from the roster in use; those of former ones
// are forgotten.
func (a *adherence) rename(names map[string]string) {
	former := a.groups
	a.groups = map[string]string{}
	for _, d := range a.roster.duties.list {
		group := a.roster.duties.ids[d.group]
		a.groups[group] = cmp.Or(names[group], former[group])
	}
}

// match fills the ids of a comparison, and notes which of them are logged in, and when.
func (a *adherence) match(c comparison) {
	for _, agents := range c.scheduled {
		for agent := range agents {
			id := a.identity(agent, "")
			if id == "" {
				continue
			}
			c.ids[agent] = id
			if _, there := c.agents[id]; there {
				a.matched, a.seen[id] = true, c.now
			}
		}
	}
	maps.DeleteFunc(a.seen, func(_ string, at time.Time) bool { return c.now.Sub(at) > 2*24*time.Hour })
}

// judged reports whether it is known which agents are there.
func (a *adherence) judged(c comparison) bool { return a.matched && c.agents != nil }

func (a *adherence) appendGroup(samples []metric.Sample, c comparison, group string) []metric.Sample {
	agents, labels := c.scheduled[group], []string{group, a.groups[group]}
	n := float64(len(agents))
	samples = append(samples, agentsScheduled.Of(n, labels...))
	if n > 0 && c.agents != nil {
		samples = append(samples, groupAdherence.Of(min(1, c.serving[group]/n), labels...))
	}
	if !a.judged(c) {
		return samples
	}
	absent, late := 0.0, 0.0
	for agent, since := range agents {
		id := c.ids[agent]
		if _, there := c.agents[id]; there {
			continue
		}
		absent++
		if a.seen[id].Before(since) {
			late++
		}
	}
	return append(samples, agentsAbsent.Of(absent, labels...), agentsLate.Of(late, labels...))
}

// appendAgents appends whether each agent who is scheduled is at work.
func (a *adherence) appendAgents(samples []metric.Sample, c comparison) []metric.Sample {
	if !a.judged(c) {
		return samples
	}
	for _, id := range c.sortedIDs() {
		samples = append(samples, agentAdherent.Of(metric.Truth(c.agents[id]), id))
	}
	return samples
}

// sortedIDs returns the agent_ids of the agents who are scheduled, in order.
func (c comparison) sortedIDs() []string {
	return slices.Compact(slices.Sorted(maps.Values(c.ids)))
}

// count counts the time since the comparison before. What has been so long that agents
// may have come and gone meanwhile is left out.
func (a *adherence) count(out *metric.Intervals, c comparison) {
	before := a.counted
	if a.counted = c.now; c.agents == nil {
		a.counted = time.Time{}
		return
	}
	for group, name := range a.groups {
		if name == "" && len(c.scheduled[group]) == 0 {
			continue // its name may come with its first agent
		}
		labels := []string{group, name}
		out.Zero = append(out.Zero, groupScheduledTime.Of(0, labels...), groupAdherentTime.Of(0, labels...))
	}
	took := c.now.Sub(before)
	if before.IsZero() || took <= 0 || took > a.longest {
		return
	}
	out.FinalUntil = c.now
	out.List = append(out.List, metric.Interval{Key: "adherence", End: c.now, Add: a.times(c, took.Seconds())})
}

// times returns what an interval of some seconds adds.
func (a *adherence) times(c comparison, seconds float64) (add []metric.Sample) {
	for group, agents := range c.scheduled {
		adherent := min(float64(len(agents)), c.serving[group])
		if a.judged(c) {
			adherent = 0
			for agent := range agents {
				adherent += metric.Truth(c.agents[c.ids[agent]])
			}
		}
		labels := []string{group, a.groups[group]}
		add = append(add, groupScheduledTime.Of(seconds*float64(len(agents)), labels...), groupAdherentTime.Of(seconds*adherent, labels...))
	}
	if !a.judged(c) {
		return add
	}
	for _, id := range c.sortedIDs() {
		add = append(add, agentScheduledTime.Of(seconds, id), agentAdherentTime.Of(seconds*metric.Truth(c.agents[id]), id))
	}
	return add
}

// Serves reports whether an agent in a state of collector.AgentStates serves contacts.
func Serves(state string) bool {
	return state == "available" || state == "on_contact" || state == "wrap_up"
}

// servingAgents returns how many agents of each group serve contacts.
func servingAgents(shown []collector.Shown) map[string]float64 {
	serving := map[string]float64{}
	for _, source := range shown {
		for _, s := range source.Samples {
			if s.Desc == collector.Agents() && Serves(s.Labels[2]) {
				serving[s.Labels[0]] += s.Value
			}
		}
	}
	return serving
}
