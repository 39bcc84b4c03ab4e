package livevox

import (
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// loggedOff is the state of an agent who is not logged in: none that is
// counted or shown.
const loggedOff = "logged_off"

// agentStateKind is one state of an agent: the vendor's id and words for it, the
// label, and what both vendors call it.
type agentStateKind struct{ id, words, label, common string }

// agentStateKinds returns the states by stateId; the last one is what is not
// known.
func agentStateKinds() []agentStateKind {
	return []agentStateKind{
		{"0", "LOGOFF LOGGEDOFF", loggedOff, "offline"},
		{"1", "LOGON LOGGEDON", "logged_on", "unavailable"},
		{"2", "READY", "ready", "available"},
		{"3", "NOTREADY", "not_ready", "unavailable"},
		{"4", "INCALL TALK TALKING ONCALL", "in_call", "on_contact"},
		{"5", "WRAPUP", "wrap_up", "wrap_up"},
		{"6", "TRANSFERRING", "transferring", "on_contact"},
		{"7", "MANUALDIAL", "manual_dial", "on_contact"},
		{"8", "PREVIEWDIAL", "preview_dial", "on_contact"},
		{"9", "DIALING", "dialing", "on_contact"},
		{"10", "REGISTERING", "registering", "unavailable"},
		{"11", "HOLD ONHOLD", "hold", "on_contact"},
		{"12", "RESERVED", "reserved", "on_contact"},
		{"", "", translate.Other, translate.Other},
	}
}

// shownStates returns the labels of the states of an agent who is shown, in the order of
// their series.
func shownStates(states []agentStateKind) (labels []string) {
	for _, s := range states {
		if s.label != loggedOff {
			labels = append(labels, s.label)
		}
	}
	slices.Sort(labels)
	return labels
}

// stateOf returns the state of an agent: by its id, and where that is not
// known by its text, which a client may have renamed.
func stateOf(states []agentStateKind, a livevox.AgentStatus) (s agentStateKind, known bool) {
	unknown := len(states) - 1
	for _, s := range states[:unknown] {
		if s.id == string(a.StateID) {
			return s, true
		}
	}
	text := word(string(a.State))
	for _, s := range states[:unknown] {
		for w := range strings.FieldsSeq(s.words) {
			if w == text {
				return s, true
			}
		}
	}
	return states[unknown], false
}

// notReadyReasons returns the reasons for being not ready; the last two are what
// is not known and what is not given.
func notReadyReasons() []string {
	return []string{"break", "lunch", "meeting", "training", "tech_difficulties", "voice_mail", translate.Other, translate.None}
}

// reasonOf returns the label of a reason, which the vendor writes as
// "Tech Difficulties", TECH_DIFFICULTIES or TechDiff.
func reasonOf(s string) (reason string, known bool) {
	w := word(s)
	if strings.HasPrefix(w, "TECH") {
		return "tech_difficulties", true
	}
	return labelOf(w, "BREAK", "break", "LUNCH", "lunch", "MEETING", "meeting", "TRAINING", "training", "OTHER", translate.Other, "VOICEMAIL", "voice_mail")
}
