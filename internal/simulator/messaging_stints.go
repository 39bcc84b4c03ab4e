package simulator

import (
	"cmp"
	"slices"
)

// stint is the time for which an agent had a conversation.
type stint struct {
	agent    *agent
	skill    *skill
	from, to int64
	closed   bool // it ended with the conversation
}

// arrival is a conversation that began.
type arrival struct {
	skill *skill
	at    int64
}

// keptStints bounds what is kept of the past: more than the week that is shown.
const keptStints = 400_000

// bounded drops the oldest quarter of a list that is full.
func bounded[T any](list []T) []T {
	if len(list) < keptStints {
		return list
	}
	return slices.Clone(list[keptStints/4:])
}

// leave notes that an agent's time with a conversation is over.
func (m *messaging) leave(c *conversation, closed bool) {
	if c.agent != nil && c.taken > 0 {
		m.stints = append(bounded(m.stints), stint{c.agent, c.skill, c.taken, m.now, closed})
	}
	c.taken = 0
}

// intervalKey is what a row of interval metrics is of; agent is nil for all.
type intervalKey struct {
	start int64
	skill *skill
	agent *agent
}

// intervalWork is what happened in an interval, times in milliseconds.
type intervalWork struct {
	work                               int64
	arrivals, handled, replied, closed int64
	consumerMessages, agentMessages    int64
}

// The pace of messages, and how long an agent takes for the first one.
const (
	consumerPace = 90_000
	agentPace    = 70_000
	firstReply   = 12_000
)

// intervals are the rows of the intervals that begin between two instants, up to now.
func (m *messaging) intervals(from, to, width int64, byAgent bool) map[intervalKey]*intervalWork {
	all := map[intervalKey]*intervalWork{}
	row := func(at int64, s *skill, a *agent) *intervalWork {
		k := intervalKey{at / width * width, s, a}
		if !byAgent {
			k.agent = nil
		}
		if all[k] == nil {
			all[k] = &intervalWork{}
		}
		return all[k]
	}
	first, end := (from+width-1)/width*width, min(m.now, (to/width+1)*width)
	cut := func(s stint) {
		for start := max(first, s.from/width*width); start < min(end, s.to); start += width {
			row(start, s.skill, s.agent).add(s, max(start, s.from), min(start+width, s.to, end))
		}
	}
	i, _ := slices.BinarySearchFunc(m.stints, first, func(s stint, at int64) int { return cmp.Compare(s.to, at) })
	for _, s := range m.stints[i:] {
		cut(s)
		if s.closed && s.to >= first && s.to < end {
			row(s.to, s.skill, s.agent).closed++
		}
	}
	for _, a := range m.agents {
		for _, c := range a.talks {
			if c.taken > 0 {
				cut(stint{agent: a, skill: c.skill, from: c.taken, to: m.now})
			}
		}
	}
	for _, v := range m.arrivals {
		if !byAgent && v.at >= first && v.at < end {
			row(v.at, v.skill, nil).arrivals++
		}
	}
	return all
}

// add adds the part of a stint between two instants.
func (w *intervalWork) add(s stint, from, to int64) {
	if to <= from {
		return
	}
	w.work += to - from
	w.handled++
	if from-s.from < firstReply && to-s.from >= firstReply {
		w.replied++
	}
	w.consumerMessages += (to-s.from)/consumerPace - (from-s.from)/consumerPace
	w.agentMessages += (to-s.from)/agentPace - (from-s.from)/agentPace
}

// numbers are the metrics of a row as the vendor writes them: times in whole seconds, a third of the work in focus.
func (w *intervalWork) numbers(model string) map[string]int64 {
	share := int64(3)
	if model == "EHT" {
		share = 5
	}
	return map[string]int64{
		"handleTime": w.work / share / 1000, "workTime": w.work / 1000, "arrivals": w.arrivals, "handledConversations": w.handled,
		"repliedConversations": w.replied, "closedConversations": w.closed, "consumerMessages": w.consumerMessages, "agentMessages": w.agentMessages,
	}
}

// sumIntervals sums the quarters of an hour that lie in a span, by skill and by metric, as they are delivered in the end.
func (m *messaging) sumIntervals(from, to int64) map[string]map[string]int64 {
	const quarter = 15 * 60_000
	all := map[string]map[string]int64{}
	for k, w := range m.intervals(from, to-quarter, quarter, false) {
		if k.start < from || k.start+quarter > to {
			continue
		}
		id := decimal(k.skill.id)
		if all[id] == nil {
			all[id] = map[string]int64{}
		}
		for name, n := range w.numbers("IFT") {
			all[id][name] += n
		}
	}
	return all
}
