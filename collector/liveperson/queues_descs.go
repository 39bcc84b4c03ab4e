package liveperson

import (
	"math"
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// queueNumber is a number of a skill or group and how it is shown.
type queueNumber struct {
	desc  *metric.Desc
	label string // behind id and name; "" for none
	value api.Number
	unit  float64 // that it is divided by
}

const (
	windowOfQueues = " Counts each window of queues once, when its end is older than settle."
	newestHour     = " Over the newest hour, as delivered; absent where there was none."
)

// queueDesc returns a metric of skills; more are labels behind id and name.
func queueDesc(kind metric.Kind, name, unit, help string, more ...string) *metric.Desc {
	return kind.Desc("liveperson_skill_"+name, unit,
		help, append([]string{"skill_id", "skill_name"}, more...)...).Experimental()
}

func groupDesc(name, unit, help string) *metric.Desc {
	return metric.Gauge.Desc("liveperson_group_"+name, unit,
		help, "group_id", "group_name").Experimental()
}

// The metrics of KMM metrics by skill and by group.
var (
	skillAssigned = queueDesc(metric.Gauge, "assigned_conversations", "{conversation}",
		"Conversations of a skill that are assigned to an agent, of those begun within 30 days (assignedConversations).")
	skillActive = queueDesc(metric.Gauge, "active_conversations", "{conversation}",
		"Conversations of a skill that are active, of those begun within 30 days (activeConversations).")
	skillAvailable = queueDesc(metric.Gauge, "available_slots", "{slot}",
		"Free slots of the agents of a skill (availableSlots). An agent's slots count under each of the agent's skills: don't add them up.")
	skillOverdue = queueDesc(metric.Gauge, "overdue_conversations", "{conversation}",
		"Conversations that wait longer than the skill's response target, by place: for an agent (overdueConversationsInQueue) or for the assigned agent's answer (overdueConversationsAssigned).", "place")
	skillLoad = queueDesc(metric.Gauge, "load_ratio", "1",
		"Weight of the conversations as a part of the capacity of the agents of a skill: all (agentLoad), human (humanAgentLoad), online (humanOnlineLoad) or away (humanAwayLoad). It can exceed 1.", "agents")
	skillWaitMedian = queueDesc(metric.Gauge, "queue_wait_median_seconds", "s",
		"Seconds that half of those who wait for an agent now have waited at most (queueWaitTime50thPercentile); absent where no contact waits.")
	skillWaitP90 = queueDesc(metric.Gauge, "queue_wait_p90_seconds", "s",
		"Seconds that nine of ten of those who wait for an agent now have waited at most (queueWaitTime90thPercentile); absent where no contact waits.")
	skillWait         = queueDesc(metric.Gauge, "wait_window_seconds", "s", "Average seconds that consumers waited for a response (avgWaitTime)."+newestHour)
	skillResponse     = queueDesc(metric.Gauge, "response_window_seconds", "s", "Average seconds that agents took for a response (avgTimeToResponse)."+newestHour)
	skillConversation = queueDesc(metric.Gauge, "conversation_window_seconds", "s", "Average seconds from beginning to end of conversations (avgConversationsDuration)."+newestHour)
	skillCSAT         = queueDesc(metric.Gauge, "csat_window_ratio", "1", "Part of the consumers' answers that were 4 or 5 of 5 (csat)."+newestHour)

	groupAvailable = groupDesc("available_slots", "{slot}", "Free slots of the agents of an agent group (availableSlots by agentGroupId).")
	groupLoad      = groupDesc("load_ratio", "1",
		"Weight of the conversations as a part of the capacity of the agents of an agent group (agentLoad by agentGroupId). It can exceed 1.")
	groupAssigned = groupDesc("assigned_conversations", "{conversation}",
		"Conversations that are assigned to the agents of an agent group (assignedConversations by agentGroupId).")

	skillClosed = queueDesc(metric.Counter, "conversations_closed_total", "{conversation}",
		"Conversations that were closed by the agent (closedByAgent), the consumer (closedByConsumer) or the system (autoClosed)."+windowOfQueues, "closed_by")
	skillConcluded = queueDesc(metric.Counter, "conversations_concluded_total", "{conversation}",
		"Conversations that were closed or transferred (concludedConversations)."+windowOfQueues)
	skillResponses = queueDesc(metric.Counter, "agent_responses_total", "{response}",
		"Responses of agents within the service level (totalNumOfAgentResponses less agentResponsesOutsideSl) and outside of it."+windowOfQueues, "service_level")
	skillFirstWait = queueDesc(metric.Counter, "first_response_wait_seconds_total", "s",
		"Seconds that consumers waited for the first response (totalWaitTimeFirstResponse)."+windowOfQueues)
	skillFirstResponses = queueDesc(metric.Counter, "first_responses_total", "{response}",
		"First responses to conversations, whose wait is liveperson_skill_first_response_wait_seconds_total (totalWaitTimeFirstResponse by avgWaitTimeFirstResponse)."+windowOfQueues)
	queuesSettled = metric.Gauge.Desc("liveperson_queues_settled_timestamp_seconds", "s",
		"Unix time in seconds up to which the windows of queues are in the counters.").Experimental()
)

// skillGauges are the gauges of a skill. waitUnit is that of queue_wait_unit.
func skillGauges(q *liveperson.QueueNumbers, waitUnit float64) []queueNumber {
	return []queueNumber{
		{collector.QueueWaiting(), "", q.Unassigned, 1},
		{skillOpen, "", q.Open, 1},
		{skillAssigned, "", q.Assigned, 1},
		{skillActive, "", q.Active, 1},
		{skillAvailable, "", q.AvailableSlots, 1},
		{skillOverdue, "queue", q.OverdueInQueue, 1},
		{skillOverdue, "assigned", q.OverdueAssigned, 1},
		{skillLoad, "all", q.AgentLoad, 1},
		{skillLoad, "human", q.HumanLoad, 1},
		{skillLoad, "online", q.OnlineLoad, 1},
		{skillLoad, "away", q.AwayLoad, 1},
		{skillWaitMedian, "", over(q.QueueWaitMedian, q.Unassigned), waitUnit},
		{skillWaitP90, "", over(q.QueueWaitP90, q.Unassigned), waitUnit},
		{skillWait, "", over(q.WaitAverage, q.Responses), translate.Milliseconds},
		{skillResponse, "", over(q.ResponseAverage, q.Responses), translate.Milliseconds},
		{skillConversation, "", over(q.DurationAverage, q.Closed), translate.Milliseconds},
		{skillCSAT, "", q.CSAT, 1},
	}
}

// groupGauges are the gauges of an agent group.
func groupGauges(q *liveperson.QueueNumbers) []queueNumber {
	return []queueNumber{{groupAvailable, "", q.AvailableSlots, 1}, {groupLoad, "", q.AgentLoad, 1}, {groupAssigned, "", q.Assigned, 1}}
}

// skillCounters are the counters of a skill, but for skillResponses.
func skillCounters(q *liveperson.QueueNumbers) []queueNumber {
	return []queueNumber{
		{skillClosed, "agent", q.ClosedByAgent, 1},
		{skillClosed, "consumer", q.ClosedByConsumer, 1},
		{skillClosed, "system", q.AutoClosed, 1},
		{skillConcluded, "", q.Concluded, 1},
		{skillFirstWait, "", q.FirstResponseWait, translate.Milliseconds},
		{skillFirstResponses, "", firstResponses(q), 1},
	}
}

// over returns a number that is taken over a number of things: none where there is no
// thing.
func over(n, things api.Number) api.Number {
	if translate.Measured(things) && things.Value == 0 {
		return api.Number{}
	}
	return n
}

// firstResponses returns how many first responses a sum of waits and their mean are of.
func firstResponses(q *liveperson.QueueNumbers) api.Number {
	sum, mean := q.FirstResponseWait, q.FirstWaitAverage
	switch {
	case !translate.Measured(sum) || !translate.Measured(mean):
		return api.Number{}
	case sum.Value == 0:
		return api.Number{Valid: true}
	}
	return api.Number{Value: math.Round(sum.Value / mean.Value), Valid: mean.Value > 0}
}

// queueDescs are the metrics that queues fills.
func queueDescs() (descs []*metric.Desc) {
	q := &liveperson.QueueNumbers{}
	for _, n := range slices.Concat(skillGauges(q, 1), groupGauges(q), skillCounters(q)) {
		if !slices.Contains(descs, n.desc) {
			descs = append(descs, n.desc)
		}
	}
	return append(descs, skillResponses, skillAgents, queuesSettled)
}
