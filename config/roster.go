package config

import "errors"

// Roster says who is to work when.
type Roster struct {
	// File is a path.
	File string    `yaml:"file" doc:"CSV file with the columns agent_id, group_id, activity, start and end, times as in 2026-03-02T09:00:00+01:00, or an iCalendar file (.ics): SUMMARY is the activity, X-AGENT-ID and X-GROUP-ID the ids. It is read again when it changes."`
	Work []Pattern `yaml:"work" doc:"Activities in which agents are to serve contacts, as patterns with * and ?; without any, all but breaks, meals, meetings, training and absence."`
}

// offWork are activities in which no agent is to serve contacts.
func offWork() []Pattern {
	return []Pattern{"*break*", "*lunch*", "*meal*", "*meeting*", "*training*", "*absen*", "*vacation*", "*holiday*", "*sick*", "*leave*", "off", "off *", "day off"}
}

// IsWork reports whether agents are to serve contacts in an activity.
func (r Roster) IsWork(activity string) bool {
	if len(r.Work) > 0 {
		return MatchesAny(r.Work, activity)
	}
	return !MatchesAny(offWork(), activity)
}

// maxRoster is how large a roster may be, in bytes.
const maxRoster = 64 << 20

// Read reads the file. The error holds nothing of its content.
func (r Roster) Read() ([]byte, error) {
	if r.File == "" {
		return nil, errors.New("there is no roster")
	}
	return readFile(r.File, maxRoster)
}
