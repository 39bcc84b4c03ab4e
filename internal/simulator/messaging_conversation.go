package simulator

import "time"

// arrive is a consumer who writes to a skill, as often as the shifts of its agents would bear.
func (m *messaging) arrive(s *skill) {
	busy := 0.55 * s.plan.at(m.clock.model(m.now)) * s.load
	next := 10 * time.Minute
	if busy > 0 {
		next = m.dice.wait(time.Duration(float64(s.mean) / busy))
	}
	m.after(next, messagingEvent{kind: atArrival, skill: s})
	if busy > 0 {
		m.assign(&conversation{skill: s, intense: m.dice.chance(0.12)})
	}
}

// assign rings the conversation at an agent with room, or lets it wait.
func (m *messaging) assign(c *conversation) {
	if c.number == 0 {
		m.begun++
		c.number, c.began = m.begun, m.now
		m.arrivals = append(bounded(m.arrivals), arrival{c.skill, m.now})
	}
	if a := m.room(c.skill); a != nil {
		m.ring(a, c)
		return
	}
	c.skill.waiting = append(c.skill.waiting, c)
	m.after(10*time.Minute+m.dice.wait(20*time.Minute), messagingEvent{kind: atImpatient, conversation: c})
}

// room is the least loaded of some agents who have the skill, are online and have a slot free; nil if none has.
func (m *messaging) room(s *skill) *agent {
	const tries = 12
	var best *agent
	for i := range min(tries, len(s.members)) {
		a := s.members[i]
		if len(s.members) > tries {
			a = s.members[m.dice.IntN(len(s.members))]
		}
		if a.free() && (best == nil || a.busy+a.ringing < best.busy+best.ringing) {
			best = a
		}
	}
	return best
}

func (a *agent) free() bool {
	return a.on && a.status == statusOnline && a.connected && a.busy+a.ringing < a.slots
}

// pull fills an agent's free slots with waiting conversations.
func (m *messaging) pull(a *agent) {
	for _, s := range a.skills {
		for len(s.waiting) > 0 && a.free() {
			c := s.waiting[0]
			s.waiting[0] = nil
			s.waiting = s.waiting[1:]
			if !c.ended {
				m.ring(a, c)
			}
		}
	}
}

func (m *messaging) ring(a *agent, c *conversation) {
	c.agent, c.ringing = a, true
	a.ringing++
	a.talks = append(a.talks, c)
	a.updated = m.now
	m.after(m.dice.about(12*time.Second), messagingEvent{kind: atTaken, conversation: c, gen: a.visits})
}

// take is the agent accepting; a conversation that has moved on meanwhile rings elsewhere.
func (m *messaging) take(c *conversation) {
	a := c.agent
	if a == nil || !c.ringing {
		return
	}
	c.ringing = false
	m.tellAnswered(c)
	a.ringing--
	c.taken = m.now
	a.busy++
	if c.intense {
		a.intense++
	}
	a.updated = m.now
	m.trace(a)
	m.after(m.dice.about(c.skill.mean), messagingEvent{kind: atEnd, conversation: c})
}

func (m *messaging) end(c *conversation) {
	a := c.agent
	if a == nil || c.ringing || c.ended {
		return
	}
	c.ended = true
	m.leave(c, true)
	m.tellEnded(c)
	for i, other := range a.talks {
		if other == c {
			a.talks = append(a.talks[:i], a.talks[i+1:]...)
			break
		}
	}
	a.busy--
	if c.intense {
		a.intense--
	}
	a.updated = m.now
	m.trace(a)
	m.pull(a)
}
