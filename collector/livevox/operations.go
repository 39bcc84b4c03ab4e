package livevox

import (
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/operations"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// measure returns what finds the load of an account's services; how soon the vendor wants
// calls answered its client knows.
func measure(s collector.Setup) operations.Measure {
	return func(shown []collector.Shown) operations.Measured {
		m := measured(shown)
		m.Within = clientOf(s).Thresholds()
		return m
	}
}

// agentIDs says which ids of a roster are logins of agents: those that the vendor has shown,
// in its spelling. An offline check has no client.
func agentIDs(s collector.Setup) operations.AgentIDs {
	client, online := s.Client.(*livevox.Client)
	if !online {
		return operations.AgentIDs{Shown: func(string) string { return "" }}
	}
	return operations.AgentIDs{Shown: client.AgentLogin}
}

// measured finds what services were offered, and what their agents did.
func measured(shown []collector.Shown) (m operations.Measured) {
	for _, s := range shown {
		switch s.Source {
		case "service_stats":
			m.Offered = offeredCalls(s)
		case "agent_stats":
			m.Handled = handledCalls(s)
		case "agents_status":
			m.Agents = agentsAtWork(s)
		}
	}
	return m
}

func offeredCalls(from collector.Shown) operations.Counted {
	calls := operations.Counted{At: from.At}
	for _, s := range from.Samples {
		if s.Desc == serviceOffered {
			calls.Of(s.Labels[0]).Calls += s.Value
		}
	}
	return calls
}

// handledCalls adds up the agents of each service.
func handledCalls(from collector.Shown) operations.Counted {
	work := operations.Counted{At: from.At}
	for _, s := range from.Samples {
		switch s.Desc {
		case agentCalls:
			c := work.Of(s.Labels[1])
			c.Calls += s.Value
			if s.Labels[2] == "inbound" {
				c.Inbound += s.Value
			}
		case agentTalk, agentWrapUp:
			work.Of(s.Labels[1]).Seconds += s.Value
		}
	}
	return work
}

// agentsAtWork returns the agents who are logged in; true for those who serve calls.
func agentsAtWork(from collector.Shown) map[string]bool {
	serving, agents := map[string]bool{}, map[string]bool{}
	for _, k := range agentStateKinds() {
		serving[k.label] = slices.Contains([]string{"available", "on_contact", "wrap_up"}, k.common)
	}
	for _, s := range from.Samples {
		if s.Desc == agentStateDesc && s.Value == 1 {
			agents[s.Labels[0]] = serving[s.Labels[1]]
		}
	}
	return agents
}
