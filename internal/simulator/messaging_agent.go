package simulator

import (
	"fmt"
	"time"
)

// status is a LivePerson agent's status; the numbers are the vendor's statusSubType.
type status int

const (
	statusNone status = iota
	statusOffline
	statusOnline
	statusBackSoon
	statusAway
)

// name is the status as agent-view spells it.
func (s status) name() string {
	return [...]string{"", "OFFLINE", "ONLINE", "BACK_SOON", "AWAY"}[s]
}

// awayReason is a reason that the brand has defined for being away; id 0 is none.
type awayReason struct {
	id   int64
	text string
	mean time.Duration
}

func awayReasons() []awayReason {
	return []awayReason{
		{0, "", 6 * time.Minute},
		{2642559711, "Break", 12 * time.Minute},
		{2642559712, "Lunch", 30 * time.Minute},
		{2642559713, "Meeting", 25 * time.Minute},
		{2642559714, "Training", 30 * time.Minute},
		{2642559715, "Tech Problem", 7 * time.Minute},
		{2642559716, "Other", 5 * time.Minute},
	}
}

// agent is an agent of LivePerson's centre.
type agent struct {
	id       int64
	employee string
	person   person
	email    string
	group    *group
	skills   []*skill
	shift    shift
	until    int64

	on          bool // logged in
	status      status
	reason      awayReason
	since       int64 // of the status
	reasonSince int64
	updated     int64 // of anything shown
	gen         uint32
	visits      uint32 // counts logins
	session     int64
	loginAt     int64
	seq         int64
	changed     int64 // time of the newest status change, 0 at login
	present     bool
	connected   bool
	dropped     int64 // when the connection was lost

	slots         int
	busy, ringing int
	intense       int
	talks         []*conversation
	history       []segment
	past          outcomes
}

func (m *messaging) newAgent(i int) *agent {
	p := newPerson(m.dice)
	a := &agent{
		id: 3252247001 + int64(i)*131, employee: fmt.Sprintf("E%05d", 10007+3*i), person: p, email: p.email(i),
		group: m.groups[i%len(m.groups)], shift: newShift(i, m.dice), slots: 3 + m.dice.IntN(4),
	}
	if i%9 == 4 {
		a.employee = ""
	}
	first := m.dice.IntN(len(m.skills))
	for k := range min(len(m.skills), 1+m.dice.IntN(3)) {
		s := m.skills[(first+k)%len(m.skills)]
		a.skills = append(a.skills, s)
		s.members = append(s.members, a)
	}
	a.skills[0].plan.add(a.shift, float64(a.slots))
	return a
}

func (m *messaging) firstShift(a *agent) {
	if left := a.shift.left(timeOfDay(m.clock.model(m.now))); left > 10*time.Minute {
		a.until = m.now + m.clock.span(left)
		m.after(m.dice.between(0, 2*time.Minute), messagingEvent{kind: atLogin, agent: a})
	}
	m.agenda.add(a.shift.next(m.clock, m.now), messagingEvent{kind: atShift, agent: a})
}

func (m *messaging) beginShift(a *agent) {
	m.agenda.add(a.shift.next(m.clock, m.now), messagingEvent{kind: atShift, agent: a})
	if m.dice.chance(0.08) {
		return
	}
	a.until = m.now + m.clock.span(a.shift.length)
	m.after(m.dice.between(0, 6*time.Minute), messagingEvent{kind: atLogin, agent: a})
}

// login writes two changes at one instant: the login and the default status.
func (m *messaging) login(a *agent) {
	if a.on || a.group.closed || a.until <= m.now {
		return
	}
	m.sessions++
	a.on, a.present, a.connected = true, true, true
	a.visits++
	a.session, a.loginAt, a.seq, a.changed = 30376000+m.sessions, m.now, 0, 0
	m.record(a, change{kind: changeLogin, seq: -1})
	first, why := statusOnline, awayReason{}
	if m.dice.chance(0.15) {
		first = statusAway
	}
	m.set(a, first, why)
	m.agenda.add(a.until, messagingEvent{kind: atLogout, agent: a})
	m.after(m.dice.wait(3*time.Hour), messagingEvent{kind: atPresence, agent: a, gen: a.visits})
}

// logout writes two changes as well: to offline, and the logout. Conversations go back to the queue.
func (m *messaging) logout(a *agent) {
	if !a.on || a.until > m.now {
		return
	}
	talks := a.talks
	a.talks, a.busy, a.ringing, a.intense = nil, 0, 0, 0
	m.set(a, statusOffline, awayReason{})
	a.gen++
	a.seq++
	m.record(a, change{kind: changeLogout, seq: a.seq})
	a.on = false
	m.trace(a)
	for _, c := range talks {
		m.tellReturned(c)
		m.leave(c, false)
		c.agent, c.ringing = nil, false
		m.assign(c)
	}
}

// set changes an agent's status and plans how long it lasts.
func (m *messaging) set(a *agent, to status, why awayReason) {
	a.seq++
	e := change{kind: changeStatus, status: to, reason: why, seq: a.seq, previous: a.changed}
	m.record(a, e)
	a.status, a.reason, a.since, a.reasonSince, a.updated = to, why, m.now, m.now, m.now
	a.changed = m.now
	a.gen++
	m.trace(a)
	m.after(m.dice.about(max(meanOf(to, why), 3*time.Minute)), messagingEvent{kind: atStep, agent: a, gen: a.gen})
	if to == statusOnline {
		m.pull(a)
	}
}

// step is an agent's next status.
func (m *messaging) step(a *agent) {
	to, why := nextStatus(m.dice, a.status)
	m.set(a, to, why)
}

// meanOf is how long a status lasts on average.
func meanOf(s status, why awayReason) time.Duration {
	return map[status]time.Duration{
		statusOnline: 50 * time.Minute, statusBackSoon: 6 * time.Minute, statusOffline: 3 * time.Minute,
		statusAway: why.mean,
	}[s]
}

// nextStatus draws the status that follows.
func nextStatus(d dice, after status) (status, awayReason) {
	if after != statusOnline {
		return statusOnline, awayReason{}
	}
	switch d.weighed(62, 30, 8) {
	case 0:
		all := awayReasons()
		return statusAway, all[d.weighed(12, 34, 14, 14, 8, 8, 10)]
	case 1:
		return statusBackSoon, awayReason{}
	default:
		return statusOffline, awayReason{}
	}
}

// presence takes an agent's presence or connection away for a while, and gives it back.
func (m *messaging) presence(a *agent) {
	if !a.on {
		return
	}
	next := m.dice.about(6 * time.Minute)
	switch {
	case !a.present || !a.connected:
		a.present, a.connected = true, true
		next = m.dice.wait(3 * time.Hour)
	case m.dice.chance(0.5):
		a.present = false
	default:
		a.connected, a.dropped = false, m.now
	}
	a.updated = m.now
	m.after(next, messagingEvent{kind: atPresence, agent: a, gen: a.visits})
}
