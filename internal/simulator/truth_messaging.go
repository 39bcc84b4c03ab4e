package simulator

import "slices"

// LivePersonTruth is what LivePerson's agents did, by agent id. Agents who did nothing are missing.
type LivePersonTruth struct {
	Agents map[string]*LivePersonAgentTruth `json:"agents"`
	Skills map[string]LivePersonOutcomes    `json:"skills"`
	// Intervals sums the quarters of an hour that lie in the span, by skill and by the vendor's name of a metric.
	Intervals map[string]map[string]int64 `json:"intervals"`
	// Segments are those that ended in the span, by the vendor's name of how.
	Segments map[string]int64 `json:"segments"`
	// HandlingUnits are those in the files of the span, which are listed when their hour is over, by the vendor's name of
	// how they ended.
	HandlingUnits map[string]int64 `json:"handling_units"`
}

// LivePersonOutcomes are what came of the conversations of a skill or an agent in the whole minutes of a span.
type LivePersonOutcomes struct {
	Closed           map[string]int64 `json:"closed"` // by agent, consumer, system
	Concluded        int64            `json:"concluded"`
	Transfers        int64            `json:"transfers"`
	BackToQueue      int64            `json:"back_to_queue"`
	Responses        map[string]int64 `json:"responses"` // within, outside the service level
	FirstWaitSeconds float64          `json:"first_response_wait_seconds"`
	FirstResponses   int64            `json:"first_responses"`
}

func (o outcome) truth() LivePersonOutcomes {
	t := LivePersonOutcomes{
		Closed: map[string]int64{}, Concluded: o.concluded(), Transfers: o.transfers, BackToQueue: o.returns,
		Responses: map[string]int64{"within": o.responses - o.outside, "outside": o.outside}, FirstWaitSeconds: seconds(o.waited), FirstResponses: o.waits,
	}
	for i, by := range closers() {
		t.Closed[by] = o.closedBy[i]
	}
	return t
}

// LivePersonAgentTruth is what an agent did in a span of time.
type LivePersonAgentTruth struct {
	Logins  int64 `json:"logins"`
	Logouts int64 `json:"logouts"`
	// Changes of status by status (offline, online, back_soon, away) and the reason's text, "none" without one.
	Changes map[string]map[string]int64 `json:"changes"`
	// StatusSeconds is the time in each status and reason between login and logout.
	StatusSeconds map[string]map[string]float64 `json:"status_seconds"`
	// Activity by state (online, back_soon, away, logged_in) sums agent activity's five-minute buckets that lie in the
	// span, each in whole seconds as it is delivered.
	Activity map[string]Activity `json:"activity"`
	// AwayReasons by reason id sums the same buckets.
	AwayReasons map[string]Activity `json:"away_reasons"`
	// Outcomes are what came of the agent's conversations.
	Outcomes LivePersonOutcomes `json:"outcomes"`
	// MessagingSeconds is the time by status and reason id, "none" without one.
	MessagingSeconds map[string]map[string]float64 `json:"messaging_seconds"`
}

func newAgentTruth() *LivePersonAgentTruth {
	return &LivePersonAgentTruth{
		Changes: map[string]map[string]int64{}, StatusSeconds: map[string]map[string]float64{},
		Activity: map[string]Activity{}, AwayReasons: map[string]Activity{},
	}
}

// label is a status as the metrics name it.
func (s status) label() string {
	return [...]string{"", "offline", "online", "back_soon", "away"}[s]
}

func (r awayReason) label() string { return orDefault(r.text, "none") }

// of is the agent's truth, made on first use.
func (t LivePersonTruth) of(a *agent) *LivePersonAgentTruth {
	id := decimal(a.id)
	if t.Agents[id] == nil {
		t.Agents[id] = newAgentTruth()
	}
	return t.Agents[id]
}

func (m *messaging) truth(from, to int64) LivePersonTruth {
	t := LivePersonTruth{map[string]*LivePersonAgentTruth{}, map[string]LivePersonOutcomes{}, m.sumIntervals(from, to), m.sumSegments(from, to), m.sumUnits(from, to)}
	for _, k := range m.skills {
		t.Skills[decimal(k.id)] = k.past.between(from, to, nil).truth()
	}
	for _, c := range m.between(from, to) {
		t.of(c.agent).count(c)
	}
	m.timeStatuses(t, from, to)
	m.sumActivity(t, from, to)
	m.sumOutcomes(t, from, to)
	return t
}

func (t *LivePersonAgentTruth) count(c change) {
	switch c.kind {
	case changeLogin:
		t.Logins++
	case changeLogout:
		t.Logouts++
	default:
		if t.Changes[c.status.label()] == nil {
			t.Changes[c.status.label()] = map[string]int64{}
		}
		t.Changes[c.status.label()][c.reason.label()]++
	}
}

// timeStatuses adds the time between changes, of which only what lies in the span.
func (m *messaging) timeStatuses(t LivePersonTruth, from, to int64) {
	open := map[*agent]change{}
	closeAt := func(a *agent, at int64) {
		last, running := open[a]
		start, end := max(from, last.at), min(to, at)
		if !running || end <= start {
			return
		}
		seconds := t.of(a).StatusSeconds
		if seconds[last.status.label()] == nil {
			seconds[last.status.label()] = map[string]float64{}
		}
		seconds[last.status.label()][last.reason.label()] += float64(end-start) / 1000
	}
	const longest = 48 * 60 * 60_000 // that a status lasts
	for _, c := range append(slices.Clip(m.past.between(from-longest, to)), m.changes...) {
		switch c.kind {
		case changeStatus:
			closeAt(c.agent, c.at)
			open[c.agent] = c
		case changeLogout:
			delete(open, c.agent)
		}
	}
	for a := range open {
		closeAt(a, to)
	}
}

// sumActivity adds the five-minute buckets of the span.
func (m *messaging) sumActivity(t LivePersonTruth, from, to int64) {
	const five = 5 * 60_000
	first := (from + five - 1) / five * five
	for _, a := range m.agents {
		for start := first; start+five <= to; start += five {
			d := a.distribution(start, start+five)
			if d.loggedIn == (Activity{}) {
				continue
			}
			truth := t.of(a)
			for s, v := range map[string]Activity{
				"online": d.states[statusOnline], "back_soon": d.states[statusBackSoon],
				"away": d.states[statusAway], "logged_in": d.loggedIn,
			} {
				truth.Activity[s] = truth.Activity[s].plus(v.inSeconds())
			}
			for id, v := range d.reasons {
				truth.AwayReasons[decimal(id)] = truth.AwayReasons[decimal(id)].plus(v.inSeconds())
			}
		}
	}
}

// sumOutcomes adds what agent view tells of a span.
func (m *messaging) sumOutcomes(t LivePersonTruth, from, to int64) {
	for _, a := range m.agents {
		o, d := a.past.between(from, to, nil), a.distribution(from, to)
		if o == (outcome{}) && d.loggedIn == (Activity{}) {
			continue
		}
		truth := t.of(a)
		truth.Outcomes = o.truth()
		truth.MessagingSeconds = map[string]map[string]float64{}
		for s := statusOnline; s <= statusAway; s++ {
			truth.MessagingSeconds[s.label()] = map[string]float64{"none": seconds(d.states[s].Total)}
		}
		none := d.states[statusAway].Total
		for id, v := range d.reasons {
			truth.MessagingSeconds["away"][decimal(id)] = seconds(v.Total)
			none -= v.Total
		}
		truth.MessagingSeconds["away"]["none"] = seconds(none)
	}
}
