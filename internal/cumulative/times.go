package cumulative

import (
	"math"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

const (
	// maxSkew is how far the clocks of a vendor and of this machine may differ.
	maxSkew = time.Hour + 5*time.Minute
	// maxEventAge is how old events and intervals may be of a source that doesn't say.
	maxEventAge = 7 * 24 * time.Hour
	// maxStateAge is how long ago what a gauge shows may have begun.
	maxStateAge = 366 * 24 * time.Hour
)

// times are those that an answer can hold, both inclusive.
type times struct{ earliest, latest time.Time }

func (t times) hold(at time.Time) bool { return !at.Before(t.earliest) && !at.After(t.latest) }

// timesOf returns the times that a part of an answer can have. Where this machine's
// clock was set, what either of the two clocks permits is believed.
func (n *Counters) timesOf(p metric.Progress, now time.Time) times {
	steady := n.clock.Steady(now)
	first, last := minTime(now, steady), maxTime(now, steady)
	earliest := first.Add(-maxEventAge)
	if !p.Earliest.IsZero() {
		earliest = p.Earliest.Add(-now.Round(0).Sub(first.Round(0)))
	}
	return times{earliest.Add(-maxSkew), maxTime(last, p.Latest).Add(maxSkew)}
}

// dropImpossible takes the records out of an answer whose times it cannot hold, or
// that say more than can be, and counts them as skipped. One of them would stay in a
// counter for ever.
func (n *Counters) dropImpossible(r *metric.Reading, now time.Time) {
	events, intervals, states := n.timesOf(r.Events.Progress, now), n.timesOf(r.Intervals.Progress, now), n.timesOf(metric.Progress{}, now)
	states.earliest = states.earliest.Add(-maxStateAge)
	arrived := len(r.Events.List)
	before := len(r.Events.List) + len(r.Intervals.List) + len(r.Gauges.Samples)
	r.Events.List = keep(r.Events.List, func(e *metric.Event) bool {
		return (e.Time.IsZero() || events.hold(e.Time)) && plausible(e.Add) && plausible(e.Late)
	})
	r.Events.More = r.Events.More && (arrived == 0 || len(r.Events.List) > 0)
	r.Intervals.List = keep(r.Intervals.List, func(i *metric.Interval) bool { return intervals.hold(i.End) && plausible(i.Add) })
	r.Gauges.Samples = keep(r.Gauges.Samples, func(s *metric.Sample) bool {
		if !(math.Abs(s.Value) <= maxGauge) { // nor NaN
			return false
		}
		return s.Desc.Ahead || !strings.HasSuffix(s.Desc.Name, "_timestamp_seconds") || states.hold(time.UnixMilli(int64(s.Value*1e3)))
	})
	r.Skipped += before - len(r.Events.List) - len(r.Intervals.List) - len(r.Gauges.Samples)
	for _, at := range []*time.Time{&r.Events.FinalUntil, &r.Events.UpTo, &r.Events.Horizon, &r.Intervals.FinalUntil, &r.Intervals.UpTo} {
		if at.After(events.latest) && at.After(intervals.latest) {
			*at = time.Time{}
		}
	}
	if h := &r.Events.Horizon; !h.IsZero() {
		ahead := max(0, now.Round(0).Sub(n.clock.Steady(now)))
		*h = maxTime(h.Add(-ahead), events.earliest) // what is older is never counted
	}
}

// keep returns the items that which accepts: all of them, as a rule, without a copy.
func keep[T any](items []T, which func(*T) bool) []T {
	for i := range items {
		if which(&items[i]) {
			continue
		}
		kept := append([]T{}, items[:i]...)
		for j := range items[i+1:] {
			if item := &items[i+1+j]; which(item) {
				kept = append(kept, *item)
			}
		}
		return kept
	}
	return items
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
