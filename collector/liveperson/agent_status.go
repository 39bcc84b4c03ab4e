package liveperson

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// agentStatuses are the values of the label status, in the order of their series.
var agentStatuses = []string{"away", "back_soon", "offline", "online", "other"}

// The metrics of agent-view/status: the agents that are logged in and, unless
// the filter says otherwise, present.
var (
	skillAgents = metric.Gauge.Desc("liveperson_skill_agents", "{agent}",
		"Agents by skill (agentSkills) and status (currentStatus). An agent counts under each of its skills, so that the sum is more than the number of agents.",
		"skill_id", "skill_name", "status")
	agentInfoDesc = metric.Gauge.Desc("liveperson_agent_info", "",
		"Always 1: the agent group of an agent (agentGroupId, agentGroupName). With personal_data also agentName, agentNickname and agentLoginName.",
		"agent_id", "group_id", "group_name", "agent_name", "agent_nickname", "login_name")
	agentStatusDesc = metric.StateSet.Desc("liveperson_agent_status", "",
		"1 for the status that an agent is in (currentStatus), 0 for the others.", "agent_id", "status")
	agentStatusStart = metric.Gauge.Desc("liveperson_agent_status_start_timestamp_seconds", "s",
		"Unix time in seconds at which the agent's status began (currentStatusStartTimeL).", "agent_id")
	agentReasonStart = metric.Gauge.Desc("liveperson_agent_status_reason_start_timestamp_seconds", "s",
		"Unix time in seconds at which the reason of the agent's away status began (currentStatusReasonStartTimeL), while there is one. The label reason_id is currentStatusReason, absent where LivePerson doesn't tell it.",
		"agent_id", "reason_id").Bounded("reason_id")
	agentLoad = metric.Gauge.Desc("liveperson_agent_load_ratio", "",
		"Weight of the agent's conversations as a part of the agent's capacity: load / 100. It can exceed 1.", "agent_id")
	agentPresent = metric.Gauge.Desc("liveperson_agent_present", "",
		"1 if the agent is present (agentPresence), else 0.", "agent_id")
	agentConnected = metric.Gauge.Desc("liveperson_agent_connected", "",
		"1 if the agent's currentConnectionState is CONNECTED, 0 if it is DISCONNECTED.", "agent_id")
	agentUpdated = metric.Gauge.Desc("liveperson_agent_last_updated_timestamp_seconds", "s",
		"Unix time in seconds at which LivePerson last updated the agent's record (lastUpdatedTimeL).", "agent_id")
)

// workload is a number that each agent has, shown by agent and summed by group and
// skill; skill is nil where that says nothing.
type workload struct {
	agent, group, skill *metric.Desc
	value               func(*liveperson.AgentStatus) api.Number
}

func newWorkload(name, unit, help string, skill *metric.Desc, value func(*liveperson.AgentStatus) api.Number) workload {
	return workload{
		agent: metric.Gauge.Desc("liveperson_agent_"+name, unit, help+".", "agent_id"),
		group: metric.Gauge.Desc("liveperson_group_"+name, unit, help+", summed over the agent group.", "group_id", "group_name"),
		skill: skill, value: value,
	}
}

// descs returns the metrics of the workload.
func (w workload) descs() []*metric.Desc {
	return slices.DeleteFunc([]*metric.Desc{w.agent, w.group, w.skill}, func(d *metric.Desc) bool { return d == nil })
}

// The numbers of the agents of a skill. skillOpen is filled by agent_status while the source
// queues is off, which has the vendor's own count.
var (
	skillOpen = metric.Gauge.Desc("liveperson_skill_open_conversations", "{conversation}",
		"Open conversations by skill: those of the skill where the source queues is on (openConversations), else those assigned to agents with the skill, whatever their own (openAssignedConversations).", "skill_id", "skill_name")
	skillBusySlots = metric.Gauge.Desc("liveperson_skill_busy_slots", "{slot}",
		"Slots that conversations occupy (busySlots), summed over the agents with the skill; an agent counts under each of its skills.", "skill_id", "skill_name")
	skillMaxSlots = metric.Gauge.Desc("liveperson_skill_max_slots", "{slot}",
		"Slots that are configured (configuredMaxSlots), summed over the agents with the skill; an agent counts under each of its skills.", "skill_id", "skill_name")
)

// The workloads: those that agent_view has as well, and those of agent_status alone.
var (
	commonWorkloads = []workload{
		newWorkload("open_conversations", "{conversation}", "Conversations assigned to the agent that are open (openAssignedConversations)", skillOpen,
			func(a *liveperson.AgentStatus) api.Number { return a.OpenConversations }),
		newWorkload("max_slots", "{slot}", "Slots that are configured for the agent (configuredMaxSlots)", skillMaxSlots,
			func(a *liveperson.AgentStatus) api.Number { return a.ConfiguredMaxSlots }),
	}
	workloads = append(slices.Clip(commonWorkloads),
		newWorkload("intense_conversations", "{conversation}", "Conversations of the agent that LivePerson calls intense (intenseConversations)", nil,
			func(a *liveperson.AgentStatus) api.Number { return a.IntenseConversations }),
		newWorkload("busy_slots", "{slot}", "Slots of the agent that conversations occupy (busySlots)", skillBusySlots,
			func(a *liveperson.AgentStatus) api.Number { return a.BusySlots }),
		newWorkload("ringing_slots", "{slot}", "Slots of the agent with a conversation that waits to be accepted (ringingSlots)", nil,
			func(a *liveperson.AgentStatus) api.Number { return a.RingingSlots }))
)

// agentStatusSource is the source agent_status.
func agentStatusSource() collector.Source {
	descs := []*metric.Desc{
		collector.Agents(), groupAgents, groupAway, groupConnected, groupPresent, skillAgents, agentInfoDesc, agentStatusDesc, agentStatusStart, agentReasonStart,
		agentLoad, agentPresent, agentConnected, agentUpdated,
	}
	for _, w := range workloads {
		descs = append(descs, w.descs()...)
	}
	return collector.Source{
		Spec: config.Spec{
			Name:     "agent_status",
			Interval: 30 * time.Second,
			MaxAge:   5 * time.Minute,
			Default:  true,
			Help:     "State, load and slots of the agents that are logged in: agent-view/status of the Agent Metrics API.",
			Options:  func() any { return &agentStatusOptions{PageSize: 1000} },
		},
		Service: liveperson.History,
		Advice: permissions{
			application: "The application needs the scope of Messaging Interactions, which LivePerson's account team tells: it documents none for agent-view/status.",
			key:         "The key needs the permission Messaging Interactions (older name: Engagement History).",
		}.advice,
		Descs: descs,
		Cost: func(_ config.Account, c config.Source, l collector.Load) float64 {
			return pages(l.Agents, c.Options.(*agentStatusOptions).PageSize)
		},
		Open: openAgentStatus,
	}
}

func openAgentStatus(s collector.Setup) collector.Collect {
	options := s.Config.Options.(*agentStatusOptions)
	_, queues := s.Account.Sources["queues"]
	return func(ctx context.Context, at collector.Position) (metric.Reading, error) {
		answer, err := clientOf(s).AgentStatus(ctx, options.query(at.Now))
		if err != nil {
			return metric.Reading{}, err
		}
		return statusReading(answer, s.Identity, s.Account.PersonalData, !queues), nil
	}
}

// statusReading translates the agents of all pages. open is whether skillOpen is shown.
func statusReading(answer liveperson.AgentStatuses, identity collector.Identity, personal, open bool) metric.Reading {
	r := translate.Reading(answer.Extent)
	groups := map[string]*groupTotals{}
	skills := map[string]*totals{}
	statuses := make([]string, len(answer.Agents))
	for i := range answer.Agents {
		a := &answer.Agents[i]
		statuses[i] = statusLabel("currentStatus", string(a.CurrentStatus), &r)
		r.Skipped += translate.Entry(groups, string(a.AgentGroupID)).add(a, statuses[i])
		countSkills(skills, a, statuses[i], open)
	}
	labels := agentLabels(answer.Agents, identity)
	r.Gauges.Samples = slices.Grow(r.Gauges.Samples, len(labels)*seriesPerAgent)
	for _, i := range sortedByLabel(labels) {
		a, label := &answer.Agents[i], labels[i]
		if label != "" {
			r.Gauges.Samples = append(r.Gauges.Samples, agentInfoSample(a, label, groups[string(a.AgentGroupID)].name, personal))
			r.Gauges.Samples = appendAgent(r.Gauges.Samples, a, label, statuses[i])
			r.Gauges.Samples = appendConnected(r.Gauges.Samples, a, label, &r)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(groups)) {
		r.Gauges.Samples = groups[id].append(r.Gauges.Samples, id)
	}
	for _, id := range slices.Sorted(maps.Keys(skills)) {
		r.Gauges.Samples = skills[id].append(r.Gauges.Samples, skillAgents, id)
	}
	return r
}

// statusLabel returns the label of a status in a field of the answer. One that the exporter
// doesn't know is other, and noted.
func statusLabel(field, status string, r *metric.Reading) string {
	switch s := snakeCase(status); s {
	case "online", "away", "back_soon", "offline":
		return s
	case "occupied": // as status-changes calls it
		return "back_soon"
	case "":
	default:
		r.Unknown = append(r.Unknown, translate.Unknown(field, status))
	}
	return translate.Other
}

// snakeCase writes a value as labels do: backSoon, BACK_SOON and Back Soon are one
// spelling.
func snakeCase(text string) string {
	var b strings.Builder
	small := false // the letter before was a small one
	for _, c := range strings.TrimSpace(text) {
		lower := unicode.ToLower(c)
		switch {
		case c == ' ' || c == '-':
			lower = '_'
		case lower != c && small:
			b.WriteByte('_')
		}
		small = lower == c && lower != '_'
		b.WriteRune(lower)
	}
	return b.String()
}

// agentLabels returns the label agent_id of each agent. Two agents of one name
// are distinguished by their ids.
func agentLabels(all []liveperson.AgentStatus, identity collector.Identity) []string {
	labels := make([]string, len(all))
	times := map[string]int{}
	for i := range all {
		labels[i] = identity(string(all[i].AgentID), string(all[i].AgentName))
		times[labels[i]]++
	}
	for i, l := range labels {
		if l != "" && times[l] > 1 {
			labels[i] = l + " (" + string(all[i].AgentID) + ")"
		}
	}
	return labels
}

// sortedByLabel returns the places of agents in the order of their series.
func sortedByLabel(labels []string) []int {
	places := make([]int, len(labels))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(i, j int) int { return strings.Compare(labels[i], labels[j]) })
	return places
}

// seriesPerAgent is about how many samples an agent has.
const seriesPerAgent = 17

// appendAgent adds what is measured of a single agent.
func appendAgent(samples []metric.Sample, a *liveperson.AgentStatus, id, status string) []metric.Sample {
	if a.CurrentStatus != "" {
		samples = metric.AppendStates(samples, agentStatusDesc, id, status, agentStatuses)
	}
	for _, w := range workloads {
		samples = translate.AppendMeasured(samples, w.agent, w.value(a), 1, id)
	}
	samples = translate.AppendMeasured(samples, agentLoad, a.Load, translate.Percent, id)
	if reason := reasonID(string(a.CurrentStatusReason)); reason != translate.None {
		samples = metric.AppendTime(samples, agentReasonStart, a.ReasonSince(), id, reason)
	}
	samples = metric.AppendTime(samples, agentStatusStart, a.StatusSince(), id)
	return metric.AppendTime(samples, agentUpdated, a.UpdatedAt(), id)
}

// appendConnected adds presence and connection.
func appendConnected(samples []metric.Sample, a *liveperson.AgentStatus, id string, r *metric.Reading) []metric.Sample {
	if a.Presence.Valid {
		samples = append(samples, agentPresent.Of(metric.Truth(a.Presence.Value), id))
	}
	connected, known := connection(a)
	switch {
	case known:
		return append(samples, agentConnected.Of(metric.Truth(connected), id))
	case a.ConnectionState != "":
		r.Unknown = append(r.Unknown, "currentConnectionState")
	}
	return samples
}

func agentInfoSample(a *liveperson.AgentStatus, id, group string, personal bool) metric.Sample {
	if !personal {
		return agentInfoDesc.Of(1, id, string(a.AgentGroupID), group, "", "", "")
	}
	return agentInfoDesc.Of(1, id, string(a.AgentGroupID), group, string(a.AgentName), string(a.AgentNickname), string(a.AgentLoginName))
}

// reasonID returns the id of a custom reason; "" where the vendor doesn't tell
// it, "none" where it says that there is none: -1, 0 or NA.
func reasonID(id string) string {
	switch id {
	case "-1", "0", "NA":
		return translate.None
	}
	return id
}
