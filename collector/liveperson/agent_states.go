package liveperson

import (
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// activity is what the translation of agentactivity goes by.
type activity struct {
	options *agentActivityOptions
	now     time.Time
	// counted is the end of the newest bucket in the counters; the zero time at
	// first.
	counted time.Time
	// intervals are those of the window of length lookback.
	intervals []liveperson.ActivityInterval
	lookback  time.Duration
	// window is the timeframe of the gauges.
	window liveperson.AgentActivity
}

// reading translates the answers of one poll.
func (a *activity) reading(identity collector.Identity) metric.Reading {
	r := translate.Reading(a.window.Extent)
	r.Intervals.Earliest, r.Intervals.Latest = a.now.Add(-a.lookback), a.now
	agents := a.window.Agents.Items
	for _, id := range slices.Sorted(maps.Keys(agents)) {
		states := statesOf(agents[id], &r)
		label := identity(id, "")
		r.Intervals.Zero = append(r.Intervals.Zero, zeroed(countActivity(states, label))...)
		if label != "" {
			r.Gauges.Samples = append(r.Gauges.Samples, windowActivity(states, label)...)
		}
	}
	a.count(&r, identity)
	r.Gauges.Samples = metric.AppendTime(r.Gauges.Samples, activitySettled, a.counted)
	return r
}

// count adds the buckets that are settled and not cut by the window, and moves
// a.counted to the end of the newest. Several intervals make up one bucket.
func (a *activity) count(r *metric.Reading, identity collector.Identity) {
	cell, begin := a.options.cell(), a.begin()
	upTo := a.settled(a.now).Truncate(cell)
	if a.intervals == nil || upTo.Add(-cell).Before(begin) {
		return
	}
	if slices.ContainsFunc(a.intervals, func(i liveperson.ActivityInterval) bool { return !i.End.Equal(i.End.Truncate(step)) }) {
		r.Unknown = append(r.Unknown, "timestamp")
		return
	}
	buckets := map[string]int{} // where those of the newest end are, by agent
	var newest time.Time
	for _, i := range a.intervals {
		end := ceilTime(i.End, cell)
		r.Skipped += i.Agents.Skipped
		if end.Add(-cell).Before(begin) || end.After(upTo) {
			continue
		}
		if !end.Equal(newest) {
			clear(buckets)
			newest = end
		}
		for _, id := range slices.Sorted(maps.Keys(i.Agents.Items)) {
			if _, known := buckets[id]; !known {
				buckets[id] = len(r.Intervals.List)
				r.Intervals.List = append(r.Intervals.List, metric.Interval{Key: id, End: end})
			}
			b := &r.Intervals.List[buckets[id]]
			b.Add = append(b.Add, countActivity(statesOf(i.Agents.Items[id], &metric.Reading{}), identity(id, ""))...)
		}
	}
	if first := ceilTime(begin, cell); !a.counted.IsZero() && a.counted.Before(first) {
		r.Intervals.Gap = first.Sub(a.counted)
	}
	if a.counted.Before(upTo) {
		a.counted = upTo
	}
	r.Intervals.FinalUntil, r.Intervals.UpTo, r.Intervals.Cursor = a.counted, a.counted, cursorAt(a.counted)
}

// settled returns up to when nothing changes any more.
func (a *activity) settled(now time.Time) time.Time { return now.Add(-time.Duration(a.options.Settle)) }

// begin returns where the window begins, at the latest: LivePerson answers for
// lookback before its own now, which is at most the end of the newest interval. What
// begins earlier is cut.
func (a *activity) begin() time.Time {
	begin := a.now.Add(-a.lookback)
	if n := len(a.intervals); n > 0 {
		if b := a.intervals[n-1].End.Add(-a.lookback); b.After(begin) {
			return b
		}
	}
	return begin
}

// ceilTime rounds up to a multiple of unit.
func ceilTime(t time.Time, unit time.Duration) time.Time {
	if down := t.Truncate(unit); !down.Equal(t) {
		return down.Add(unit)
	}
	return t
}

// stateTime is the time in one state, by its label.
type stateTime struct {
	label   string // "" for the sum of all states
	time    liveperson.StateTime
	reasons []liveperson.StateReason
}

// statesOf returns the states of an agent, each once. All that the exporter
// doesn't know are other, together.
func statesOf(list api.List[liveperson.AgentState], r *metric.Reading) []stateTime {
	r.Skipped += list.Skipped
	var out []stateTime
	seen := map[api.Text]bool{}
	for _, s := range list.Items {
		if s.ID == "" || seen[s.ID] {
			r.Skipped++
			continue
		}
		seen[s.ID] = true
		label := activityState(s.ID)
		if label == translate.Other {
			r.Unknown = append(r.Unknown, "id")
		}
		if i := slices.IndexFunc(out, func(o stateTime) bool { return o.label == label }); i >= 0 {
			out[i].time = sum(out[i].time, s.Value)
			continue
		}
		out = append(out, stateTime{label, s.Value, s.Reasons.Items})
	}
	return out
}

func activityState(id api.Text) string {
	switch id {
	case liveperson.LoggedIn:
		return ""
	case liveperson.Online:
		return "online"
	case liveperson.BackSoon:
		return "back_soon"
	case liveperson.Away:
		return "away"
	}
	return translate.Other
}

func sum(a, b liveperson.StateTime) liveperson.StateTime {
	return liveperson.StateTime{
		Total:          plus(a.Total, b.Total),
		Chatting:       plus(a.Chatting, b.Chatting),
		NotChatting:    plus(a.NotChatting, b.NotChatting),
		MaxConcurrency: plus(a.MaxConcurrency, b.MaxConcurrency),
	}
}

// plus adds two numbers; one that isn't there adds nothing.
func plus(a, b api.Number) api.Number {
	switch {
	case !translate.Measured(a):
		return b
	case !translate.Measured(b):
		return a
	}
	return api.Number{Value: a.Value + b.Value, Valid: true}
}

// windowActivity returns the gauges of an agent.
func windowActivity(states []stateTime, id string) (samples []metric.Sample) {
	for _, s := range states {
		if s.label == "" {
			samples = appendTimes(samples, loggedInWindow, s.time, id)
			continue
		}
		samples = appendTimes(samples, stateWindow, s.time, id, s.label)
	}
	return samples
}

// countActivity returns what the states of an agent add to the counters.
func countActivity(states []stateTime, id string) (samples []metric.Sample) {
	for _, s := range states {
		if s.label == "" {
			samples = appendTimes(samples, loggedInSeconds, s.time, id)
			continue
		}
		samples = appendTimes(samples, stateSeconds, s.time, id, s.label)
		for _, reason := range s.reasons {
			samples = translate.AppendMeasured(samples, reasonSeconds, reason.Value.Total, 1, id, string(reason.ID))
		}
	}
	return samples
}
