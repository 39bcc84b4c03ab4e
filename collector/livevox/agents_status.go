package livevox

import (
	"cmp"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	serviceAgentStates = metric.Gauge.Desc("livevox_agents", "{agent}",
		"Agents logged in to a service, by state (stateId; state where that is not known).", "service_id", "service_name", "state")
	agentsNotReady = metric.Gauge.Desc("livevox_agents_not_ready", "{agent}",
		"Agents in the state not_ready, by reason (reasonCode); none where they gave no reason.", "service_id", "service_name", "reason")
	agentsByCallType = metric.Gauge.Desc("livevox_agents_by_call_type", "{agent}",
		"Agents who have a call, by its type (callType, in small letters and with _ for blanks, as the vendor tells it).",
		"service_id", "service_name", "call_type").Bounded("call_type").Experimental()
	agentInfoDesc = metric.Gauge.Desc("livevox_agent_info", "",
		"1 for every agent who is logged in, with the service and its call center; agent_name (agentName) only with personal_data.",
		"agent_id", "service_id", "service_name", "call_center_id", "call_center_name", "agent_name")
	agentStateDesc = metric.StateSet.Desc("livevox_agent_state", "",
		"1 for the state that the agent is in, 0 for every other (stateId; state where that is not known).", "agent_id", "state")
	agentStateStart = metric.Gauge.Desc("livevox_agent_state_start_timestamp_seconds", "s",
		"When the agent's state began, in seconds since 1970 (stateChangedAfter, which is the time of the last change in spite of its name).", "agent_id")
	agentMonitored = metric.Gauge.Desc("livevox_agent_monitored", "",
		"1 while a supervisor listens to the agent, else 0 (isAgentMonitored).", "agent_id")
	agentsUpdated = metric.Gauge.Desc("livevox_agents_updated_timestamp_seconds", "s",
		"When the vendor's own agent service was last updated, in seconds since 1970 (timeStamp of agents/status).")
)

func agentsStatusSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name: "agents_status", Interval: 15 * time.Second, MaxAge: 2 * time.Minute, Default: true,
			Help: "State of every agent who is logged in (POST realtime/service/agents/status).",
		},
		Cost:   perChunk,
		Advice: reportRoles.advice,
		Descs: []*metric.Desc{
			collector.Agents(), serviceAgentStates, agentsNotReady, agentsByCallType, agentInfoDesc, agentStateDesc,
			agentStateStart, agentMonitored, agentsUpdated,
		},
		Open: func(s collector.Setup) collector.Collect {
			return collector.Measure(clientOf(s).AgentsStatus, func(status livevox.AgentsStatus) metric.Reading {
				return agentsStatusReading(status, s.Identity, s.Account.PersonalData)
			})
		},
	}
}

// agentsStatusReading translates the states of agents. Names of agents appear only if
// they may.
func agentsStatusReading(status livevox.AgentsStatus, identity collector.Identity, names bool) metric.Reading {
	r := translate.Reading(status.Extent)
	states := agentStateKinds()
	counts := newAgentCounts(status.Services)
	all := make([]shownAgent, 0, len(status.Rows))
	for _, row := range status.Rows {
		if row.LoginID == "" && row.ID == "" {
			r.Skipped++ // an agent without id or service
			continue
		}
		a := shownAgent{AgentStatus: row, id: identity(string(row.LoginID), string(row.Name))}
		var known bool
		if a.state, known = stateOf(states, row); !known {
			r.Unknown = append(r.Unknown, translate.Unknown("stateId", cmp.Or(string(row.State), string(row.StateID))))
		}
		if !counts.count(a) {
			r.Unknown = append(r.Unknown, translate.Unknown("reasonCode", string(row.ReasonCode)))
		}
		all = append(all, a)
	}
	r.Gauges.Samples = counts.samples(states)
	newest, labels := newestRows(all), shownStates(states)
	r.Gauges.Samples = slices.Grow(r.Gauges.Samples, len(newest)*(len(labels)+seriesPerAgent)+1)
	for _, a := range newest {
		r.Gauges.Samples = a.append(r.Gauges.Samples, labels, names)
	}
	r.Gauges.Samples = metric.AppendTime(r.Gauges.Samples, agentsUpdated, status.Updated.Time)
	return r
}
