package simulator

import "time"

// voiceState is a LiveVox agent's state; the numbers are the vendor's stateId.
type voiceState int

const (
	stateLogoff voiceState = iota
	stateLogon
	stateReady
	stateNotReady
	stateInCall
	stateWrapUp
	stateTransferring
	stateManualDial
	statePreviewDial
	stateDialing
	stateRegistering
	stateHold
	stateReserved
	voiceStates
)

// text is the state as agents/status shows it.
func (s voiceState) text() string {
	return [voiceStates]string{
		"Log Off", "Log On", "Ready", "Not Ready", "In Call", "Wrap Up", "Transferring",
		"Manual Dial", "Preview Dial", "Dialing", "Registering", "Hold", "Reserved",
	}[s]
}

// event is the agent event that announces the state.
func (s voiceState) event() string {
	return [voiceStates]string{
		"LOGOFF", "LOGON", "READY", "NOT_READY", "IN_CALL", "WRAP_UP", "TRANSFERRING",
		"MANUAL_DIAL", "PREVIEW_DIAL_OFFERED", "DIALING", "REGISTERING", "AGENT_HOLD", "RESERVED",
	}[s]
}

// talking says whether the state counts as talk time.
func (s voiceState) talking() bool {
	return s == stateInCall || s == stateHold || s == stateTransferring
}

// absence is a reason for not being ready: its two spellings, the field of the day statistics that it counts under
// (workNotReady: none of its own), and how long and how often it happens.
type absence struct {
	display, code string
	field         int
	mean          time.Duration
	weight        float64
}

func absences() []absence {
	return []absence{
		{"Break", "BREAK", workBreak, 12 * time.Minute, 38},
		{"Lunch", "LUNCH", workLunch, 30 * time.Minute, 14},
		{"Meeting", "MEETING", workMeeting, 20 * time.Minute, 12},
		{"Training", "TRAINING", workTraining, 25 * time.Minute, 8},
		{"Tech Difficulties", "TECH_DIFFICULTIES", workTech, 5 * time.Minute, 9},
		{"Other", "OTHER", workOther, 4 * time.Minute, 12},
		{"Voice Mail", "VOICE_MAIL", workNotReady, 3 * time.Minute, 3},
		{"", "", workNotReady, 2 * time.Minute, 4},
	}
}

// Fields of an agent's day in a service.
const (
	workInbound = iota
	workOutbound
	workReady
	workNotReady
	workLunch
	workTraining
	workBreak
	workMeeting
	workTech
	workOther
	workWrapUp
	workTalk
	workRPCComplete
	workRPCIncomplete
	workWrongParty
	workNonContact
	workFields
)

// agentWork is what an agent did in a service. Durations are whole seconds; the milliseconds that do not fill a
// second yet wait in rest.
type agentWork struct {
	service *service
	fields  [workFields]counter
	rest    [workFields]int64
	today   bool // the agent has been logged in to the service today
}

func (w *agentWork) spend(field int, ms int64) {
	w.rest[field] += ms
	w.fields[field].add(w.rest[field] / 1000)
	w.rest[field] %= 1000
}
