package simulator

import "errors"

// Burst puts events into a LiveVox feed all at once, beside what happens in the centre.
type Burst struct {
	Feed   string `json:"feed"` // agent_events or interaction_events
	Events int    `json:"events"`
}

// mostBurst bounds a burst, well within what a feed keeps.
const mostBurst = feedLimit / 2

// Burst stores the events at the present time. They can be asked for within some milliseconds, since each has a place
// of its own in time, and count in Truth.
func (s *Simulator) Burst(b Burst) error {
	if b.Events < 1 || b.Events > mostBurst {
		return errors.New("events must be between 1 and 1000000")
	}
	if s.options.FeedsOff {
		return errors.New("the feeds are off")
	}
	now := s.lock()
	defer s.mu.Unlock()
	defer s.tellWaiting()
	switch b.Feed {
	case "agent_events":
		s.voice.burstOfAgents(now, b.Events)
	case "interaction_events":
		s.voice.burstOfCalls(now, b.Events)
	default:
		return errors.New("feed must be agent_events or interaction_events")
	}
	return nil
}

// burstOfAgents has the agents that are logged in, or all if none is, change their state in turn.
func (v *voice) burstOfAgents(now int64, n int) {
	var who []*voiceAgent
	for _, a := range v.agents {
		if a.service != nil {
			who = append(who, a)
		}
	}
	if len(who) == 0 {
		who = v.agents
	}
	states := [...]voiceState{stateReady, stateInCall, stateWrapUp, stateNotReady}
	reasons := absences()
	for i := range n {
		a := who[i%len(who)]
		state := states[i/len(who)%len(states)]
		e := agentEvent{at: now, agent: a, service: a.service, line: "ACD", kind: state.event()}
		if e.service == nil {
			e.service = a.home
		}
		if state == stateNotReady {
			e.reason = reasons[i%len(reasons)].code
		}
		a.seq++
		e.seq = a.seq
		if a.told >= 0 {
			e.before, e.lasted = a.toldKind, now-a.told
		}
		a.told, a.toldKind = now, e.kind
		v.agentFeed.add(now, e)
	}
}

// burstOfCalls tells of calls that were over in a moment, and of messages. The services' totals know nothing of them.
func (v *voice) burstOfCalls(now int64, n int) {
	var c *call
	for i := range n {
		s := v.services[i%len(v.services)]
		v.calls++
		switch i % 5 {
		case 4:
			v.callFeed.add(now, interaction{kind: smsAttempt, at: now, service: s, number: v.calls})
		case 0, 2:
			c = v.briefCall(s, now, int64(i))
			v.callFeed.add(now, interaction{kind: callStart, at: c.start, service: s, call: c})
		default:
			v.callFeed.add(now, interaction{kind: callTermination, at: now, service: c.service, call: c})
		}
	}
}

// briefCall is a call that is over, of a sort that goes with its number.
func (v *voice) briefCall(s *service, now, n int64) *call {
	c := &call{
		id: 1229726100000 + v.calls, service: s, direction: inbound, start: now - 60_000, end: now,
		ivr: n % 17, result: result{601, "No Answer", 40},
	}
	if s.kind != kindInbound {
		c.direction, c.ivr = outbound, 0
	}
	if n%3 == 0 {
		return c
	}
	c.queued, c.hold = now-50_000, n%40
	c.result = result{658, "Operator Transfer (Agent Abandoned)", 240}
	if n%3 == 1 {
		c.agent, c.answered, c.duration = v.agents[int(n)%len(v.agents)], now-50_000+1000*c.hold, n%90
		c.result = result{661, "Operator Transfer (Agent Terminated Call)", 308}
	}
	return c
}
