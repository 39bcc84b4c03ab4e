package simulator

import (
	"slices"
	"time"
)

const (
	shortServices = 2 // inbound services that get more calls than their agents can take
	shortStaff    = 4 // agents that such a service has at least when the simulator begins
	lateAgents    = 3
)

// understaff makes a day on which staff is short: see Options.Understaffed.
func (v *voice) understaff() {
	var busy []*service
	for _, s := range v.services {
		if s.kind == kindInbound {
			busy = append(busy, s)
		}
	}
	slices.SortStableFunc(busy, func(a, b *service) int { return b.members - a.members })
	v.beLate()
	for _, s := range busy[:min(shortServices, len(busy))] {
		s.short = true
		v.callIn(s, shortStaff-s.members)
		s.chain++ // the next call comes sooner than it was to
		v.nextArrival(s)
	}
}

// beLate takes agents who are on the roster away from their phones, for twenty minutes and more; those with a contact
// finish it first.
func (v *voice) beLate() {
	left, soon := lateAgents, v.clock.span(40*time.Minute)
	for _, a := range v.agents {
		if left == 0 {
			return
		}
		if a.service == nil || a.until < v.now+soon || a.shift.overlap(v.clock, v.now, v.now+soon) < soon {
			continue
		}
		v.leave(a)
		v.after(v.dice.between(20*time.Minute, 30*time.Minute), voiceEvent{kind: onLogin, agent: a})
		left--
	}
}

// callIn brings agents to a service whom the roster doesn't have there.
func (v *voice) callIn(s *service, n int) {
	for _, a := range v.agents {
		if n <= 0 {
			return
		}
		if a.home != s || a.service != nil || a.until > v.now || a.shift.overlap(v.clock, v.now, v.now+1) > 0 {
			continue
		}
		a.until = v.now + v.clock.span(4*time.Hour)
		v.after(v.dice.between(0, 10*time.Second), voiceEvent{kind: onLogin, agent: a})
		n--
	}
}

// rush is how many agents' worth of calls come to a service that is short of staff; 0 in every second hour, and to others.
func (v *voice) rush(s *service) float64 {
	hours := v.clock.model(v.now).Sub(v.clock.model(v.clock.start)) / time.Hour
	if !s.short || hours%2 != 0 {
		return 0
	}
	return 1.5*float64(s.members) + 2
}
