package liveperson

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// openPastSegments opens agent_segments for back-fill.
func openPastSegments(s collector.Setup) (*collector.Past, error) {
	const page, seriesOfAgent = 500, 4 // the histograms of skills come to two an agent
	return &collector.Past{
		Kept:    func(now time.Time) time.Time { return clientOf(s).Earlier(now).Add(-segmentsKept) },
		Longest: 24 * time.Hour,
		Settle:  segmentsLate,
		Reach:   segmentsAgain,
		Daily: func(agents int) collector.PastCost {
			rows := float64(agents * segmentsPerHour * 8)
			return collector.PastCost{Rows: rows, Requests: rows/page + 1, Series: float64(agents * seriesOfAgent)}
		},
		Ask: func(ctx context.Context, from, to time.Time) (metric.Reading, error) {
			// Whether the ends are part of the window isn't documented.
			answer, err := clientOf(s).AgentSegments(ctx, from.Add(-time.Second), to.Add(time.Second))
			if err != nil {
				return metric.Reading{}, err
			}
			answer.Segments = slices.DeleteFunc(answer.Segments, func(s liveperson.AgentSegment) bool {
				return s.End().Before(from) || !s.End().Before(to)
			})
			r := segmentsReading(answer, s.Identity)
			slices.SortFunc(r.Events.List, func(a, b metric.Event) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Key, b.Key)) })
			return r, nil
		},
	}, nil
}
