package simulator

import "time"

// enliven sends a ready agent on a break and lets callers wait, where none does so by chance.
func (v *voice) enliven() {
	away, waiting := 0, 0
	for _, a := range v.agents {
		if a.state == stateNotReady {
			away++
		}
	}
	for _, a := range v.agents {
		if away == 0 && a.state == stateReady {
			v.takeBreak(a)
			away++
		}
	}
	for _, s := range v.services {
		waiting += len(s.waiting)
	}
	if waiting > 0 {
		return
	}
	if s := v.busiest(); s != nil {
		v.flood(s, s.idlers()+3)
	}
}

// busiest is the inbound service with most agents, or nil.
func (v *voice) busiest() *service {
	var best *service
	for _, s := range v.services {
		if s.kind == kindInbound && (best == nil || s.members > best.members) {
			best = s
		}
	}
	return best
}

// flood puts n callers into a service's queue who came over the last seconds and are patient.
func (v *voice) flood(s *service, n int) {
	for range n {
		c := v.newCall(s, inbound)
		v.tell(callStart, c)
		v.offer(c, time.Minute+v.dice.wait(3*time.Minute))
	}
}

// enliven sends an agent away, where none is.
func (m *messaging) enliven() {
	for _, a := range m.agents {
		if a.on && a.status == statusAway {
			return
		}
	}
	for _, a := range m.agents {
		if a.on && a.status == statusOnline {
			m.set(a, statusAway, awayReasons()[1])
			return
		}
	}
}
