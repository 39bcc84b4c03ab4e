package collector

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// lvAgent is a row of agents/status with what has been made of it.
type lvAgent struct {
	livevox.AgentStatus
	id    string // the label agent_id; "" for an agent who is not shown
	state lvState
}

func (a lvAgent) since() time.Time {
	if a.Changed.IsZero() {
		return a.ChangedTime.Time
	}
	return a.Changed.Time
}

func (a lvAgent) samples(states []lvState, names bool) []metric.Sample {
	name := ""
	if names {
		name = string(a.AgentStatus.Name)
	}
	out := []metric.Sample{lvAgentInfo.Of(1, a.id, string(a.ID), string(a.Service.Name), string(a.CallCenterID), string(a.CallCenterName), name)}
	for _, s := range states[1:] {
		out = append(out, lvAgentState.Of(truth(s.label == a.state.label), a.id, s.label))
	}
	out = appendTime(out, lvAgentStateStart, a.since(), a.id)
	if a.Monitored.Valid {
		out = append(out, lvAgentMonitored.Of(truth(a.Monitored.Value), a.id))
	}
	return out
}

// lvNewest returns the agents to be shown one by one, each once: one who is in
// the answer twice, such as under two services, by the row whose state is the
// newest. Two agents of one name are told apart by their login ids.
func lvNewest(all []lvAgent) []lvAgent {
	var newest []lvAgent
	place := map[string]int{} // by login id
	times := map[string]int{} // by label
	for _, a := range all {
		if a.id == "" || a.state.label == lvLoggedOff {
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
