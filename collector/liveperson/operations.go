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
	m := operations.Measured{Parallel: true}
	for _, s := range shown {
		switch s.Source {
		case "interval_metrics":
			m.Offered, m.Handled = settledCounts(s.Samples)
		case "agent_status", "agent_view":
			m.Agents, m.Slots = agentsOnline(s.Samples), slotsOfSkills(s.Samples)
		case "names":
			m.Hours, m.Within = workingHours(s.Samples), responseTargets(s.Samples)
		}
	}
	return m
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

// slotsOfSkills returns the slots of each skill's agents.
func slotsOfSkills(samples []metric.Sample) map[string]float64 {
	slots := map[string]float64{}
	for _, s := range samples {
		if s.Desc == skillMaxSlots {
			slots[s.Labels[0]] += s.Value
		}
	}
	return slots
}

// responseTargets returns how soon each skill's conversations are to be answered first:
// the target for first responses, else that for all of them.
func responseTargets(samples []metric.Sample) map[string]time.Duration {
	within := map[string]time.Duration{}
	for _, kind := range []string{"default", "first"} {
		for _, s := range samples {
			if s.Desc == responseTarget && s.Labels[1] == kind {
				within[s.Labels[0]] = time.Duration(s.Value * float64(time.Second))
			}
		}
	}
	return within
}

// workingHours returns the working hours of each skill that has them.
func workingHours(samples []metric.Sample) map[string]operations.Hours {
	hours := map[string]operations.Hours{}
	for _, s := range samples {
		h := hours[s.Labels[0]]
		switch s.Desc {
		case skillIsOpen:
			h.Open = s.Value == 1
		case hoursChange:
			h.Change = time.Unix(int64(s.Value), 0)
		default:
			continue
		}
		hours[s.Labels[0]] = h
	}
	return hours
}

// agentsOnline returns the agents who are logged in; true for those who are online.
func agentsOnline(samples []metric.Sample) map[string]bool {
	agents := map[string]bool{}
	for _, s := range samples {
		if s.Desc == agentStatusDesc && s.Value == 1 && s.Labels[1] != "offline" {
			agents[s.Labels[0]] = s.Labels[1] == "online"
		}
	}
	return agents
}
