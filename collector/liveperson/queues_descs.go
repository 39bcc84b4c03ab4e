package liveperson

import (
	"math"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// queueNumber is one of the metrics of a skill or group and how it is shown.
type queueNumber struct {
	desc  *metric.Desc
	label string // behind id and name; "" for none
	value func(*liveperson.QueueNumbers) api.Number
	unit  float64 // that it is divided by; 0 for that of queue_wait_unit
	// of is the number of things that value is of: where it is 0 there is no value.
	// nil where that doesn't matter.
	of func(*liveperson.QueueNumbers) api.Number
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

// The metrics of KMM metrics by skill that have several values of a label.
var (
	skillOverdue = queueDesc(metric.Gauge, "overdue_conversations", "{conversation}",
		"Conversations that wait longer than the skill's response target, by place: for an agent (overdueConversationsInQueue) or for the assigned agent's answer (overdueConversationsAssigned).", "place")
	skillLoad = queueDesc(metric.Gauge, "load_ratio", "1",
		"Weight of the conversations as a part of the capacity of the agents of a skill: all (agentLoad), human (humanAgentLoad), online (humanOnlineLoad) or away (humanAwayLoad). It can exceed 1.", "agents")
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

// skillGauges are the gauges by skill.
var skillGauges = []queueNumber{
	{desc: collector.QueueWaiting(), value: func(q *liveperson.QueueNumbers) api.Number { return q.Unassigned }, unit: 1},
	{
		desc:  skillOpen,
		value: func(q *liveperson.QueueNumbers) api.Number { return q.Open }, unit: 1,
	},
	{
		desc:  queueDesc(metric.Gauge, "assigned_conversations", "{conversation}", "Conversations of a skill that are assigned to an agent, of those begun within 30 days (assignedConversations)."),
		value: func(q *liveperson.QueueNumbers) api.Number { return q.Assigned }, unit: 1,
	},
	{
		desc:  queueDesc(metric.Gauge, "active_conversations", "{conversation}", "Conversations of a skill that are active, of those begun within 30 days (activeConversations)."),
		value: func(q *liveperson.QueueNumbers) api.Number { return q.Active }, unit: 1,
	},
	{
		desc:  queueDesc(metric.Gauge, "available_slots", "{slot}", "Free slots of the agents of a skill (availableSlots). An agent's slots count under each of the agent's skills: don't add them up."),
		value: func(q *liveperson.QueueNumbers) api.Number { return q.AvailableSlots }, unit: 1,
	},
	{desc: skillOverdue, label: "queue", value: func(q *liveperson.QueueNumbers) api.Number { return q.OverdueInQueue }, unit: 1},
	{desc: skillOverdue, label: "assigned", value: func(q *liveperson.QueueNumbers) api.Number { return q.OverdueAssigned }, unit: 1},
	{desc: skillLoad, label: "all", value: func(q *liveperson.QueueNumbers) api.Number { return q.AgentLoad }, unit: 1},
	{desc: skillLoad, label: "human", value: func(q *liveperson.QueueNumbers) api.Number { return q.HumanLoad }, unit: 1},
	{desc: skillLoad, label: "online", value: func(q *liveperson.QueueNumbers) api.Number { return q.OnlineLoad }, unit: 1},
	{desc: skillLoad, label: "away", value: func(q *liveperson.QueueNumbers) api.Number { return q.AwayLoad }, unit: 1},
	{
		desc:  queueDesc(metric.Gauge, "queue_wait_median_seconds", "s", "Seconds that half of those who wait for an agent now have waited at most (queueWaitTime50thPercentile); absent where no contact waits."),
		value: func(q *liveperson.QueueNumbers) api.Number { return q.QueueWaitMedian }, of: unassigned,
	},
	{
		desc:  queueDesc(metric.Gauge, "queue_wait_p90_seconds", "s", "Seconds that nine of ten of those who wait for an agent now have waited at most (queueWaitTime90thPercentile); absent where no contact waits."),
		value: func(q *liveperson.QueueNumbers) api.Number { return q.QueueWaitP90 }, of: unassigned,
	},
	{
		desc:  queueDesc(metric.Gauge, "wait_window_seconds", "s", "Average seconds that consumers waited for a response (avgWaitTime)."+newestHour),
		value: func(q *liveperson.QueueNumbers) api.Number { return q.WaitAverage }, unit: translate.Milliseconds, of: responses,
	},
	{
		desc:  queueDesc(metric.Gauge, "response_window_seconds", "s", "Average seconds that agents took for a response (avgTimeToResponse)."+newestHour),
		value: func(q *liveperson.QueueNumbers) api.Number { return q.ResponseAverage }, unit: translate.Milliseconds, of: responses,
	},
	{
		desc:  queueDesc(metric.Gauge, "conversation_window_seconds", "s", "Average seconds from beginning to end of conversations (avgConversationsDuration)."+newestHour),
		value: func(q *liveperson.QueueNumbers) api.Number { return q.DurationAverage }, unit: translate.Milliseconds, of: closed,
	},
	{
		desc:  queueDesc(metric.Gauge, "csat_window_ratio", "1", "Part of the consumers' answers that were 4 or 5 of 5 (csat)."+newestHour),
		value: func(q *liveperson.QueueNumbers) api.Number { return q.CSAT }, unit: 1,
	},
}

func unassigned(q *liveperson.QueueNumbers) api.Number { return q.Unassigned }
func responses(q *liveperson.QueueNumbers) api.Number  { return q.Responses }
func closed(q *liveperson.QueueNumbers) api.Number     { return q.Closed }

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

// groupGauges are the gauges by agent group.
var groupGauges = []queueNumber{
	{
		desc:  groupDesc("available_slots", "{slot}", "Free slots of the agents of an agent group (availableSlots by agentGroupId)."),
		value: func(q *liveperson.QueueNumbers) api.Number { return q.AvailableSlots }, unit: 1,
	},
	{
		desc:  groupDesc("load_ratio", "1", "Weight of the conversations as a part of the capacity of the agents of an agent group (agentLoad by agentGroupId). It can exceed 1."),
		value: func(q *liveperson.QueueNumbers) api.Number { return q.AgentLoad }, unit: 1,
	},
	{
		desc:  groupDesc("assigned_conversations", "{conversation}", "Conversations that are assigned to the agents of an agent group (assignedConversations by agentGroupId)."),
		value: func(q *liveperson.QueueNumbers) api.Number { return q.Assigned }, unit: 1,
	},
}

// skillCounters are the counters by skill, but for skillResponses.
var skillCounters = []queueNumber{
	{desc: skillClosed, label: "agent", value: func(q *liveperson.QueueNumbers) api.Number { return q.ClosedByAgent }, unit: 1},
	{desc: skillClosed, label: "consumer", value: func(q *liveperson.QueueNumbers) api.Number { return q.ClosedByConsumer }, unit: 1},
	{desc: skillClosed, label: "system", value: func(q *liveperson.QueueNumbers) api.Number { return q.AutoClosed }, unit: 1},
	{desc: skillConcluded, value: func(q *liveperson.QueueNumbers) api.Number { return q.Concluded }, unit: 1},
	{desc: skillFirstWait, value: func(q *liveperson.QueueNumbers) api.Number { return q.FirstResponseWait }, unit: translate.Milliseconds},
	{desc: skillFirstResponses, value: firstResponses, unit: 1},
}

// descsOf returns the metrics of numbers, each once.
func descsOf(numbers ...queueNumber) (descs []*metric.Desc) {
	for _, n := range numbers {
		if len(descs) == 0 || descs[len(descs)-1] != n.desc {
			descs = append(descs, n.desc)
		}
	}
	return descs
}
