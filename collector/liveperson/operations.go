package liveperson

import (
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/operations"
)

// measured finds what the skills of an account were offered and what agents spent on
// it, up to the time to which intervals are counted, and their working hours.
func measured(shown []collector.Shown) operations.Measured {
	m := operations.Measured{Parallel: true, Slots: map[string]float64{}, Within: map[string]time.Duration{}, Hours: map[string]operations.Hours{}}
	for _, s := range shown {
		switch s.Source {
		case "interval_metrics":
			m.Offered, m.Handled = settledCounts(s.Samples)
		case "agent_status", "agent_view":
			m.Agents = map[string]bool{}
			fallthrough
		case "names":
			for _, sample := range s.Samples {
				note(&m, sample)
			}
		}
	}
	return m
}

// note notes what a sample says of agents who are logged in, slots, response targets or
// working hours.
func note(m *operations.Measured, s metric.Sample) {
	switch s.Desc {
	case agentStatusDesc:
		if s.Value == 1 && s.Labels[1] != "offline" {
			m.Agents[s.Labels[0]] = s.Labels[1] == "online"
		}
	case skillMaxSlots:
		m.Slots[s.Labels[0]] += s.Value
	case responseTarget:
		// The target for first responses, else that for all of them.
		if _, known := m.Within[s.Labels[0]]; s.Labels[1] == "first" || s.Labels[1] == "default" && !known {
			m.Within[s.Labels[0]] = time.Duration(s.Value * float64(time.Second))
		}
	case skillIsOpen:
		m.Hours[s.Labels[0]] = operations.Hours{Open: s.Value == 1, Change: m.Hours[s.Labels[0]].Change}
	case hoursChange:
		m.Hours[s.Labels[0]] = operations.Hours{Open: m.Hours[s.Labels[0]].Open, Change: time.Unix(int64(s.Value), 0)}
	}
}

// isAgentID reports whether a text can be the id of an agent, which is digits alone.
func isAgentID(id string) bool {
	return id != "" && strings.Trim(id, "0123456789") == ""
}

// settledCounts returns the counts of each skill; none before intervals are settled.
func settledCounts(samples []metric.Sample) (arrivals, work operations.Counted) {
	for _, s := range samples {
		switch s.Desc {
		case intervalSettled:
			arrivals.At = time.Unix(int64(s.Value), 0)
			work.At = arrivals.At
		case intervalArrivals:
			arrivals.Of(s.Labels[0]).Calls += s.Value
		case intervalHandle:
			work.Of(s.Labels[0]).Seconds += s.Value
		case intervalClosed:
			c := work.Of(s.Labels[0])
			c.Calls += s.Value
			c.Inbound += s.Value
		}
	}
	if work.At.IsZero() {
		return operations.Counted{}, operations.Counted{}
	}
	return arrivals, work
}
