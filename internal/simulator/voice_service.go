package simulator

import (
	"fmt"
	"strconv"
	"time"
)

// serviceKind is how a service's agents come to their calls.
type serviceKind int

const (
	kindInbound serviceKind = iota
	kindOutbound
	kindPreview
	kindManual
)

// Fields of a service's day.
const (
	serviceOffered = iota
	serviceHandled
	serviceAbandoned
	serviceAnsweredWithin
	serviceAbandonedWithin
	serviceFields
)

type callCenter struct {
	id   int
	name string
}

// service is a LiveVox service: its setting, its queue, and its figures of the day.
type service struct {
	id     int
	label  string // the id as text
	name   string
	center *callCenter
	kind   serviceKind

	pacing, throttle, units string
	lines                   float64 // attempts per ready agent that its dialler makes
	threshold               int64   // seconds
	maxHold                 int64   // seconds
	talk, wrap              time.Duration

	plan    coverage
	closed  bool    // a scene has sent its agents home
	chain   uint32  // counts plans of its arrivals
	short   bool    // more calls come than its agents can take, in some hours
	load    float64 // a scene's factor on its arrivals
	wobble  float64 // the hour's luck
	ready   []readyAgent
	waiting []*call
	members int // agents logged in
	talking int // calls with an agent
	live    int // calls in progress
	dialing int // attempts not answered yet

	fields    [serviceFields]counter
	day       serviceDay
	connects  []connects
	connected int64
	origin    int64
	campaigns []*campaign
}

// readyAgent is a place in the line of ready agents; it is void once the agent has left the state.
type readyAgent struct {
	agent *voiceAgent
	gen   uint32
}

// serviceDay holds the sums of which a service's averages are made.
type serviceDay struct {
	answerWait, abandonWait, talk, wrap int64 // milliseconds
	talks, wraps                        int64
	spent                               [voiceStates]int64 // milliseconds of agents in each state
	visits                              [voiceStates]int64
}

// connects counts the right-party connects of five minutes that begin at start.
type connects struct{ start, total int64 }

func newService(i int, centers []*callCenter, d dice) *service {
	kinds := [...]serviceKind{
		kindInbound, kindOutbound, kindInbound, kindPreview,
		kindInbound, kindOutbound, kindManual, kindInbound,
	}
	s := &service{
		id: 9001 + 7*i, kind: kinds[i%len(kinds)], center: centers[i%len(centers)],
		load: 1, wobble: 1, threshold: [...]int64{20, 30, 15}[i%3], maxHold: [...]int64{300, 240, 360}[i%3],
		talk: d.between(150*time.Second, 330*time.Second), wrap: d.between(25*time.Second, 70*time.Second),
	}
	s.label = strconv.Itoa(s.id)
	topics := [...]string{
		"Orders", "Billing Reminder", "Returns", "Renewals", "Support", "Welcome", "Retention",
		"Delivery",
	}
	s.name = fmt.Sprintf("%s %d", topics[i%len(topics)], i/len(topics)+1)
	s.pace()
	return s
}

// pace sets how the service dials, in the words that the vendor shows.
func (s *service) pace() {
	switch s.kind {
	case kindOutbound:
		s.pacing, s.throttle, s.units, s.lines = "#/Agent", "2.5", "lines", 2.5
	case kindPreview:
		s.pacing, s.throttle, s.units, s.lines = "Agent", "1", "lines", 1
	case kindManual:
		s.pacing, s.throttle, s.units = "Max CIP", "750", "calls"
	default:
		s.pacing, s.throttle, s.units = "Abandon Rate", "3", "percent"
	}
}

// visible says whether service statistics have a row for the service: agents are or were involved today.
func (s *service) visible() bool {
	if s.members > 0 || s.live > 0 {
		return true
	}
	for i := range s.fields {
		if s.fields[i].shown() > 0 {
			return true
		}
	}
	return false
}

// idle is the agent that has been ready longest, or nil. Places that are void are dropped on the way.
func (s *service) idle() *voiceAgent {
	for len(s.ready) > 0 {
		first := s.ready[0]
		if first.gen == first.agent.gen {
			return first.agent
		}
		s.ready = s.ready[1:]
	}
	return nil
}

// idlers counts the ready agents.
func (s *service) idlers() int {
	n := 0
	for _, r := range s.ready {
		if r.gen == r.agent.gen {
			n++
		}
	}
	return n
}

// connect counts a right-party connect at an instant.
func (s *service) connect(at int64) {
	const five, kept = 5 * 60_000, 9
	start := at - at%five
	s.connected++
	if n := len(s.connects); n > 0 && s.connects[n-1].start == start {
		s.connects[n-1].total++
		return
	}
	s.connects = append(s.connects, connects{start, 1})
	if len(s.connects) > kept {
		s.connects = s.connects[1:]
	}
}

// rollOver begins the vendor's day.
func (s *service) rollOver() {
	for i := range s.fields {
		s.fields[i].rollOver()
	}
	s.day = serviceDay{}
}
