package simulator

import (
	"slices"
	"sort"
)

// The metrics that agent view can be asked for.
const (
	agentViewByTime = `closed_conversations avg_wait_time avg_wait_time_first_response total_wait_time_first_response avg_time_to_response
		transfer_rate closed_rate fcr csat concluded_conversations transfers back_to_queue agent_status_duration
		agent_status_with_reason_duration agent_login_duration agent_online_duration closed_by_agent closed_by_consumer auto_closed
		avg_conversations_duration`
	agentViewCurrent = `active_conversations assigned_conversations agent_load agent_current_status agent_current_status_start_time
		agent_current_status_reason agent_current_status_reason_start_time pending_agent_response pending_agent_response_rate
		available_slots max_slots`
)

// agentView plays agent view of the Key Messaging Metrics.
func (x *exchange) agentView() answer {
	r, p, causes := x.readKMM(1000)
	causes = append(causes, r.named(agentViewByTime, agentViewCurrent, false)...)
	if len(causes) > 0 {
		return badRequest(causes...)
	}
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	from, to := r.span()
	hide := x.hidden(now)
	var all []*agent
	for _, a := range x.sim.messaging.agents {
		if r.covers(a, from, min(to, now)) {
			all = append(all, a)
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].id < all[j].id })
	low := min(p.offset, len(all))
	high := min(low+p.limit, len(all))
	records := []map[string]any{}
	for _, a := range all[low:high] {
		records = append(records, a.view(r, from, min(to, now), a.past.between(from, to, hide)))
	}
	return ok(map[string]any{"metadata": x.pageLinks(p, len(all), high-low), "agentViewRecords": records})
}

// covers says whether a request is for an agent. Who was logged in within the time and is no longer is offline.
func (r kmmRequest) covers(a *agent, from, to int64) bool {
	status := statusOffline
	if a.on {
		status = a.status
	} else if a.distribution(from, to).loggedIn.Total == 0 {
		return false
	}
	effective := r.Filters.Status
	if len(effective) == 0 {
		effective = []string{"ONLINE", "BACK_SOON", "AWAY"}
	}
	return slices.Contains(effective, status.name()) && among(r.Filters.AgentIDs, decimal(a.id)) &&
		among(r.Filters.AgentGroupIDs, decimal(a.group.id)) && a.hasAny(r.Filters.AgentSkillIDs)
}

// view shows an agent: what was asked for, and who it is.
func (a *agent) view(r kmmRequest, from, to int64, o outcome) map[string]any {
	skills := []map[string]any{}
	for _, s := range a.skills {
		skills = append(skills, map[string]any{"skillId": s.id, "skillName": s.name})
	}
	v := map[string]any{
		"agentId": decimal(a.id), "agentGroupId": a.group.id,
		"agentMetadata": map[string]any{
			"agentName": a.person.full(), "agentNickname": a.person.first, "agentLoginName": a.email,
			"agentGroupName": a.group.name, "configuredMaxSlots": a.slots, "agentSkills": skills,
		},
	}
	for name, n := range map[string]int64{
		"closed_by_agent": o.closedBy[0], "closed_by_consumer": o.closedBy[1], "auto_closed": o.closedBy[2],
		"closed_conversations": o.closed(), "concluded_conversations": o.concluded(), "transfers": o.transfers, "back_to_queue": o.returns,
		"assigned_conversations": int64(a.busy + a.ringing), "active_conversations": int64(a.busy),
		"pending_agent_response": int64(a.intense), "available_slots": int64(max(0, a.slots-a.busy-a.ringing)), "max_slots": int64(a.slots),
	} {
		if slices.Contains(r.ByTime, name) || slices.Contains(r.Current, name) {
			v[camel(name)] = n
		}
	}
	if slices.Contains(r.ByTime, "agent_status_with_reason_duration") {
		v["agentStatusWithReasonDurationList"] = a.distribution(from, to).withReasons()
	}
	if slices.Contains(r.Current, "agent_load") {
		v["agentLoad"] = ratio(int64(a.busy+a.ringing), int64(a.slots))
	}
	if slices.Contains(r.Current, "agent_current_status") {
		a.showStatus(v)
	}
	return v
}

func (a *agent) showStatus(v map[string]any) {
	v["agentCurrentStatus"], v["agentCurrentStatusStartTime"], v["agentCurrentStatusReasonId"] = a.status.name(), a.since, "NA"
	if !a.on {
		v["agentCurrentStatus"] = statusOffline.name()
	}
	if a.status == statusAway && a.reason.id != 0 {
		v["agentCurrentStatusReasonId"], v["agentCurrentStatusReasonStartTime"] = decimal(a.reason.id), a.reasonSince
	}
}

type statusDuration struct {
	Status   string `json:"agentStatus"`
	Reason   string `json:"agentStatusReasonId"`
	Duration int64  `json:"agentStatusDuration"`
}

// withReasons is the time by status and reason, in milliseconds.
func (d distribution) withReasons() []statusDuration {
	all := []statusDuration{}
	add := func(s status, reason string, ms int64) {
		if ms > 0 {
			all = append(all, statusDuration{s.name(), reason, ms})
		}
	}
	add(statusOnline, "NA", d.states[statusOnline].Total)
	add(statusBackSoon, "NA", d.states[statusBackSoon].Total)
	away := d.states[statusAway].Total
	for _, r := range awayReasons() {
		add(statusAway, decimal(r.id), d.reasons[r.id].Total)
		away -= d.reasons[r.id].Total
	}
	add(statusAway, "NA", away)
	return all
}
