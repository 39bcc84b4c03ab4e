package liveperson

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

const (
	// stuckAfter is how long an interval may be in progress before it is counted as
	// it is: later ones wait for it.
	stuckAfter = 24 * time.Hour
	// maxParallel is how many conversations an agent can be busy with all the time:
	// a larger handle time is of another unit.
	maxParallel = 4
)

// intervalsPoll is what one poll asks for.
type intervalsPoll struct {
	timeRange
	options *intervalMetricsOptions
}

// reading translates the intervals of one answer.
func (p intervalsPoll) reading(answer liveperson.IntervalMetrics, identity collector.Identity) metric.Reading {
	r := translate.Reading(answer.Extent)
	r.Intervals.Earliest, r.Intervals.Latest, r.Intervals.Gap = p.from, p.to, p.gap
	r.Intervals.From = p.from
	names := map[string]string{}
	for i := range answer.Rows {
		row := &answer.Rows[i]
		names[string(row.SkillID)] = oneName(names[string(row.SkillID)], string(row.SkillName))
	}
	settled, running := p.settled(answer.Rows)
	for i := range answer.Rows {
		row := &answer.Rows[i]
		if !p.usable(row) {
			r.Skipped++
			continue
		}
		add := p.add(row, names[string(row.SkillID)], identity(string(row.AgentID), string(row.AgentName)))
		r.Intervals.Zero = append(r.Intervals.Zero, zeroed(add)...)
		if end := p.end(row); !end.After(settled) && !row.Start().Before(p.from) {
			key := string(row.SkillID) + "|" + string(row.AgentID)
			r.Intervals.List = append(r.Intervals.List, metric.Interval{Key: key, End: end, Add: add})
		}
	}
	r.Intervals.FinalUntil, r.Intervals.UpTo, r.Intervals.Cursor = settled, settled, cursorAt(settled)
	r.Gauges.Samples = metric.AppendTime(r.Gauges.Samples, intervalSettled, settled)
	r.Gauges.Samples = append(r.Gauges.Samples, intervalRunning.Of(float64(running)))
	return r
}

func (p intervalsPoll) end(row *liveperson.IntervalRow) time.Time {
	return row.Start().Add(time.Duration(p.options.Duration))
}

// settled returns up to where intervals are counted, and how many are in progress:
// one that is holds up those behind it, for an interval is counted in its turn.
func (p intervalsPoll) settled(rows []liveperson.IntervalRow) (settled time.Time, running int) {
	settled = p.to.Add(-time.Duration(p.options.Settle)).Truncate(time.Duration(p.options.Duration))
	if settled.Before(p.from) {
		settled = p.from
	}
	unfinished := map[time.Time]bool{}
	for i := range rows {
		start := rows[i].Start()
		if rows[i].Done() || start.IsZero() || start.Before(p.from) {
			continue
		}
		unfinished[start] = true
		if start.Before(settled) && p.to.Sub(start) < stuckAfter {
			settled = start
		}
	}
	return settled, len(unfinished)
}

// usable reports whether a row says of what and when it is, and what can be true.
func (p intervalsPoll) usable(row *liveperson.IntervalRow) bool {
	start, length := row.Start(), time.Duration(p.options.Duration)
	if row.SkillID == "" || start.IsZero() || p.options.byAgent() && row.AgentID == "" {
		return false
	}
	handle := row.Metrics.Value.HandleTime.Value / p.options.divisor()
	return !p.options.byAgent() || handle <= maxParallel*length.Seconds()
}

// add returns what an interval adds to the counters.
func (p intervalsPoll) add(row *liveperson.IntervalRow, name, agent string) (add []metric.Sample) {
	m, id, unit := row.Metrics.Value, string(row.SkillID), p.options.divisor()
	if !p.options.byAgent() {
		agent = ""
		add = translate.AppendMeasured(add, intervalArrivals, m.Arrivals, 1, id, name)
	}
	add = translate.AppendMeasured(add, intervalHandle, m.HandleTime, unit, id, name, p.options.Model, agent)
	add = translate.AppendMeasured(add, intervalWork, m.WorkTime, unit, id, name, agent)
	add = translate.AppendMeasured(add, intervalHandled, m.Handled, 1, id, name, agent)
	add = translate.AppendMeasured(add, intervalReplied, m.Replied, 1, id, name, agent)
	add = translate.AppendMeasured(add, intervalClosed, m.Closed, 1, id, name, agent)
	add = translate.AppendMeasured(add, intervalMessages, m.ConsumerMessages, 1, id, name, "consumer", agent)
	return translate.AppendMeasured(add, intervalMessages, m.AgentMessages, 1, id, name, "agent", agent)
}
