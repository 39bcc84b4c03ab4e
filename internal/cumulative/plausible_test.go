package cumulative

import (
	"fmt"
	"math"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// An interval, an event and a gauge say what cannot be: each is skipped and counted,
// whatever it adds to, and those beside it are counted.
func TestARecordThatAddsTooMuchIsSkipped(t *testing.T) {
	length := &metric.Desc{Name: testLength.Name, Kind: metric.Histogram, Unit: "s", Buckets: testLength.Buckets}
	talk := &metric.Desc{Name: "livevox_test_talk_seconds_total", Kind: metric.Counter, Unit: "s", Labels: []string{AgentLabel}}
	waited := &metric.Desc{Name: "livevox_test_waited_seconds_total", Kind: metric.Counter, Unit: "s"}
	now := at("01 12:00:00")
	for _, bad := range []metric.Sample{
		testChanges.Of(1e308, "a"), testChanges.Of(-1, "a"), testChanges.Of(math.NaN(), "a"), testChanges.Of(math.Inf(1), "a"), testChanges.Of(maxDayCalls+1, "a"),
		talk.Of(maxDaySeconds*maxAtOnce+1, "a"), waited.Of(1e10), length.Of(1e308), length.Of(4e7), length.Of(math.NaN()),
	} {
		t.Run(fmt.Sprintf("%v of %s", bad.Value, bad.Desc.Name), func(t *testing.T) {
			n := testCounters(t, nil)
			n.descs[talk.Name], n.descs[waited.Name] = talk, waited
			r := intervals(now,
				metric.Interval{Key: "bad", End: now, Add: []metric.Sample{bad}},
				metric.Interval{Key: "good", End: now, Add: []metric.Sample{testLate.Of(3)}})
			r.Events.List = []metric.Event{
				{Key: "1", Time: now, Add: []metric.Sample{testLate.Of(1), bad}},
				{Key: "2", Time: now, Add: []metric.Sample{testLate.Of(1)}, Late: []metric.Sample{bad}},
				{Key: "3", Time: now, Add: []metric.Sample{testLate.Of(2)}},
			}
			n.mustCount(t, &r, now)
			if r.Skipped != 3 {
				t.Errorf("%d skipped, want the interval and two events", r.Skipped)
			}
			if got := n.value(testLate); got != 5 {
				t.Errorf("%v of the records that are good, want 5", got)
			}
			if got := n.value(bad.Desc, bad.Labels...); got != -1 {
				t.Errorf("%v was counted", got)
			}
		})
	}
}

func TestAGaugeThatCannotBeIsSkipped(t *testing.T) {
	gauge := &metric.Desc{Name: "livevox_test_window"}
	for _, v := range []float64{1e308, -1e308, math.Inf(1), math.NaN()} {
		r := metric.Reading{Gauges: metric.Gauges{Samples: []metric.Sample{gauge.Of(v), gauge.Of(7)}}}
		testCounters(t, nil).mustCount(t, &r, at("01 12:00:00"))
		if r.Skipped != 1 || len(r.Gauges.Samples) != 1 || r.Gauges.Samples[0].Value != 7 {
			t.Errorf("%v: %d skipped, shown %v", v, r.Skipped, r.Gauges.Samples)
		}
	}
}
