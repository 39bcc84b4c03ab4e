package livevox

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// shownAgent is a row of agents/status with what has been made of it.
type shownAgent struct {
	livevox.AgentStatus
	id    string // the label agent_id; "" for an agent who is not shown
	state agentStateKind
}

func (a shownAgent) since() time.Time {
	if a.Changed.IsZero() {
		return a.ChangedTime.Time
	}
	return a.Changed.Time
}

func (a shownAgent) samples(states []agentStateKind, names bool) []metric.Sample {
	name := ""
	if names {
		name = string(a.AgentStatus.Name)
	}
	out := []metric.Sample{agentInfoDesc.Of(1, a.id, string(a.ID), string(a.Service.Name), string(a.CallCenterID), string(a.CallCenterName), name)}
	for _, s := range states[1:] {
		out = append(out, agentStateDesc.Of(metric.Truth(s.label == a.state.label), a.id, s.label))
	}
	out = metric.AppendTime(out, agentStateStart, a.since(), a.id)
	if a.Monitored.Valid {
		out = append(out, agentMonitored.Of(metric.Truth(a.Monitored.Value), a.id))
	}
	return out
}

// newestRows returns the agents to be shown one by one, each once: one who is in
// the answer twice, such as under two services, by the row whose state is the
// newest. Two agents of one name are distinguished by their login ids.
func newestRows(all []shownAgent) []shownAgent {
	var newest []shownAgent
	place := map[string]int{} // by login id
	times := map[string]int{} // by label
	for _, a := range all {
		if a.id == "" || a.state.label == loggedOff {
			continue
		}
		i, met := place[string(a.LoginID)]
		switch {
		case !met:
			place[string(a.LoginID)] = len(newest)
			newest = append(newest, a)
			times[a.id]++
		case a.since().After(newest[i].since()):
			newest[i] = a
		}
	}
	for i, a := range newest {
		if times[a.id] > 1 {
			newest[i].id = a.id + " (" + string(a.LoginID) + ")"
		}
	}
	return newest
}
