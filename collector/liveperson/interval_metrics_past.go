package liveperson

import (
	"context"
	"fmt"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// pastIntervalPage is the number of rows of an answer.
const pastIntervalPage = 500

// agentsOfSkill is how many agents a skill has, as a rule.
const agentsOfSkill = 20

// openPastIntervals opens interval_metrics for back-fill.
func openPastIntervals(s collector.Setup) (*collector.Past, error) {
	o := *s.Config.Options.(*intervalMetricsOptions)
	length, settle := time.Duration(o.Duration), time.Duration(o.Settle)
	o.Settle = 0 // the end of a back-fill is settled
	return &collector.Past{
		Kept:    func(now time.Time) time.Time { return clientOf(s).Earlier(now).Add(-keptIntervals) },
		Longest: 24 * time.Hour,
		Align:   length,
		Settle:  settle,
		Reach:   time.Duration(o.Lookback) + length,
		Daily: func(agents int) collector.PastCost {
			rows, series := 24*time.Hour/length, 8*max(1, agents/agentsOfSkill)
			if o.byAgent() {
				series = 7 * agents
			}
			n := float64(rows) * float64(series) / 8
			return collector.PastCost{Rows: n, Requests: n/pastIntervalPage + 1, Series: float64(series)}
		},
		Ask: func(ctx context.Context, from, to time.Time) (metric.Reading, error) {
			return askPastIntervals(ctx, s, &o, timeRange{from: from, to: to})
		},
	}, nil
}

// askPastIntervals returns the intervals that begin in a time. One that LivePerson has not
// finished would be missing.
func askPastIntervals(ctx context.Context, s collector.Setup, o *intervalMetricsOptions, t timeRange) (metric.Reading, error) {
	answer, err := clientOf(s).IntervalMetrics(ctx, o.query(t))
	if err != nil {
		return metric.Reading{}, err
	}
	p := intervalsPoll{timeRange{from: t.from, to: clientOf(s).Earlier(time.Now())}, o}
	answer.Rows = inTime(answer.Rows, t)
	r := p.reading(answer, s.Identity)
	if unfinished := r.Intervals.FinalUntil; unfinished.Before(t.to) {
		return r, fmt.Errorf("interval_metrics: LivePerson has not finished the interval of %s yet: try again later, or end earlier", unfinished.UTC().Format(time.RFC3339))
	}
	return r, nil
}

// inTime returns the rows that begin in a time, and those without a time, which are counted
// as skipped.
func inTime(rows []liveperson.IntervalRow, t timeRange) (in []liveperson.IntervalRow) {
	for i := range rows {
		if start := rows[i].Start(); start.IsZero() || !start.Before(t.from) && start.Before(t.to) {
			in = append(in, rows[i])
		}
	}
	return in
}
