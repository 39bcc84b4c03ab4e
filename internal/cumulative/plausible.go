package cumulative

import (
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

const (
	// maxDaySeconds and maxDayCalls are the most that a total of seconds of one agent,
	// and any other, can grow between two polls.
	maxDaySeconds = 86_400
	maxDayCalls   = 10_000_000
	// maxTotal is the number from which on not each whole number is one: no total.
	maxTotal = 1 << 53
	// maxGauge is more than any integer of a vendor's can be.
	maxGauge = 1 << 64
	// maxAtOnce is how many conversations one agent can have at a time: the seconds of
	// all of them add up. maxAgents bounds those whose seconds one record adds up.
	maxAtOnce = 100
	maxAgents = 10_000
)

// plausible reports whether a record can add what it says. What a counter or a
// histogram has once taken, it has for ever.
func plausible(add []metric.Sample) bool {
	for i := range add {
		if v := add[i].Value; !(v >= 0 && v <= maxAdded(&add[i])) { // nor NaN
			return false
		}
	}
	return true
}

// maxAdded returns the most that one interval or event can add.
func maxAdded(s *metric.Sample) float64 {
	if s.Desc.Kind == metric.Histogram && s.Desc.Unit == "s" {
		return maxStateAge.Seconds()
	}
	return maxOf(s, maxAtOnce, maxAgents)
}

// maxGrowth returns the most that a total can grow between two polls.
func maxGrowth(s *metric.Sample, agents int) float64 { return maxOf(s, 1, agents) }

// maxOf returns the most that something of one agent with a number of conversations at
// once, or of a number of agents, can be in a day.
func maxOf(s *metric.Sample, atOnce, agents int) float64 {
	switch {
	case s.Desc.Unit != "s":
		return maxDayCalls
	case isOfAgent(s):
		return maxDaySeconds * float64(atOnce)
	}
	return maxDaySeconds * float64(agents)
}

// isOfAgent reports whether a series is that of a single agent.
func isOfAgent(s *metric.Sample) bool {
	at := slices.Index(s.Desc.Labels, AgentLabel)
	return at >= 0 && s.Labels[at] != Other && s.Labels[at] != ""
}
