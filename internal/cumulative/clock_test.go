package cumulative

import (
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/clocktest"
)

// Whatever a clock is set to and back, states grow by the time that passes at the vendor,
// intervals and events count once, and a counter whose row is away meanwhile continues.
func TestAClockThatIsSetWhileTheExporterRuns(t *testing.T) {
	for name, by := range map[string]time.Duration{
		"an hour ahead": time.Hour, "an hour back": -time.Hour, "forty days ahead": 40 * 24 * time.Hour, "forty days back": -40 * 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			n := testCounters(t, nil)
			n.options.PruneAfter = 30 * 24 * time.Hour
			now := time.Now()
			vendor := now.Round(0)
			poll := func(passed, set time.Duration, rows []metric.Row, events ...metric.Event) {
				now, vendor = clocktest.Set(now.Add(passed), set), vendor.Add(passed)
				final := metric.Progress{FinalUntil: vendor.Add(-time.Hour), Latest: vendor}
				n.mustAdd(t, metric.Reading{
					Totals:    rows,
					Events:    metric.Events{Progress: final, Running: true, List: events, Horizon: vendor.Add(-24 * time.Hour)},
					Intervals: metric.Intervals{Progress: final, List: []metric.Interval{{Key: "a", End: events[0].Time, Add: []metric.Sample{testHandled.Of(1, "8", "eight")}}}},
				}, now)
			}
			online := metric.Event{
				Key: "1", Time: now.Round(0).Add(-time.Hour), Subject: "a",
				Add: []metric.Sample{testChanges.Of(1, "a")}, Begin: []metric.Sample{testSeconds.Of(0, "a", "online")},
			}
			poll(0, 0, day(5, 5), online)
			poll(10*time.Minute, 0, day(80, 80), online)
			poll(10*time.Minute, by, nil, online)
			poll(2*time.Hour, 0, nil, online)
			poll(10*time.Minute, -by, nil, online)
			poll(10*time.Minute, 0, day(85, 85), online)
			if got, want := n.value(testSeconds, "a", "online"), (2*time.Hour + 40*time.Minute).Seconds(); got < want-1 || got > want+1 {
				t.Errorf("online for %v s, want %v", got, want)
			}
			if got := n.value(testOffered, "7", "seven"); got != 80 {
				t.Errorf("the row that was away stands at %v, want 80", got)
			}
			if got := max(0, n.value(feedGaps, "source")); got != 0 {
				t.Errorf("%v gaps", got)
			}
			if got := n.value(testChanges, "a"); got != 1 {
				t.Errorf("the event is counted %v times", got)
			}
			if got := n.value(testHandled, "8", "eight"); got != 1 {
				t.Errorf("the interval is counted %v times", got)
			}
		})
	}
}
