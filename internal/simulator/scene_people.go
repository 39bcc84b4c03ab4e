package simulator

import "time"

// sendHome ends the shifts of a service's agents; those with a contact finish it first.
func (v *voice) sendHome(s *service) {
	for _, a := range v.agents {
		if a.service == s {
			v.leave(a)
		}
	}
}

func (v *voice) sendToBreak(s *service) {
	for _, a := range v.agents {
		if a.service == s && a.state == stateReady {
			v.takeBreak(a)
		}
	}
}

// callBack brings back who should be at work.
func (v *voice) callBack() {
	for _, a := range v.agents {
		if a.service == nil && a.until > v.now {
			v.after(v.dice.between(0, time.Minute), voiceEvent{kind: onLogin, agent: a})
		}
	}
}

// sendHome logs a group's agents out; their shift stays in mind.
func (m *messaging) sendHome(g *group) {
	for _, a := range m.agents {
		if a.on && a.group == g {
			until := a.until
			a.until = m.now
			m.logout(a)
			a.until = until
		}
	}
}

func (m *messaging) sendToBreak(g *group) {
	for _, a := range m.agents {
		if a.on && a.group == g && a.status == statusOnline {
			m.set(a, statusAway, awayReasons()[1])
		}
	}
}

// callBack brings back who should be at work.
func (m *messaging) callBack() {
	for _, a := range m.agents {
		if !a.on && a.until > m.now {
			m.after(m.dice.between(0, time.Minute), messagingEvent{kind: atLogin, agent: a})
		}
	}
}
