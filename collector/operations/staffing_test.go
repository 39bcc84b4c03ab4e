package operations

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

var begin = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// desk is an account with one service, whose counters a test sets.
type desk struct {
	t       *testing.T
	measure Measured
	old     bool // what the source shows
	collect collector.Collect
}

var serviceInfo = &metric.Desc{Name: "livevox_service_info", Labels: []string{"service_id", "service_name"}}

func newDesk(t *testing.T, targets ...config.Target) *desk {
	d := &desk{t: t}
	a := config.Account{Targets: targets}
	shown := func(time.Time) []collector.Shown {
		return []collector.Shown{{Source: "stats", Fresh: !d.old, Samples: []metric.Sample{serviceInfo.Of(1, "9", "Orders")}}}
	}
	source := Source(func(collector.Setup) Measure {
		return func(shown []collector.Shown) Measured {
			if len(shown) == 0 {
				return Measured{}
			}
			return d.measure
		}
	}, anyAgent)
	d.collect = source.Open(collector.Setup{Env: collector.Env{Account: a, Shown: shown}})
	return d
}

// after lets the source collect when the counters are so.
func (d *desk) after(passed time.Duration, offered, handled, inbound, seconds float64) map[string]float64 {
	d.t.Helper()
	now := begin.Add(passed)
	d.measure.Offered = Counted{now, map[string]*Counts{"9": {Calls: offered}}}
	d.measure.Handled = Counted{now, map[string]*Counts{"9": {Calls: handled, Inbound: inbound, Seconds: seconds}}}
	r, err := d.collect(d.t.Context(), collector.Position{Now: now})
	if err != nil {
		d.t.Fatal(err)
	}
	got := map[string]float64{}
	for _, s := range r.Gauges.Samples {
		if strings.Join(s.Labels, " ") != "9 Orders" {
			d.t.Errorf("%s of %v", s.Desc.Name, s.Labels)
		}
		got[strings.TrimPrefix(s.Desc.Name, "contactcenter_group_")] = s.Value
	}
	return got
}

func TestStaffingIsDerivedFromAWindowOfCounters(t *testing.T) {
	d := newDesk(t)
	d.measure.Within = map[string]time.Duration{"9": 20 * time.Second}
	if got := d.after(0, 1000, 900, 900, 1e6); len(got) != 0 {
		t.Errorf("derived from one point: %v", got)
	}
	if got := d.after(29*time.Minute, 1079, 979, 979, 1e6+79*180); len(got) != 0 {
		t.Errorf("derived from less than the window: %v", got)
	}
	// 80 calls of 180 s in half an hour are 8 Erlangs, and 10 agents answer 67 % of them in time.
	got := d.after(30*time.Minute, 1080, 980, 980, 1e6+80*180)
	if got["handle_seconds_window"] != 180 || math.Abs(got["offered_erlangs"]-8) > 1e-9 || got["agents_needed"] != 11 {
		t.Errorf("%v, want 180 s, 8 Erlangs, 11 agents", got)
	}
	if got := d.after(60*time.Minute, 1120, 1020, 1020, 1e6+80*180+40*90); got["offered_erlangs"] != 2 || got["handle_seconds_window"] != 90 {
		t.Errorf("%v, want 2 Erlangs of 90 s: the window moves", got)
	}
}

func TestTargetsOfTheFileComeFirst(t *testing.T) {
	lenient := config.Target{Groups: []config.Pattern{"ord*"}, ServiceLevel: 0.5, Within: time.Minute, Window: 10 * time.Minute, MinimumCalls: 1}
	d := newDesk(t, config.Target{Groups: []config.Pattern{"other"}, ServiceLevel: 0.99, Within: time.Second, Window: time.Hour, MinimumCalls: 1}, lenient)
	d.measure.Within = map[string]time.Duration{"9": 20 * time.Second}
	d.after(0, 0, 0, 0, 0)
	if got := d.after(10*time.Minute, 80, 80, 80, 80*60); got["agents_needed"] != 9 { // 8 Erlangs
		t.Errorf("%v, want 9 agents within ten minutes", got)
	}
}

// What follows says too little for a figure, and shows none rather than a guess.
func TestThinDataShowNothing(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*desk)
		end     func(*desk) map[string]float64
		want    int // figures
	}{
		"few calls handled":  {nil, func(d *desk) map[string]float64 { return d.after(30*time.Minute, 80, 9, 9, 900) }, 0},
		"few calls offered":  {nil, func(d *desk) map[string]float64 { return d.after(30*time.Minute, 9, 80, 80, 8000) }, 1},
		"calls of a dialler": {nil, func(d *desk) map[string]float64 { return d.after(30*time.Minute, 80, 80, 60, 8000) }, 0},
		"no time":            {nil, func(d *desk) map[string]float64 { return d.after(30*time.Minute, 80, 80, 80, 0) }, 0},
		"a gap":              {nil, func(d *desk) map[string]float64 { return d.after(50*time.Minute, 80, 80, 80, 8000) }, 0},
		"no target":          {nil, func(d *desk) map[string]float64 { return d.after(30*time.Minute, 80, 80, 80, 8000) }, 2},
		"several at a time": {func(d *desk) {
			d.measure.Parallel, d.measure.Within = true, map[string]time.Duration{"9": time.Second}
		}, func(d *desk) map[string]float64 { return d.after(30*time.Minute, 80, 80, 80, 8000) }, 3},
		"old data": {nil, func(d *desk) map[string]float64 {
			d.old = true
			return d.after(30*time.Minute, 80, 80, 80, 8000)
		}, 0},
		"counters that began again": {
			func(d *desk) { d.after(20*time.Minute, 50, 50, 50, 5000) },
			func(d *desk) map[string]float64 { return d.after(30*time.Minute, 20, 20, 20, 2000) }, 0,
		},
	} {
		d := newDesk(t)
		d.after(0, 0, 0, 0, 0)
		if c.prepare != nil {
			c.prepare(d)
		}
		if got := c.end(d); len(got) != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// 60 conversations of half an hour that arrive in half an hour keep 60 slots busy.
func TestUtilizationIsTheLoadByTheSlots(t *testing.T) {
	d := newDesk(t)
	d.measure.Parallel, d.measure.Slots, d.measure.Within = true, map[string]float64{"9": 80}, map[string]time.Duration{"9": time.Minute}
	d.after(0, 0, 0, 0, 0)
	got := d.after(30*time.Minute, 60, 50, 50, 50*1800)
	if math.Abs(got["utilization_ratio"]-0.75) > 1e-9 || got["target_seconds"] != 60 || got["agents_needed"] != 0 {
		t.Errorf("%v, want a utilization of 0.75, a target of a minute, no agents", got)
	}
	d.measure.Slots = nil
	if got := d.after(60*time.Minute, 120, 100, 100, 100*1800); len(got) != 3 {
		t.Errorf("%v, without slots", got)
	}
}

func TestALongWindowTakesFewPoints(t *testing.T) {
	var h history
	const window = 24 * time.Hour
	for i := range 4000 {
		h = h.add(point{begin.Add(time.Duration(i) * 30 * time.Second), Counts{Calls: float64(i)}}, window)
	}
	grown, took, ok := h.growth(window)
	if len(h) > maxPoints+3 || !ok || took < window || took > window+window/maxPoints+time.Minute || grown.Calls != took.Seconds()/30 {
		t.Errorf("%d points, %v in %v, %v", len(h), grown.Calls, took, ok)
	}
}

func TestACheckDerivesNothing(t *testing.T) {
	s := Source(func(collector.Setup) Measure { return func([]collector.Shown) Measured { return Measured{} } }, anyAgent)
	r, err := s.Open(collector.Setup{})(t.Context(), collector.Position{Now: begin})
	if err != nil || len(r.Gauges.Samples) != 0 {
		t.Errorf("%v, %v", r, err)
	}
}
