package simulator

import (
	"fmt"
	"math"
	"time"
)

// dial lets a dialler start as many attempts as its ready agents can bear.
func (v *voice) dial(s *service) {
	v.after(8*time.Second, voiceEvent{kind: onDial, service: s})
	wanted := int(math.Ceil(s.lines*float64(s.idlers())*s.load)) - s.dialing
	for range wanted {
		list := v.record(s)
		if list == nil {
			return
		}
		c := v.newCall(s, outbound)
		c.campaign = list
		s.dialing++
		v.tell(callStart, c)
		v.after(v.dice.between(5*time.Second, 28*time.Second), voiceEvent{kind: onAnswer, call: c})
	}
}

// dialled is the end of an attempt: somebody answers and waits for an agent, or no agent.
func (v *voice) dialled(c *call) {
	c.service.dialing--
	if !v.dice.chance(0.3) {
		v.finish(c, v.unanswered())
		return
	}
	v.offer(c, 4*time.Second+v.dice.wait(9*time.Second))
}

func (v *voice) unanswered() result {
	ends := [...]result{
		{601, "No Answer", 40},
		{602, "Busy", 30},
		{603, "Answering Machine (Hung Up)", 60},
		{604, "Invalid Phone Number", 10},
		{605, "Fax", 12},
		{606, "Not Available (Not Made)", 5},
	}
	return ends[v.dice.weighed(50, 8, 30, 6, 1, 5)]
}

// dialByHand is an agent dialling the next record.
func (v *voice) dialByHand(a *voiceAgent) {
	s := a.service
	list := v.record(s)
	if list == nil {
		v.becomeReady(a)
		return
	}
	c := v.newCall(s, outbound)
	if s.kind == kindManual {
		c.direction = manual
	}
	c.campaign, c.byHand = list, a
	a.call = c
	v.tell(callStart, c)
	v.pass(a, stateDialing, v.dice.between(6*time.Second, 24*time.Second))
}

func (v *voice) dialledByHand(a *voiceAgent) {
	c := a.call
	if !v.dice.chance(0.4) {
		v.finish(c, v.unanswered())
		v.pass(a, stateWrapUp, v.dice.about(8*time.Second))
		return
	}
	c.queued = v.now
	v.live[c.id] = c
	c.service.fields[serviceOffered].add(1)
	v.connect(c, a)
}

// endContact is the end of a wrap-up: the outcome is known, and the agent continues.
func (v *voice) endContact(a *voiceAgent) {
	c := a.call
	s := c.service
	s.day.wrap += v.now - a.since
	s.day.wraps++
	v.dispose(a, c)
	a.call = nil
	switch {
	case a.leaves:
		v.logout(a)
	case v.dice.chance(0.1):
		v.takeBreak(a)
	default:
		v.becomeReady(a)
	}
}

// dispose gives a contact its outcome: a right party or not.
func (v *voice) dispose(a *voiceAgent, c *call) {
	codes := [...]string{"Resolved", "Follow Up", "Wrong Party", "No Contact"}
	outcome := 3
	if c.answered > 0 {
		outcome = v.dice.weighed(45, 25, 10, 20)
	}
	c.code = codes[outcome]
	a.day(a.service).fields[workRPCComplete+outcome].add(1)
	if outcome < 2 {
		c.service.connect(v.now)
	}
	v.tell(callDisposition, c)
}

// message sends a text or a mail of an outbound service.
func (v *voice) message(s *service) {
	v.after(v.dice.wait(90*time.Second), voiceEvent{kind: onMessage, service: s})
	if !v.feeds || s.plan.at(v.clock.model(v.now)) == 0 {
		return
	}
	v.calls++
	kind := smsAttempt
	if v.dice.chance(0.4) {
		kind = emailAttempt
	}
	v.publish(&interaction{kind: kind, at: v.now, service: s, number: v.calls})
}

// customer is who is at the other end of a call.
func (c *call) customer() person {
	firsts := [...]string{"Nora", "Emil", "Vera", "Anton", "Lene", "Boris"}
	return person{firsts[c.id%6], fmt.Sprintf("Testperson%d", c.id%900)}
}
