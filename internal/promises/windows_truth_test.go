package promises

import (
	"maps"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// queueCounters are the counters of queues.
var queueCounters = []string{
	"liveperson_skill_conversations_closed_total", "liveperson_skill_conversations_concluded_total",
	"liveperson_skill_agent_responses_total", "liveperson_skill_first_response_wait_seconds_total", "liveperson_skill_first_responses_total",
}

// only returns the series of some metrics.
func (s sheet) only(names []string) sheet {
	out := sheet{}
	for _, name := range names {
		maps.Copy(out, s.of(name))
	}
	return out
}

// queuesTruth is what the counters of queues should show.
func queuesTruth(truth simulator.Truth) sheet {
	want := sheet{}
	for skill, o := range truth.LivePerson.Skills {
		for by, n := range o.Closed {
			want[id("liveperson_skill_conversations_closed_total", "skill_id", skill, "closed_by", by)] = float64(n)
		}
		for level, n := range o.Responses {
			want[id("liveperson_skill_agent_responses_total", "skill_id", skill, "service_level", level)] = float64(n)
		}
		want[id("liveperson_skill_conversations_concluded_total", "skill_id", skill)] = float64(o.Concluded)
		want[id("liveperson_skill_first_response_wait_seconds_total", "skill_id", skill)] = o.FirstWaitSeconds
		want[id("liveperson_skill_first_responses_total", "skill_id", skill)] = float64(o.FirstResponses)
	}
	return want
}

// agentViewCounters are the counters of agent_view.
var agentViewCounters = []string{
	"liveperson_agent_conversations_closed_total", "liveperson_agent_transfers_total",
	"liveperson_agent_back_to_queue_total", "liveperson_agent_messaging_status_seconds_total",
}

// agentViewTruth is what the counters of agent_view should show.
func agentViewTruth(truth simulator.Truth) sheet {
	want := sheet{}
	for agent, a := range truth.LivePerson.Agents {
		for by, n := range a.Outcomes.Closed {
			want[id("liveperson_agent_conversations_closed_total", "agent_id", agent, "closed_by", by)] = float64(n)
		}
		want[id("liveperson_agent_transfers_total", "agent_id", agent)] = float64(a.Outcomes.Transfers)
		want[id("liveperson_agent_back_to_queue_total", "agent_id", agent)] = float64(a.Outcomes.BackToQueue)
		for status, byReason := range a.MessagingSeconds {
			for reason, s := range byReason {
				want[id("liveperson_agent_messaging_status_seconds_total", "agent_id", agent, "status", status, "reason_id", reason)] = s
			}
		}
	}
	return want
}

// intervalCounters are the counters of interval_metrics.
var intervalCounters = []string{
	"liveperson_interval_arrivals_total", "liveperson_interval_handle_seconds_total", "liveperson_interval_work_seconds_total",
	"liveperson_interval_handled_conversations_total", "liveperson_interval_replied_conversations_total",
	"liveperson_interval_closed_conversations_total", "liveperson_interval_messages_total",
}

// intervalsTruth is what the counters of interval_metrics should show.
func intervalsTruth(truth simulator.Truth) sheet {
	want := sheet{}
	for skill, n := range truth.LivePerson.Intervals {
		for field, name := range map[string]string{
			"arrivals": "arrivals_total", "workTime": "work_seconds_total", "handledConversations": "handled_conversations_total",
			"repliedConversations": "replied_conversations_total", "closedConversations": "closed_conversations_total",
		} {
			want[id("liveperson_interval_"+name, "skill_id", skill)] = float64(n[field])
		}
		want[id("liveperson_interval_handle_seconds_total", "skill_id", skill, "model", "ift")] = float64(n["handleTime"])
		want[id("liveperson_interval_messages_total", "skill_id", skill, "sender", "consumer")] = float64(n["consumerMessages"])
		want[id("liveperson_interval_messages_total", "skill_id", skill, "sender", "agent")] = float64(n["agentMessages"])
	}
	return want
}
