package simulator

import "time"

// voiceAgent is an agent of LiveVox's centre.
type voiceAgent struct {
	id     int
	login  string
	name   string
	team   int
	home   *service
	shift  shift
	until  int64 // end of the running shift
	leaves bool  // logs out once the contact at hand is done

	service   *service // logged in to; nil when off
	state     voiceState
	reason    absence
	since     int64
	gen       uint32 // counts states, so that timers of past ones are void
	seq       int
	call      *call
	monitored bool
	work      []*agentWork
	adherent  int64 // milliseconds at work within the shift, since the simulator began; without the state that runs
	told      int64 // when the newest event of the ACD line was; -1: not logged on
	toldKind  string
}

func (v *voice) newAgent(i int) *voiceAgent {
	p := newPerson(v.dice)
	a := &voiceAgent{
		id: 501 + i, login: p.login(i), name: p.full(), team: 11 + i%5, home: v.services[i%len(v.services)],
		shift: newShift(i, v.dice), told: -1,
	}
	a.home.plan.add(a.shift, 1)
	return a
}

// day is the agent's work in a service, made on first use.
func (a *voiceAgent) day(s *service) *agentWork {
	for _, w := range a.work {
		if w.service == s {
			return w
		}
	}
	w := &agentWork{service: s}
	a.work = append(a.work, w)
	return w
}

// rollOver begins the vendor's day. A state that runs on counts in the day in which it ends.
func (a *voiceAgent) rollOver() {
	for _, w := range a.work {
		for i := range w.fields {
			w.fields[i].rollOver()
		}
		w.today = w.service == a.service
	}
}

// firstShift finds where in its shift an agent is when the model begins.
func (v *voice) firstShift(a *voiceAgent) {
	left := a.shift.left(timeOfDay(v.clock.model(v.now)))
	if left > 10*time.Minute {
		a.until = v.now + v.clock.span(left)
		v.after(v.dice.between(0, 2*time.Minute), voiceEvent{kind: onLogin, agent: a})
	}
	v.agenda.add(a.shift.next(v.clock, v.now), voiceEvent{kind: onShift, agent: a})
}

// beginShift brings the agent in on most days, a little late.
func (v *voice) beginShift(a *voiceAgent) {
	v.agenda.add(a.shift.next(v.clock, v.now), voiceEvent{kind: onShift, agent: a})
	if v.dice.chance(0.08) {
		return
	}
	a.until = v.now + v.clock.span(a.shift.length)
	v.after(v.dice.between(0, 6*time.Minute), voiceEvent{kind: onLogin, agent: a})
}

// login logs an agent in, mostly to the home service, at times to a sister of the same kind.
func (v *voice) login(a *voiceAgent) {
	if a.service != nil || a.until <= v.now {
		return
	}
	s := a.home
	if sister := v.services[v.dice.IntN(len(v.services))]; sister.kind == s.kind && v.dice.chance(0.15) {
		s = sister
	}
	if s.closed {
		return
	}
	a.service, a.leaves = s, false
	s.members++
	a.day(s).today = true
	v.enter(a, stateLogon, absence{})
	v.after(v.dice.between(2*time.Second, 6*time.Second), voiceEvent{kind: onStep, agent: a, gen: a.gen})
	v.agenda.add(a.until, voiceEvent{kind: onLogout, agent: a})
}

// leave logs an agent out, after the contact at hand.
func (v *voice) leave(a *voiceAgent) {
	if a.service == nil {
		return
	}
	a.leaves = true
	switch a.state {
	case stateReady, stateNotReady, stateLogon, stateRegistering, stateReserved, statePreviewDial, stateManualDial:
		v.logout(a)
	}
}

func (v *voice) logout(a *voiceAgent) {
	v.enter(a, stateLogoff, absence{})
	a.service.members--
	a.service, a.monitored, a.told = nil, false, -1
}

// enter puts an agent into a state: the past one is booked, the feed gets an event.
func (v *voice) enter(a *voiceAgent, to voiceState, why absence) {
	v.settle(a)
	resumed := a.state == stateHold && to == stateInCall
	a.state, a.reason, a.since = to, why, v.now
	a.gen++
	v.announce(a, resumed)
}

// settle books the time that an agent was in the state that ends now.
func (v *voice) settle(a *voiceAgent) {
	if a.state == stateLogoff {
		return
	}
	if a.state.working() {
		a.adherent += v.onDuty(a)
	}
	spent := v.now - a.since
	a.service.day.spent[a.state] += spent
	a.service.day.visits[a.state]++
	w := a.day(a.service)
	switch {
	case a.state == stateReady:
		w.spend(workReady, spent)
	case a.state == stateNotReady:
		w.spend(workNotReady, spent)
		if a.reason.field != workNotReady {
			w.spend(a.reason.field, spent)
		}
	case a.state == stateWrapUp:
		w.spend(workWrapUp, spent)
	case a.state.talking():
		w.spend(workTalk, spent)
	}
}

// step is what an agent does when a state has lasted its time.
func (v *voice) step(a *voiceAgent) {
	switch a.state {
	case stateLogon:
		v.pass(a, stateRegistering, v.dice.between(time.Second, 4*time.Second))
	case stateRegistering, stateNotReady:
		v.becomeReady(a)
	case stateReady:
		v.endReady(a)
	case stateReserved:
		v.pass(a, statePreviewDial, v.dice.about(12*time.Second))
	case statePreviewDial, stateManualDial:
		v.dialByHand(a)
	case stateDialing:
		v.dialledByHand(a)
	case stateInCall, stateHold, stateTransferring:
		v.talkOn(a)
	case stateWrapUp:
		v.endContact(a)
	}
}

// pass puts an agent into a state that lasts d.
func (v *voice) pass(a *voiceAgent, to voiceState, d time.Duration) {
	v.enter(a, to, absence{})
	v.after(d, voiceEvent{kind: onStep, agent: a, gen: a.gen})
}

func (v *voice) takeBreak(a *voiceAgent) {
	all := absences()
	weights := make([]float64, len(all))
	for i, r := range all {
		weights[i] = r.weight
	}
	why := all[v.dice.weighed(weights...)]
	v.enter(a, stateNotReady, why)
	v.after(v.dice.about(why.mean), voiceEvent{kind: onStep, agent: a, gen: a.gen})
}

// becomeReady puts an agent in line; a waiting call comes at once.
func (v *voice) becomeReady(a *voiceAgent) {
	idle := v.dice.wait(50 * time.Minute)
	switch a.service.kind {
	case kindPreview, kindManual:
		idle = v.dice.about(25 * time.Second)
	}
	v.pass(a, stateReady, idle)
	s := a.service
	s.ready = append(s.ready, readyAgent{a, a.gen})
	v.serve(s)
}

// endReady is the end of a wait without a call: a break, or the next record to dial by hand.
func (v *voice) endReady(a *voiceAgent) {
	hand := a.service.kind == kindPreview || a.service.kind == kindManual
	switch {
	case !hand || v.dice.chance(0.05):
		v.takeBreak(a)
	case a.service.kind == kindPreview:
		v.pass(a, stateReserved, 2*time.Second)
	default:
		v.pass(a, stateManualDial, v.dice.about(8*time.Second))
	}
}
