package simulator

import (
	"fmt"
	"time"
)

// Directions of a call, as the interaction feed spells them.
const (
	inbound  = "INBOUND"
	outbound = "OUTBOUND"
	manual   = "MANUAL"
)

// keptCalls bounds how many ended calls of a day can be looked up.
const keptCalls = 200_000

// call is one call, or one attempt to call. What an event of it shows is fixed once the event is out.
type call struct {
	id        int64
	service   *service
	campaign  *campaign
	agent     *voiceAgent
	direction string
	byHand    *voiceAgent // who dialled it
	start     int64
	queued    int64 // when it was offered to agents; 0: never
	waiting   bool
	answered  int64
	end       int64
	ivr       int64 // seconds
	hold      int64 // seconds before the agent, or before it was abandoned
	duration  int64 // seconds of connection
	talk      int64 // milliseconds of talk still to come
	result    result
	code      string // the agent's term code
}

// result is how a call ended.
type result struct {
	id       int
	name     string
	priority int
}

func (c *call) session() string { return fmt.Sprintf("U%X@10.20.30.%d", c.id*40503, c.id%200+1) }

func (c *call) account() string { return fmt.Sprintf("ACC%06d", c.id%900000+100000) }

func (c *call) phone() string { return phone(c.id * 31) }

func (c *call) region() string { return [...]string{"CA", "NY", "TX", "IL", "WA", "OH"}[c.id%6] }

func (c *call) zip() string { return fmt.Sprintf("%05d", c.id*97%90000+10000) }

// due is the sum that is owed, in hundredths, and whether the call has one.
func (c *call) due() (int64, bool) { return c.id * 7919 % 60000, c.id%4 != 0 }

func (c *call) skill() string {
	if c.direction != inbound {
		return ""
	}
	return fmt.Sprint(c.service.id*10 + int(c.id%2))
}

func (v *voice) newCall(s *service, direction string) *call {
	v.calls++
	s.live++
	return &call{id: 1229726100000 + v.calls, service: s, direction: direction, start: v.now}
}

// arrive begins a call to a service and plans the next one. Calls come as the plan of shifts would bear them.
func (v *voice) arrive(s *service) {
	v.nextArrival(s)
	if s.kind != kindInbound || s.plan.at(v.clock.model(v.now)) == 0 && v.rush(s) == 0 {
		return
	}
	c := v.newCall(s, inbound)
	v.tell(callStart, c)
	menu := 4*time.Second + v.dice.wait(12*time.Second)
	c.ivr = v.clock.span(menu) / 1000
	v.after(menu, voiceEvent{kind: onQueue, call: c})
}

func (v *voice) nextArrival(s *service) {
	staff := s.plan.at(v.clock.model(v.now))
	busy := max(0.5*staff*s.load*s.wobble, v.rush(s))
	next := 10 * time.Minute
	if busy > 0 {
		next = v.dice.wait(time.Duration(float64(s.talk+s.wrap) / busy))
	}
	v.after(next, voiceEvent{kind: onArrival, service: s, gen: s.chain})
}

// menu is where a caller leaves the menu: into the queue, or for good.
func (v *voice) menu(c *call) {
	if v.dice.chance(0.06) {
		v.finish(c, result{640, "Hung Up in Opening", 120})
		return
	}
	v.offer(c, 10*time.Second+v.dice.wait(150*time.Second))
}

// offer puts a call into its service's queue; the caller waits for at most patience.
func (v *voice) offer(c *call, patience time.Duration) {
	s := c.service
	c.queued, c.waiting = v.now, true
	v.live[c.id] = c
	s.fields[serviceOffered].add(1)
	s.waiting = append(s.waiting, c)
	patience = min(patience, time.Duration(s.maxHold)*time.Second)
	v.after(patience, voiceEvent{kind: onAbandon, call: c})
	v.serve(s)
}

// serve connects waiting calls with ready agents while there are both.
func (v *voice) serve(s *service) {
	for len(s.waiting) > 0 {
		a := s.idle()
		if a == nil {
			return
		}
		c := s.waiting[0]
		s.waiting[0] = nil
		s.waiting = s.waiting[1:]
		v.connect(c, a)
	}
}

func (v *voice) connect(c *call, a *voiceAgent) {
	s := c.service
	c.waiting, c.agent, c.answered = false, a, v.now
	c.hold = (v.now - c.queued) / 1000
	c.talk = v.clock.span(v.dice.about(s.talk))
	s.talking++
	s.fields[serviceHandled].add(1)
	if c.hold <= s.threshold {
		s.fields[serviceAnsweredWithin].add(1)
	}
	s.day.answerWait += v.now - c.queued
	field := workOutbound
	if c.direction == inbound {
		field = workInbound
	}
	a.day(a.service).fields[field].add(1)
	a.call, a.monitored = c, v.dice.chance(0.04)
	v.enter(a, stateInCall, absence{})
	v.talkFor(a)
}

// talkFor plans how long an agent talks before something happens: the end, or a hold in between.
func (v *voice) talkFor(a *voiceAgent) {
	part := a.call.talk
	if v.dice.chance(0.15) {
		part = part * int64(20+v.dice.IntN(60)) / 100
	}
	a.call.talk -= part
	v.agenda.add(v.now+max(1, part), voiceEvent{kind: onStep, agent: a, gen: a.gen})
}

// talkOn continues with a call: to hold, back from hold, to a transfer or to its end.
func (v *voice) talkOn(a *voiceAgent) {
	switch {
	case a.state == stateHold:
		v.enter(a, stateInCall, absence{})
		v.talkFor(a)
	case a.call.talk > 0:
		v.pass(a, stateHold, v.dice.about(35*time.Second))
	case a.state == stateInCall && v.dice.chance(0.04):
		v.pass(a, stateTransferring, v.dice.about(10*time.Second))
	default:
		v.hangUp(a)
	}
}

// hangUp ends a call that an agent had; the agent wraps up.
func (v *voice) hangUp(a *voiceAgent) {
	c, s := a.call, a.call.service
	s.talking--
	s.day.talk += v.now - c.answered
	s.day.talks++
	c.duration = (v.now - c.answered) / 1000
	ends := [...]result{
		{661, "Operator Transfer (Agent Terminated Call)", 308},
		{662, "AGENT - Customer Hung Up", 290},
		{663, "AGENT - Promise To Pay", 412},
		{664, "AGENT - Callback Scheduled", 355},
	}
	v.finish(c, ends[v.dice.weighed(50, 28, 12, 10)])
	a.monitored = false
	v.pass(a, stateWrapUp, v.dice.about(s.wrap))
}

// abandon is the end of a caller's patience.
func (v *voice) abandon(c *call) {
	if !c.waiting {
		return
	}
	s := c.service
	for i, w := range s.waiting {
		if w == c {
			s.waiting = append(s.waiting[:i], s.waiting[i+1:]...)
			break
		}
	}
	c.waiting = false
	c.hold = (v.now - c.queued) / 1000
	s.fields[serviceAbandoned].add(1)
	s.day.abandonWait += v.now - c.queued
	if c.hold <= s.threshold {
		s.fields[serviceAbandonedWithin].add(1)
	}
	end := result{658, "Operator Transfer (Agent Abandoned)", 240}
	if v.now-c.queued >= v.clock.span(time.Duration(s.maxHold)*time.Second) {
		end = result{659, "Operator Transfer (Abandoned Max Hold Time)", 241}
	}
	v.finish(c, end)
}

// finish ends a call and tells the feed.
func (v *voice) finish(c *call, r result) {
	c.end, c.result = v.now, r
	c.service.live--
	delete(v.live, c.id)
	if c.queued > 0 && len(v.ended) < keptCalls {
		v.ended[c.id] = c
	}
	if c.campaign != nil {
		c.campaign.completed++
	}
	v.tell(callTermination, c)
}
