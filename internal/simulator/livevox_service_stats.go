package simulator

import "strconv"

// serviceRow is a service as service/stats shows it.
type serviceRow struct {
	Calls           []struct{} `json:"calls"`
	ServiceID       string     `json:"serviceId"`
	ServiceName     string     `json:"serviceName"`
	CIP             int        `json:"cip"`
	Offered         int64      `json:"totalOffered"`
	Handled         int64      `json:"totalHandled"`
	Abandoned       int64      `json:"totalAbandoned"`
	AbandonRate     float64    `json:"abandonRate"`
	ServiceLevel    float64    `json:"serviceLevel"`
	SpeedOfAnswer   float64    `json:"averageSpeedOfAnswer"`
	TimeToAbandon   float64    `json:"averageDurationToAbandon"`
	Talk            float64    `json:"averageTalkDuration"`
	WrapUp          float64    `json:"averageWrapupDuration"`
	Handle          float64    `json:"averageHandleDuration"`
	AnsweredWithin  int64      `json:"totalCallsAnsweredWithinSLA"`
	AbandonedWithin int64      `json:"totalCallsAbandonedWithinSLA"`
	PacingMethod    string     `json:"pacingMethod"`
	Throttle        string     `json:"throttle"`
	Units           string     `json:"units"`
	InQueue         int        `json:"totalCallsInQueue"`
	WithAgent       int        `json:"callsWithAgent"`
	Agents          int        `json:"totalAgents"`
	LongestInQueue  int64      `json:"longestCallInQueue"` // milliseconds
	MaxHold         int64      `json:"maxHoldTime"`
	Loaded          int        `json:"loaded"`
	Remaining       int        `json:"remaining"`
	PlayingDialable int        `json:"playingDialable"`
	PercentComplete int        `json:"percentComplete"`
	CallCenterID    string     `json:"callCenterId"`
	CallCenterName  string     `json:"callCenterName"`
}

// serviceStats plays service/stats: a row for each service in which agents are involved.
func (x *exchange) serviceStats() answer {
	body, refusal := x.serviceRequest()
	if refusal.status != 0 {
		return refusal
	}
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	chosen := x.sim.voice.choose(body)
	rows := []serviceRow{}
	for _, s := range x.sim.voice.services {
		if chosen[s] && s.visible() {
			rows = append(rows, s.row(now))
		}
	}
	return ok(map[string]any{"stats": rows})
}

func (s *service) row(now int64) serviceRow {
	f := &s.fields
	offered, handled := f[serviceOffered].shown(), f[serviceHandled].shown()
	abandoned := f[serviceAbandoned].shown()
	r := serviceRow{
		Calls: []struct{}{}, ServiceID: s.label, ServiceName: s.name, CIP: s.live,
		Offered: offered, Handled: handled, Abandoned: abandoned,
		AbandonRate:    share(abandoned, offered),
		ServiceLevel:   share(f[serviceAnsweredWithin].shown(), handled+abandoned),
		SpeedOfAnswer:  mean(s.day.answerWait, handled),
		TimeToAbandon:  mean(s.day.abandonWait, abandoned),
		Talk:           mean(s.day.talk, s.day.talks),
		WrapUp:         mean(s.day.wrap, s.day.wraps),
		AnsweredWithin: f[serviceAnsweredWithin].shown(), AbandonedWithin: f[serviceAbandonedWithin].shown(),
		PacingMethod: s.pacing, Throttle: s.throttle, Units: s.units,
		InQueue: len(s.waiting), WithAgent: s.talking, Agents: s.members, MaxHold: s.maxHold,
		CallCenterID: strconv.Itoa(s.center.id), CallCenterName: s.center.name, PercentComplete: 100,
	}
	r.Handle = r.Talk + r.WrapUp
	if len(s.waiting) > 0 {
		r.LongestInQueue = max(0, now-s.waiting[0].queued)
	}
	r.Loaded, r.Remaining, r.PlayingDialable = s.records(now)
	if r.Loaded > 0 {
		r.PercentComplete = 100 * (r.Loaded - r.Remaining) / r.Loaded
	}
	return r
}

// share is a percentage with two decimals, 0 of nothing.
func share(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part*10_000/whole) / 100
}

// mean is seconds with one decimal, 0 of nothing.
func mean(ms, n int64) float64 {
	if n == 0 {
		return 0
	}
	return float64(ms/n/100) / 10
}
