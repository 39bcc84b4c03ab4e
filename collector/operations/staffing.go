package operations

import (
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/erlang"
)

var (
	handleTime = groupDesc("contactcenter_group_handle_seconds_window", "s",
		"Mean time that agents were busy with a contact within the window of the group's target (targets), in seconds: talk and wrap-up by calls of agents for an inbound LiveVox service, handle time by closed conversations for a LivePerson skill with interval_metrics")
	offeredLoad = groupDesc("contactcenter_group_offered_erlangs", "{erlang}",
		"Contacts offered per second within the window of the group's target, times contactcenter_group_handle_seconds_window: how many agents they keep busy without a pause; of a LivePerson skill the conversations in work by Little's law")
	agentsNeeded = groupDesc("contactcenter_group_agents_needed", "{agent}",
		"Fewest agents that reach the target of an inbound LiveVox service with contactcenter_group_offered_erlangs, by exact Erlang C, in which no caller hangs up. The target is that of targets, its time by default the vendor's own (serviceLevelThreshold); absent without one")
	utilization = groupDesc("contactcenter_group_utilization_ratio", "1",
		"contactcenter_group_offered_erlangs divided by the slots that the agents of a LivePerson skill have now (agent_status or agent_view), by Little's law: above 1, more conversations come than can be in work. An agent's slots count under each of the agent's skills, and handle time is that in focus, not that for which a conversation takes a slot")
	answerWithin = groupDesc("contactcenter_group_target_seconds", "s",
		"Time within which contacts of a group are to be answered: within of targets, by default the vendor's own (LiveVox serviceLevelThreshold; LivePerson, with names, the response target of the skill for first responses, else for all)")
)

func groupDesc(name, unit, help string) *metric.Desc {
	return metric.Gauge.Desc(name, unit, help+". Absent where less than the window or fewer than minimum_calls were counted.", "group_id", "group_name").Experimental()
}

// inboundShare is how much of the calls of an inbound service's agents is inbound at
// least: a call back now and then doesn't make it a dialler.
const inboundShare = 0.9

// staffing derives load and agents needed. It remembers counters for as long as the
// windows of the targets.
type staffing struct {
	targets          []config.Target
	offered, handled map[string]history
}

// append appends the figures of every group whose counters are fresh.
func (s *staffing) append(samples []metric.Sample, m Measured, names map[string]string) []metric.Sample {
	s.offered = s.remember(s.offered, m.Offered, names)
	s.handled = s.remember(s.handled, m.Handled, names)
	for _, group := range slices.Sorted(maps.Keys(s.handled)) {
		target := config.TargetOf(s.targets, group, names[group])
		if target.Within == 0 {
			target.Within = m.Within[group]
		}
		samples = s.appendGroup(samples, target, m, group, names[group])
	}
	return samples
}

// remember adds points to the histories of their groups, and forgets other groups.
func (s *staffing) remember(before map[string]history, counted Counted, names map[string]string) map[string]history {
	after := make(map[string]history, len(counted.Groups))
	for group, counts := range counted.Groups {
		window := config.TargetOf(s.targets, group, names[group]).Window
		after[group] = before[group].add(point{counted.At, *counts}, window)
	}
	return after
}

func (s *staffing) appendGroup(samples []metric.Sample, target config.Target, m Measured, labels ...string) []metric.Sample {
	handled, _, ok := s.handled[labels[0]].growth(target.Window)
	if !ok || handled.Calls < float64(target.MinimumCalls) || handled.Inbound < inboundShare*handled.Calls || handled.Seconds <= 0 {
		return samples
	}
	mean := handled.Seconds / handled.Calls
	samples = append(samples, handleTime.Of(mean, labels...))
	if target.Within > 0 {
		samples = append(samples, answerWithin.Of(target.Within.Seconds(), labels...))
	}
	offered, took, ok := s.offered[labels[0]].growth(target.Window)
	if !ok || offered.Calls < float64(target.MinimumCalls) {
		return samples
	}
	load := offered.Calls / took.Seconds() * mean
	samples = append(samples, offeredLoad.Of(load, labels...))
	if slots := m.Slots[labels[0]]; m.Parallel && slots > 0 {
		samples = append(samples, utilization.Of(load/slots, labels...))
	}
	if m.Parallel || target.Within == 0 {
		return samples
	}
	handle := time.Duration(mean * float64(time.Second))
	if n, ok := erlang.Agents(load, handle, target.ServiceLevel, target.Within); ok {
		samples = append(samples, agentsNeeded.Of(float64(n), labels...))
	}
	return samples
}
