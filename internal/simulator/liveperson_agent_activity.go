package simulator

import (
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// activityState is one state of an agent in agent activity.
type activityState struct {
	Reasons *[]activityReason `json:"reasons,omitempty"`
	ID      int               `json:"id"`
	Name    string            `json:"name"`
	Value   Activity          `json:"value"`
}

type activityReason struct {
	ID    string   `json:"id"`
	Value Activity `json:"value"`
}

type agentsMetrics struct {
	PerAgent map[string][]activityState `json:"metricsPerAgent"`
	Totals   []struct{}                 `json:"metricsTotals"`
}

// activityRequest is what agent activity is asked for, in minutes.
type activityRequest struct {
	timeframe, interval int
	ids                 map[string]bool // empty: all
}

// agentActivityByQuery plays GET agentactivity.
func (x *exchange) agentActivityByQuery() answer { return x.agentActivity(x.r.URL.Query()) }

// agentActivityByBody plays POST agentactivity, whose body holds the parameters, all as text.
func (x *exchange) agentActivityByBody() answer {
	var body map[string]string
	if !x.read("application/json") || json.Unmarshal(x.body, &body) != nil {
		return badRequest("body: must be a JSON object of strings")
	}
	q := url.Values{}
	for name, value := range body {
		q.Set(name, value)
	}
	return x.agentActivity(q)
}

func readActivityRequest(q url.Values) (r activityRequest, cause string) {
	var fine bool
	r.ids = map[string]bool{}
	if q.Get("v") != "1" {
		return r, "v: must be 1"
	}
	if r.timeframe, fine = number(q, "timeframe", 0); !fine || r.timeframe < 1 || r.timeframe > 1440 {
		return r, "timeframe: must be between 1 and 1440"
	}
	r.interval, fine = number(q, "interval", 0)
	switch {
	case !q.Has("interval"):
	case !fine || r.interval < 5 || r.interval > r.timeframe:
		return r, "interval: must be between 5 and timeframe"
	case r.timeframe%r.interval != 0:
		return r, "interval: must divide timeframe"
	}
	ids := q.Get("agentIds")
	if ids == "" {
		return r, "agentIds: must not be empty"
	}
	for _, id := range strings.Split(ids, ",") {
		if _, err := strconv.ParseInt(strings.TrimSpace(id), 10, 64); err != nil && ids != "all" {
			return r, "agentIds: must be all or numbers"
		}
		if ids != "all" {
			r.ids[strings.TrimSpace(id)] = true
		}
	}
	return r, ""
}

// agentActivity answers whole, or in intervals that carry their end: the newest is rounded up to five minutes and
// still grows, the oldest is what is left of the time frame.
func (x *exchange) agentActivity(q url.Values) answer {
	r, cause := readActivityRequest(q)
	if cause != "" {
		return badRequest(cause)
	}
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	m := x.sim.messaging
	from := now - int64(r.timeframe)*60_000
	if r.interval == 0 {
		return ok(map[string]any{"agentsMetrics": m.activity(r, from, now)})
	}
	type interval struct {
		Timestamp int64 `json:"timestamp"`
		Data      struct {
			Metrics agentsMetrics `json:"agentsMetrics"`
		} `json:"metricsData"`
	}
	var all []interval
	const five = 5 * 60_000
	width := int64(r.interval) * 60_000
	for end := (now + five - 1) / five * five; end > from; end -= width {
		b := interval{Timestamp: end}
		b.Data.Metrics = m.activity(r, max(from, end-width), min(now, end))
		if x.has("restate") && now-end < int64(time.Hour/time.Millisecond) {
			b.Data.Metrics.restate(end)
		}
		all = append(all, b)
	}
	return ok(map[string]any{
		"metricsByIntervals": all,
		"agentsMetrics":      agentsMetrics{map[string][]activityState{}, []struct{}{}},
	})
}

// activity is the agents' time between two instants; agents without any are missing.
func (m *messaging) activity(r activityRequest, from, to int64) agentsMetrics {
	out := agentsMetrics{map[string][]activityState{}, []struct{}{}}
	for _, a := range m.agents {
		id := decimal(a.id)
		if len(r.ids) > 0 && !r.ids[id] {
			continue
		}
		if d := a.distribution(from, to); d.loggedIn.Total > 0 {
			out.PerAgent[id] = d.rows()
		}
	}
	return out
}

func (d distribution) rows() []activityState {
	reasons := []activityReason{}
	for _, r := range awayReasons() {
		if v, has := d.reasons[r.id]; has {
			reasons = append(reasons, activityReason{decimal(r.id), v.inSeconds()})
		}
	}
	return []activityState{
		{ID: 2, Name: "Online", Value: d.states[statusOnline].inSeconds()},
		{ID: 3, Name: "Back in 5", Value: d.states[statusBackSoon].inSeconds()},
		{ID: 4, Name: "Away", Value: d.states[statusAway].inSeconds(), Reasons: &reasons},
		{ID: -1, Name: "Logged in", Value: d.loggedIn.inSeconds()},
	}
}

// restate lowers the values of a bucket, by the same amounts whenever it is asked for within a minute or so.
func (m agentsMetrics) restate(end int64) {
	luck := rand.New(rand.NewPCG(uint64(end), 5))
	for _, states := range m.PerAgent {
		for i := range states {
			v := &states[i].Value
			v.Total -= luck.Int64N(1 + v.Total/4)
			v.NotChatting = max(0, v.Total-v.Chatting)
		}
	}
}
