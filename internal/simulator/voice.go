package simulator

import (
	"fmt"
	"time"
)

// voice is LiveVox's contact centre: services with queues, diallers and campaigns, and agents who take calls.
// Its owner holds a lock around every use.
type voice struct {
	clock     clock
	dice      dice
	now       int64
	agenda    schedule[voiceEvent]
	centers   []*callCenter
	services  []*service
	agents    []*voiceAgent
	live      map[int64]*call // with an agent or on the way to one
	ended     map[int64]*call // of today
	calls     int64
	campaigns int

	midnight    int64 // when the vendor's next day begins
	frozen      bool  // nothing happens but midnight
	stopped     int64 // when it froze
	pause       int64 // milliseconds of stillness on each side of midnight
	corrections float64
	corrected   int64 // sum of what corrections took back
	feeds       bool
	agentFeed   feed[agentEvent]
	callFeed    feed[interaction]
}

type voiceKind uint8

const (
	onShift       voiceKind = iota // an agent's shift begins
	onLogin                        // an agent comes
	onLogout                       // an agent's shift ends
	onStep                         // an agent's state has lasted long enough
	onArrival                      // somebody calls a service
	onQueue                        // a caller leaves the menu
	onAbandon                      // a waiting caller hangs up
	onDial                         // a dialler looks for agents
	onAnswer                       // an attempt ends
	onMessage                      // a text or mail goes out
	onWobble                       // luck changes
	onCorrection                   // the vendor takes something back
	onPause                        // stillness around midnight begins
	onAgentEvent                   // an agent event reaches the feed
	onInteraction                  // an interaction event reaches the feed
)

// voiceEvent is one thing to happen. gen guards those that are void once the agent has
// changed state, or the service its arrivals.
type voiceEvent struct {
	kind    voiceKind
	gen     uint32
	agent   *voiceAgent
	service *service
	call    *call
	story   *agentEvent
	contact *interaction
}

// newVoice builds the centre as it stands at an instant, no agent logged in yet.
func newVoice(o Options, c clock, at int64) *voice {
	v := &voice{
		clock: c, dice: newDice(o.Seed, 1), now: at, live: map[int64]*call{}, ended: map[int64]*call{},
		pause: o.Pause.Milliseconds(), corrections: o.Corrections, feeds: !o.FeedsOff,
	}
	for i := range max(1, o.Services/4) {
		v.centers = append(v.centers, &callCenter{1601 + 11*i, fmt.Sprintf("Center %c%d", 'A'+i%26, i/26+1)})
	}
	for i := range o.Services {
		v.services = append(v.services, newService(i, v.centers, v.dice))
	}
	for i := range o.Agents {
		v.agents = append(v.agents, v.newAgent(i))
	}
	for _, s := range v.services {
		v.open(s)
	}
	for _, a := range v.agents {
		v.firstShift(a)
	}
	v.planMidnight()
	return v
}

// open sets a service going.
func (v *voice) open(s *service) {
	v.after(v.dice.wait(time.Minute), voiceEvent{kind: onArrival, service: s})
	v.after(v.dice.wait(20*time.Minute), voiceEvent{kind: onWobble, service: s})
	if s.kind == kindOutbound {
		v.after(v.dice.wait(10*time.Second), voiceEvent{kind: onDial, service: s})
		v.after(v.dice.wait(2*time.Minute), voiceEvent{kind: onMessage, service: s})
	}
	if s.kind != kindInbound {
		v.newCampaign(s)
	}
}

func (v *voice) after(d time.Duration, e voiceEvent) {
	v.agenda.add(v.now+v.clock.span(d), e)
}

// advance lets everything happen that is due up to an instant.
func (v *voice) advance(to int64) {
	for {
		at, due := v.agenda.next()
		due = due && at <= to && !v.frozen
		if v.midnight <= to && (!due || v.midnight <= at) {
			v.now = max(v.now, v.midnight)
			v.rollOver()
			continue
		}
		if !due {
			break
		}
		v.now = max(v.now, at)
		v.happen(v.agenda.take().what)
	}
	v.now = max(v.now, to)
}

func (v *voice) happen(e voiceEvent) {
	switch e.kind {
	case onShift:
		v.beginShift(e.agent)
	case onLogin:
		v.login(e.agent)
	case onLogout:
		v.leave(e.agent)
	case onStep:
		if e.gen == e.agent.gen {
			v.step(e.agent)
		}
	case onArrival:
		if e.gen == e.service.chain {
			v.arrive(e.service)
		}
	case onQueue:
		v.menu(e.call)
	case onAbandon:
		v.abandon(e.call)
	case onDial:
		v.dial(e.service)
	case onAnswer:
		v.dialled(e.call)
	case onMessage:
		v.message(e.service)
	case onWobble:
		e.service.wobble = 0.7 + 0.6*v.dice.Float64()
		v.after(v.dice.about(20*time.Minute), e)
	default:
		v.book(e)
	}
}

// book handles what concerns the vendor's bookkeeping rather than people. Feeds begin after the instant at which the simulator
// does: a client whose first token is a moment younger never gets what was stored until then, and Truth would have it.
func (v *voice) book(e voiceEvent) {
	switch e.kind {
	case onCorrection:
		v.correct(e.service, 1+int64(v.dice.IntN(3)))
	case onPause:
		if left := v.midnight - v.now; left > 0 && left <= v.pause {
			v.agenda.postpone(2 * v.pause)
		}
	case onAgentEvent:
		if v.now > v.clock.start {
			v.agentFeed.add(v.now, *e.story)
		}
	case onInteraction:
		if v.now > v.clock.start {
			v.callFeed.add(v.now, *e.contact)
		}
	}
}

// planMidnight finds the next turn of the vendor's day and plans the day's corrections.
func (v *voice) planMidnight() {
	v.midnight = v.clock.midnight(v.now)
	if v.pause > 0 && v.midnight-v.pause > v.now {
		v.agenda.add(v.midnight-v.pause, voiceEvent{kind: onPause})
	}
	if v.corrections <= 0 {
		return
	}
	for _, s := range v.services {
		if v.dice.chance(v.corrections) {
			at := v.now + v.dice.Int64N(max(1, v.midnight-v.now))
			v.agenda.add(at, voiceEvent{kind: onCorrection, service: s})
		}
	}
}

// freeze stops everything but midnight; thaw continues from where it stopped.
func (v *voice) freeze() {
	if !v.frozen {
		v.frozen, v.stopped = true, v.now
	}
}

func (v *voice) thaw() {
	if v.frozen {
		v.agenda.postpone(v.now - v.stopped)
		v.frozen = false
	}
}

// rollOver begins the vendor's day: totals start at 0, yesterday's campaigns and agents are gone.
func (v *voice) rollOver() {
	for _, s := range v.services {
		s.rollOver()
		s.campaigns = nil
		if s.kind != kindInbound {
			v.newCampaign(s)
		}
	}
	for _, a := range v.agents {
		a.rollOver()
	}
	clear(v.ended)
	v.planMidnight()
}

// correct takes handled calls back from a service's totals, as late dispositions do.
func (v *voice) correct(s *service, by int64) {
	by = min(by, s.fields[serviceHandled].shown())
	for _, f := range [...]int{serviceOffered, serviceHandled, serviceAnsweredWithin} {
		s.fields[f].correct(by)
	}
	v.corrected += by
}
