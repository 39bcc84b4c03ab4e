package cumulative

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// An answer holds events, intervals, marks and gauges whose times its source cannot
// have. Each of them is skipped and counted, the others are not, and what comes
// later is counted as ever.
func TestTimesThatASourceCannotHold(t *testing.T) {
	now := at("15 12:00:00")
	impossible := []time.Time{
		time.Unix(0, 0), time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), now.AddDate(-1, 0, 0), now.Add(-24*time.Hour - 2*maxSkew),
		now.Add(2 * maxSkew), now.AddDate(0, 0, 1), time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
	}
	for _, bad := range impossible {
		t.Run(bad.Format(time.DateTime), func(t *testing.T) {
			n := testCounters(t, nil)
			window := metric.Progress{Earliest: now.Add(-24 * time.Hour), Latest: now}
			r := metric.Reading{Events: metric.Events{Progress: window, Running: true}, Intervals: metric.Intervals{Progress: window}}
			r.Events.List = []metric.Event{
				changed("1", "15 11:00:00", "a", "online"), changed("2", "15 11:30:00", "a", "away"),
				{Key: "bad", Time: bad, Subject: "b", Add: []metric.Sample{testChanges.Of(1, "b")}, Begin: []metric.Sample{testSeconds.Of(0, "b", "online")}},
			}
			r.Intervals.List = []metric.Interval{{Key: "x", End: bad, Add: []metric.Sample{testSeconds.Of(7, "x", "online")}}}
			r.Gauges.Samples = []metric.Sample{
				testStart.Of(float64(now.Unix())-60, "a"), testStart.Of(float64(bad.AddDate(-2, 0, 0).Unix()), "b"),
			}
			if bad.After(now) {
				r.Gauges.Samples[1] = testStart.Of(float64(bad.Unix()), "b")
			}
			r.Events.FinalUntil, r.Events.UpTo, r.Intervals.FinalUntil = bad, bad, now
			n.Limit(&r, now)
			if r.Skipped != 3 || len(r.Gauges.Samples) != 1 {
				t.Errorf("%d skipped, %d gauges; want the event, the interval and the gauge skipped", r.Skipped, len(r.Gauges.Samples))
			}
			if err := n.Add(&r, now); err != nil {
				t.Fatal(err)
			}
			next := metric.Reading{Events: metric.Events{Progress: window, Running: true}}
			next.Events.FinalUntil, next.Events.UpTo = now, now
			n.mustAdd(t, next, now.Add(time.Minute))
			if got := [4]float64{n.value(testSeconds, "a", "online"), n.value(testSeconds, "a", "away"), n.value(testSeconds, "b", "online"), n.value(testSeconds, "x", "online")}; got != [4]float64{1800, 1800, -1, -1} {
				t.Errorf("%v seconds of a online, a away, b and x; want 1800, 1800 and none", got)
			}
			if p := n.Position(); !p.UpTo.Equal(now) || !p.Newest.Equal(at("15 11:30:00")) {
				t.Errorf("the source stands at %+v", p)
			}
		})
	}
}

var testStart = &metric.Desc{Name: "liveperson_test_start_timestamp_seconds", Kind: metric.Gauge, Labels: []string{"agent_id"}}

// Whatever times the records have, time counters grow by no more than the time that
// passes, and what the source can hold is counted.
func TestNoTimeMakesACounterLie(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := testCounters(t, nil)
		begin := at("15 12:00:00")
		good := 0
		for i := range 8 {
			now := begin.Add(time.Duration(i) * 10 * time.Minute)
			r := metric.Reading{Events: metric.Events{Progress: metric.Progress{Earliest: now.Add(-24 * time.Hour), Latest: now, FinalUntil: now.Add(-time.Minute)}, Running: true}}
			for j := range rapid.IntRange(0, 4).Draw(rt, "events") {
				when := now.Add(-time.Duration(rapid.Int64Range(0, int64(9*time.Minute)).Draw(rt, "age")))
				if rapid.Bool().Draw(rt, "bad") {
					when = time.Unix(rapid.SampledFrom([]int64{-62135596799, 0, 1, 253402300799, math.MaxInt32, begin.Unix() - 86400*3, begin.Unix() + 86400*3}).Draw(rt, "when"), 0)
				} else {
					good++
				}
				r.Events.List = append(r.Events.List, metric.Event{
					Key: fmt.Sprint(i, j), Time: when, Subject: "a",
					Add: []metric.Sample{testChanges.Of(1, "a")}, Begin: []metric.Sample{testSeconds.Of(0, "a", fmt.Sprint(j%2))},
				})
			}
			n.mustAdd(t, r, now)
		}
		if got := max(0, n.value(testChanges, "a")); got != float64(good) {
			rt.Fatalf("%v changes, want %d", got, good)
		}
		if sum := max(0, n.value(testSeconds, "a", "0")) + max(0, n.value(testSeconds, "a", "1")); sum > 80*60 {
			rt.Fatalf("%v s in states within 80 min", sum)
		}
	})
}
