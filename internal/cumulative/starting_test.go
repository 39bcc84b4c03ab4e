package cumulative

import (
	"fmt"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// An answer that reaches far back starts its series where it begins, whatever kind they
// are of; one that is new starts them now. A series that exists keeps its start.
func TestSeriesOfAnAnswerThatCatchesUpStartWhereItBegins(t *testing.T) {
	now := at("08 12:00:00")
	for name, c := range map[string]struct {
		age  time.Duration
		upTo time.Duration // of the answer before; 0 without one
		want time.Duration
	}{
		"a day back":              {age: 24 * time.Hour, want: 24 * time.Hour},
		"a few minutes back":      {age: 10 * time.Minute},
		"after an outage":         {age: 30 * time.Hour, upTo: 28 * time.Hour, want: 28 * time.Hour},
		"what a vendor repeats":   {age: 30 * time.Hour, upTo: time.Hour},
		"an answer of six months": {age: 6 * 24 * time.Hour, want: 6 * 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			n := testCounters(t, nil)
			n.options.PruneAfter = 48 * time.Hour
			if c.upTo > 0 {
				r := metric.Reading{}
				r.Events.UpTo, r.Events.Cursor = now.Add(-c.upTo), "before"
				n.mustAdd(t, r, now.Add(-c.upTo))
			}
			r := metric.Reading{}
			r.Events.Cursor, r.Events.UpTo, r.Events.FinalUntil, r.Events.Running = "next", now, now, true
			r.Events.Zero = []metric.Sample{testLate.Of(0)}
			for i := range 3 {
				r.Events.List = append(r.Events.List, metric.Event{
					Key: fmt.Sprint(i), Time: now.Add(-c.age + time.Duration(i)*c.age/3), Subject: "agent",
					Add:   []metric.Sample{testChanges.Of(1, "agent"), testLength.Of(7)},
					Begin: []metric.Sample{testSeconds.Of(0, "agent", "online")},
				})
			}
			n.mustAdd(t, r, now)
			n.mustAdd(t, metric.Reading{Events: metric.Events{Progress: metric.Progress{Cursor: "then", UpTo: now.Add(2 * pruneEvery), FinalUntil: now.Add(2 * pruneEvery)}}}, now.Add(2*pruneEvery))
			shown := n.Append(nil, n.View(), nil)
			seen := map[*metric.Desc]bool{}
			for _, s := range shown {
				if s.Desc == testChanges || s.Desc == testSeconds || s.Desc == testLength || s.Desc == testLate {
					seen[s.Desc] = true
					if got := now.Sub(s.Since()); got != c.want {
						t.Errorf("%s starts %s before the answer, want %s", s.Desc.Name, got, c.want)
					}
				}
			}
			if len(seen) != 4 {
				t.Errorf("%d of 4 metrics are shown", len(seen))
			}
		})
	}
}
