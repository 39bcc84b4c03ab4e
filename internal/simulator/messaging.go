package simulator

import (
	"fmt"
	"time"
)

// messaging is LivePerson's contact centre: agents in groups, with skills and slots, who hold several conversations at
// once. Its owner holds a lock around every use.
type messaging struct {
	clock    clock
	dice     dice
	now      int64
	late     int64
	agenda   schedule[messagingEvent]
	groups   []*group
	skills   []*skill
	agents   []*agent
	sessions int64
	begun    int64     // conversations, ever
	changes  []change  // oldest first
	past     *past     // before the model began; nil for none
	stints   []stint   // oldest end first
	arrivals []arrival // oldest first
	frozen   bool
	stopped  int64
}

type group struct {
	id     int64
	name   string
	closed bool // a scene has sent its agents home
}

// skill is what a conversation needs. Its members are the agents who have it.
type skill struct {
	id      int64
	name    string
	members []*agent
	plan    coverage // slots that the shifts of its main agents bear
	load    float64
	mean    time.Duration
	waiting []*conversation
	past    outcomes
}

// conversation is a consumer with one agent, or waiting for one.
type conversation struct {
	skill   *skill
	agent   *agent
	ringing bool
	intense bool
	ended   bool

	number   int64
	began    int64
	answered bool
	taken    int64 // by its agent; 0 while none has it
}

type messagingKind uint8

const (
	atShift messagingKind = iota
	atLogin
	atLogout
	atStep      // a status has lasted its time
	atPresence  // an agent's presence or connection changes
	atArrival   // a consumer writes
	atTaken     // an agent takes a ringing conversation
	atEnd       // a conversation ends
	atImpatient // a waiting consumer gives up
)

type messagingEvent struct {
	kind         messagingKind
	gen          uint32
	agent        *agent
	skill        *skill
	conversation *conversation
}

// keptChanges bounds the history of status changes.
const keptChanges = 4_000_000

func newMessaging(o Options, c clock, at int64) *messaging {
	m := &messaging{clock: c, dice: newDice(o.Seed, 2), now: at, late: max(0, o.Late.Milliseconds())}
	m.groups = append(m.groups, &group{id: -1, name: "Main Group"})
	for i := 1; i < max(2, o.Services/2); i++ {
		m.groups = append(m.groups, &group{id: int64(118643400 + 17*i), name: fmt.Sprintf("Team %c%d", 'A'+i%26, i/26+1)})
	}
	topics := [...]string{"orders", "returns", "billing", "delivery", "tech help", "sales", "renewals", "social"}
	for i := range o.Services {
		name := topics[i%len(topics)]
		if i >= len(topics) {
			name = fmt.Sprintf("%s %d", name, i/len(topics)+1)
		}
		m.skills = append(m.skills, &skill{
			id: int64(3100 + 3*i), name: name, load: 1,
			mean: m.dice.between(15*time.Minute, 35*time.Minute),
		})
	}
	for i := range o.Agents {
		m.agents = append(m.agents, m.newAgent(i))
	}
	if o.History > 0 {
		m.past = &past{seed: o.Seed, zone: o.Zone, agents: m.agents, begin: c.start - o.History.Milliseconds(), end: at}
	}
	for _, s := range m.skills {
		m.after(m.dice.wait(time.Minute), messagingEvent{kind: atArrival, skill: s})
	}
	for _, a := range m.agents {
		m.firstShift(a)
	}
	return m
}

func (m *messaging) after(d time.Duration, e messagingEvent) {
	m.agenda.add(m.now+m.clock.span(d), e)
}

// advance lets everything happen that is due up to an instant.
func (m *messaging) advance(to int64) {
	for !m.frozen {
		at, due := m.agenda.next()
		if !due || at > to {
			break
		}
		m.now = max(m.now, at)
		m.happen(m.agenda.take().what)
	}
	m.now = max(m.now, to)
}

func (m *messaging) happen(e messagingEvent) {
	switch e.kind {
	case atShift:
		m.beginShift(e.agent)
	case atLogin:
		m.login(e.agent)
	case atLogout:
		m.logout(e.agent)
	case atStep:
		if e.gen == e.agent.gen {
			m.step(e.agent)
		}
	case atPresence:
		if e.gen == e.agent.visits {
			m.presence(e.agent)
		}
	case atArrival:
		m.arrive(e.skill)
	case atTaken:
		m.take(e.conversation)
	case atEnd:
		m.end(e.conversation)
	case atImpatient:
		m.giveUp(e.conversation)
	}
}

func (m *messaging) freeze() {
	if !m.frozen {
		m.frozen, m.stopped = true, m.now
	}
}

func (m *messaging) thaw() {
	if m.frozen {
		m.agenda.postpone(m.now - m.stopped)
		m.frozen = false
	}
}
