package simulator

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"time"
)

// Duty is a row of the roster: an agent who is to serve the contacts of a group. No breaks are planned.
type Duty struct {
	Agent, Group string // LiveVox: login id, service id; LivePerson: ids of agent and agent group
	Start, End   time.Time
}

// Roster returns who is to work at LiveVox from one time to another: the shifts, whether agents come or not.
func (s *Simulator) Roster(from, to time.Time) []Duty {
	var all []Duty
	for _, a := range s.voice.agents { // shifts and homes never change
		a.shift.each(s.voice.clock, from.UnixMilli(), to.UnixMilli(), func(start, end int64) {
			all = append(all, Duty{a.login, a.home.label, time.UnixMilli(start), time.UnixMilli(end)})
		})
	}
	return all
}

// LivePersonRoster is the Roster of LivePerson's agents.
func (s *Simulator) LivePersonRoster(from, to time.Time) []Duty {
	var all []Duty
	for _, a := range s.messaging.agents { // as for LiveVox, shifts and groups never change
		a.shift.each(s.messaging.clock, from.UnixMilli(), to.UnixMilli(), func(start, end int64) {
			all = append(all, Duty{decimal(a.id), decimal(a.group.id), time.UnixMilli(start), time.UnixMilli(end)})
		})
	}
	return all
}

// each calls do with every time of the shift that touches a span.
func (s shift) each(c clock, from, to int64, do func(start, end int64)) {
	t := c.model(from)
	for day := -1; ; day++ {
		start := c.wall(s.begin(t, day, c.zone))
		if start >= to {
			return
		}
		if end := start + c.span(s.length); end > from {
			do(start, end)
		}
	}
}

// overlap is how many milliseconds of a span the shift takes.
func (s shift) overlap(c clock, from, to int64) (ms int64) {
	s.each(c, from, to, func(start, end int64) { ms += min(end, to) - max(start, from) })
	return ms
}

// working says whether the state is one in which an agent serves calls.
func (s voiceState) working() bool {
	return s != stateLogoff && s != stateLogon && s != stateRegistering && s != stateNotReady
}

// AdherenceTruth is how long the roster had agents at work since the simulator began, and how much of it they were: not
// when they were logged off, not ready, or on the way to it.
type AdherenceTruth struct {
	Scheduled float64 `json:"scheduled_seconds"`
	Adherent  float64 `json:"adherent_seconds"`
}

// adherence is the truth of one agent.
func (v *voice) adherence(a *voiceAgent) AdherenceTruth {
	adherent := a.adherent
	if a.state.working() {
		adherent += v.onDuty(a)
	}
	return AdherenceTruth{seconds(a.shift.overlap(v.clock, v.clock.start, v.now)), seconds(adherent)}
}

// onDuty is how much of the state that an agent is in lies within the shift, since the simulator began.
func (v *voice) onDuty(a *voiceAgent) int64 {
	from := max(a.since, v.clock.start)
	if from >= v.now {
		return 0
	}
	return a.shift.overlap(v.clock, from, v.now)
}

// serveRoster writes the roster of a vendor, LiveVox by default, of the week that began yesterday, as a file that changes
// once a day.
func (s *Simulator) serveRoster(w http.ResponseWriter, r *http.Request) {
	c := s.voice.clock
	t := c.model(s.options.Now().UnixMilli())
	from := time.Date(t.Year(), t.Month(), t.Day()-1, 0, 0, 0, 0, c.zone)
	tag := `"` + from.Format(time.DateOnly) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	var b bytes.Buffer
	rows := csv.NewWriter(&b)
	_ = rows.Write([]string{"agent_id", "group_id", "activity", "start", "end"})
	at := func(t time.Time) string { return t.In(c.zone).Format("2006-01-02T15:04:05.000Z07:00") }
	roster, activity := s.Roster, "calls"
	if r.URL.Query().Get("vendor") == "liveperson" {
		roster, activity = s.LivePersonRoster, "chats"
	}
	for _, d := range roster(time.UnixMilli(c.wall(from)), time.UnixMilli(c.wall(from.AddDate(0, 0, 8)))) {
		_ = rows.Write([]string{d.Agent, d.Group, activity, at(d.Start), at(d.End)})
	}
	rows.Flush()
	_, _ = w.Write(b.Bytes())
}
