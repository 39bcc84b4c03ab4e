package simulator

import "sort"

// outcome is what came of conversations, times in milliseconds.
type outcome struct {
	closedBy                 [3]int64 // agent, consumer, system
	transfers, returns       int64
	responses, outside, took int64
	waits, waited            int64 // for the first response
	lasted                   int64
	answers, satisfied       int64 // of consumers who were asked how it was
}

// closers are who closes a conversation, in the order of outcome.closedBy.
func closers() [3]string { return [...]string{"agent", "consumer", "system"} }

func (o *outcome) add(p outcome) {
	for i := range o.closedBy {
		o.closedBy[i] += p.closedBy[i]
	}
	o.transfers, o.returns = o.transfers+p.transfers, o.returns+p.returns
	o.responses, o.outside, o.took = o.responses+p.responses, o.outside+p.outside, o.took+p.took
	o.waits, o.waited, o.lasted = o.waits+p.waits, o.waited+p.waited, o.lasted+p.lasted
	o.answers, o.satisfied = o.answers+p.answers, o.satisfied+p.satisfied
}

func (o outcome) closed() int64 { return o.closedBy[0] + o.closedBy[1] + o.closedBy[2] }

func (o outcome) concluded() int64 { return o.closed() + o.transfers + o.returns }

// outcomes are those of minutes in which there were any, oldest first.
type outcomes []struct {
	minute int64
	outcome
}

const (
	oneMinute = 60_000
	// keptOutcomes is how long they are kept, in minutes: a day more than the vendor answers for.
	keptOutcomes = 15 * 24 * 60
)

func (all *outcomes) add(now int64, o outcome) {
	minute := now / oneMinute
	if n := len(*all); n > 0 && (*all)[n-1].minute == minute {
		(*all)[n-1].add(o)
		return
	}
	if n := len(*all); n > 64 && n == cap(*all) {
		old := sort.Search(n, func(i int) bool { return (*all)[i].minute > minute-keptOutcomes })
		*all = append(outcomes(nil), (*all)[old:]...)
	}
	*all = append(*all, struct {
		minute int64
		outcome
	}{minute, o})
}

// between adds up the minutes from one to another, the latter not included; those that hide names are left out.
func (all outcomes) between(from, to int64, hide func(minute int64) bool) (sum outcome) {
	first := sort.Search(len(all), func(i int) bool { return all[i].minute*oneMinute >= from })
	for _, o := range all[first:] {
		if (o.minute+1)*oneMinute > to {
			break
		}
		if hide == nil || !hide(o.minute) {
			sum.add(o.outcome)
		}
	}
	return sum
}

// tell notes what came of a conversation with its skill and its agent.
func (m *messaging) tell(c *conversation, o outcome) {
	c.skill.past.add(m.now, o)
	if c.agent != nil {
		c.agent.past.add(m.now, o)
	}
}

func (m *messaging) tellAnswered(c *conversation) {
	if !c.answered {
		c.answered = true
		m.tell(c, outcome{waits: 1, waited: m.now - c.began})
	}
}

// tellEnded is the end of a conversation: what came of it goes by its number, so that no chance of the model is drawn.
func (m *messaging) tellEnded(c *conversation) {
	o := outcome{responses: 1 + c.number%7, lasted: m.now - c.began}
	o.closedBy[[...]int{0, 0, 1, 0, 2, 0, 1, 0, 1, 0}[c.number%10]] = 1
	if c.number%3 == 0 {
		o.outside = (o.responses + 1) / 2
	}
	if c.number%13 == 0 {
		o.transfers = 1
	}
	if c.number%4 == 0 {
		o.answers, o.satisfied = 1, min(1, c.number%12)
	}
	o.took = o.responses * (20_000 + c.number%50*1000)
	m.tell(c, o)
}

// tellReturned is a conversation that goes back to the queue.
func (m *messaging) tellReturned(c *conversation) { m.tell(c, outcome{returns: 1}) }

// giveUp is a consumer who has waited too long, if no agent has the conversation.
func (m *messaging) giveUp(c *conversation) {
	if c.ended || c.agent != nil {
		return
	}
	c.ended = true
	m.tell(c, outcome{closedBy: [3]int64{0, 1, 0}, lasted: m.now - c.began})
}

// still is now, or when the centre was frozen: ages of what waits do not grow meanwhile.
func (m *messaging) still() int64 {
	if m.frozen {
		return m.stopped
	}
	return m.now
}
