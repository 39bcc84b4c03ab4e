package livevox

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
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
	serving := servingStates()
	for _, s := range shown {
		switch s.Source {
		case "service_stats":
			m.Offered.At = s.At
		case "agent_stats":
			m.Handled.At = s.At
		case "agents_status":
			m.Agents = map[string]bool{}
		}
		for _, sample := range s.Samples {
			note(&m, sample, serving)
		}
	}
	return m
}

// servingStates returns the states of agents who serve contacts.
func servingStates() map[string]bool {
	serving := map[string]bool{}
	for _, k := range agentStateKinds() {
		serving[k.label] = operations.Serves(k.common)
	}
	return serving
}

// note notes what a sample says of calls, or of an agent who is logged in.
func note(m *operations.Measured, s metric.Sample, serving map[string]bool) {
	switch s.Desc {
	case serviceOffered:
		m.Offered.Of(s.Labels[0]).Calls += s.Value
	case agentCalls:
		c := m.Handled.Of(s.Labels[1])
		c.Calls += s.Value
		if s.Labels[2] == "inbound" {
			c.Inbound += s.Value
		}
	case agentTalk, agentWrapUp:
		m.Handled.Of(s.Labels[1]).Seconds += s.Value
	case agentStateDesc:
		if s.Value == 1 {
			m.Agents[s.Labels[0]] = serving[s.Labels[1]]
		}
	}
}
