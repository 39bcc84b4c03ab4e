package livevox

import (
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// shownAgent is a row of agents/status with the label and the state that it is shown with.
type shownAgent struct {
	livevox.AgentStatus
	id    string // the label agent_id; "" for an agent who is not shown
	state agentStateKind
}

func (a *shownAgent) since() time.Time {
	if a.Changed.IsZero() {
		return a.ChangedTime.Time
	}
	return a.Changed.Time
}

// append appends the samples of an agent.
func (a *shownAgent) append(to []metric.Sample, states []string, names bool) []metric.Sample {
	name := ""
	if names {
		name = string(a.AgentStatus.Name)
	}
	to = append(to, agentInfoDesc.Of(1, a.id, string(a.ID), string(a.Service.Name), string(a.CallCenterID), string(a.CallCenterName), name))
	to = metric.AppendStates(to, agentStateDesc, a.id, a.state.label, states)
	to = metric.AppendTime(to, agentStateStart, a.since(), a.id)
	if a.Monitored.Valid {
		to = append(to, agentMonitored.Of(metric.Truth(a.Monitored.Value), a.id))
	}
	return to
}

// seriesPerAgent is how many samples an agent has beside the states.
const seriesPerAgent = 3

// newestRows returns the agents to be shown one by one, each once, in the order of their
// series: one who is in the answer twice, such as under two services, by the row whose
// state is the newest. Two agents of one name are distinguished by their login ids.
func newestRows(all []shownAgent) []*shownAgent {
	var newest []*shownAgent
	place := map[string]int{} // by login id
	times := map[string]int{} // by label
	for i := range all {
		a := &all[i]
		if a.id == "" || a.state.label == loggedOff {
			continue
		}
		at, met := place[string(a.LoginID)]
		switch {
		case !met:
			place[string(a.LoginID)] = len(newest)
			newest = append(newest, a)
			times[a.id]++
		case a.since().After(newest[at].since()):
			newest[at] = a
		}
	}
	for _, a := range newest {
		if times[a.id] > 1 {
			a.id += " (" + string(a.LoginID) + ")"
		}
	}
	slices.SortFunc(newest, func(a, b *shownAgent) int { return strings.Compare(a.id, b.id) })
	return newest
}
