package simulator

import "strconv"

// workRow is what an agent did today, in the fields that both forms of agent statistics share. Durations are seconds,
// and grow when a state ends.
type workRow struct {
	Inbound       int64 `json:"inboundCalls"`
	Outbound      int64 `json:"outboundCalls"`
	Changed       int64 `json:"stateChangedTime,omitempty"`
	Ready         int64 `json:"readyDuration"`
	NotReady      int64 `json:"totalNotReadyDuration"`
	Lunch         int64 `json:"notReadyLunchDuration"`
	Training      int64 `json:"notReadyTrainingDuration"`
	Break         int64 `json:"notReadyBreakDuration"`
	Meeting       int64 `json:"notReadyMeetingDuration"`
	Tech          int64 `json:"notReadyTechDiffDuration"`
	Other         int64 `json:"notReadyOtherDuration"`
	WrapUp        int64 `json:"wrapupDuration"`
	Talk          int64 `json:"talkDuration"`
	RPCComplete   int64 `json:"rpcComplete"`
	RPCIncomplete int64 `json:"rpcIncomplete"`
	WrongParty    int64 `json:"wpc"`
	NonContacts   int64 `json:"nonContacts"`
}

// serviceWork is an agent's day in a service, in the newer form.
type serviceWork struct {
	ID           int    `json:"id"`
	CallCenterID string `json:"callCenterId"`
	workRow
}

func (r *workRow) add(w *agentWork) {
	n := func(field int) int64 { return w.fields[field].shown() }
	r.Inbound += n(workInbound)
	r.Outbound += n(workOutbound)
	r.Ready += n(workReady)
	r.NotReady += n(workNotReady)
	r.Lunch += n(workLunch)
	r.Training += n(workTraining)
	r.Break += n(workBreak)
	r.Meeting += n(workMeeting)
	r.Tech += n(workTech)
	r.Other += n(workOther)
	r.WrapUp += n(workWrapUp)
	r.Talk += n(workTalk)
	r.RPCComplete += n(workRPCComplete)
	r.RPCIncomplete += n(workRPCIncomplete)
	r.WrongParty += n(workWrongParty)
	r.NonContacts += n(workNonContact)
}

// agentStatsEx plays agent/stats/ex: a row for each agent who was logged in to one of the services at any time today.
func (x *exchange) agentStatsEx() answer {
	body, refusal := x.serviceRequest()
	if refusal.status != 0 {
		return refusal
	}
	x.sim.lock()
	defer x.sim.mu.Unlock()
	chosen := x.sim.voice.choose(body)
	type row struct {
		Services []serviceWork `json:"services"`
		Name     string        `json:"agentName"`
		LoginID  string        `json:"agentLoginId"`
	}
	rows := []row{}
	for _, a := range x.sim.voice.agents {
		r := row{nil, a.name, a.login}
		for _, w := range a.work {
			if w.today && chosen[w.service] {
				s := serviceWork{ID: w.service.id, CallCenterID: strconv.Itoa(w.service.center.id)}
				s.add(w)
				r.Services = append(r.Services, s)
			}
		}
		if r.Services != nil {
			rows = append(rows, r)
		}
	}
	return ok(map[string]any{"agentStatistics": rows})
}

// agentStats plays the older agent/stats: a row for each agent who is logged in to one of the services now, with the
// whole day, and without any id.
func (x *exchange) agentStats() answer {
	body, refusal := x.serviceRequest()
	if refusal.status != 0 {
		return refusal
	}
	x.sim.lock()
	defer x.sim.mu.Unlock()
	chosen := x.sim.voice.choose(body)
	type row struct {
		Name   string `json:"agentName"`
		Status string `json:"agentStatus"`
		workRow
	}
	rows := []row{}
	for _, a := range x.sim.voice.agents {
		if a.service == nil || !chosen[a.service] {
			continue
		}
		r := row{Name: a.name, Status: a.state.text()}
		r.Changed = a.since
		for _, w := range a.work {
			r.add(w)
		}
		rows = append(rows, r)
	}
	return ok(map[string]any{"agentStatistics": rows})
}
