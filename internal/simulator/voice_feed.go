package simulator

import "time"

// agentEvent is an entry of LiveVox's agent event feed.
type agentEvent struct {
	at      int64
	agent   *voiceAgent
	service *service
	line    string // "" at logon and logoff
	kind    string
	reason  string
	seq     int
	call    *call
	before  string // what the agent's ACD line did until now; "" if it was not logged on
	lasted  int64  // milliseconds of before
}

// interactionKind is what an interaction event tells of.
type interactionKind uint8

const (
	callStart interactionKind = iota
	callTermination
	callDisposition
	smsAttempt
	emailAttempt
)

// interaction is an entry of LiveVox's interaction event feed. Texts and mails have a number instead of a call.
type interaction struct {
	kind    interactionKind
	at      int64
	service *service
	call    *call
	number  int64
}

// announce tells the agent feed of the state that an agent has just entered: once for the ACD line, and for readiness
// once more for the direct line, under the same number.
func (v *voice) announce(a *voiceAgent, resumed bool) {
	if !v.feeds {
		return
	}
	a.seq++
	e := agentEvent{
		at: v.now, agent: a, service: a.service, line: "ACD", kind: a.state.event(), seq: a.seq,
		reason: a.reason.code, call: a.call,
	}
	switch {
	case resumed:
		e.kind = "AGENT_RESUMED"
	case a.state == stateLogon || a.state == stateLogoff:
		e.line = ""
	}
	if a.told >= 0 {
		e.before, e.lasted = a.toldKind, v.now-a.told
	}
	a.told, a.toldKind = v.now, e.kind
	v.store(&e)
	if a.state == stateReady || a.state == stateNotReady {
		direct := e
		direct.line, direct.before, direct.lasted = "DIRECT", "", 0
		v.store(&direct)
	}
}

// store lets an agent event reach the feed, a little late and so not always in order.
func (v *voice) store(e *agentEvent) {
	v.after(v.dice.between(0, 1500*time.Millisecond), voiceEvent{kind: onAgentEvent, story: e})
}

// tell is an interaction event of a call.
func (v *voice) tell(kind interactionKind, c *call) {
	if v.feeds {
		v.publish(&interaction{kind: kind, at: v.now, service: c.service, call: c})
	}
}

// publish lets an interaction event reach the feed some seconds after it happened.
func (v *voice) publish(e *interaction) {
	v.after(v.dice.between(4*time.Second, 10*time.Second), voiceEvent{kind: onInteraction, contact: e})
}
