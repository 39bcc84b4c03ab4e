package collector

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

var (
	testShown   = &metric.Desc{Name: "shop_shown", Kind: metric.Counter}
	testDropped = &metric.Desc{Name: "shop_dropped", Kind: metric.Counter}
	testState   = &metric.Desc{Name: "shop_state", Kind: metric.StateSet, Labels: []string{"agent_id", "state"}}
)

// opened returns what an account makes of a source whose answers are read from next.
func opened(a config.Account, next func() metric.Reading) Collector {
	a.Sources = map[string]config.Source{"source": {}}
	s := Source{
		Spec: config.Spec{Name: "source"}, Descs: []*metric.Desc{testShown, testDropped, testState},
		Open: func(Setup) Collect {
			return func(context.Context, Position) (metric.Reading, error) { return next(), nil }
		},
	}
	return Enabled(Env{Account: a}, []Source{s}, nil)[0]
}

// A metric that is left out is in no part of a reading, so that nothing of it can be
// counted, kept or shown.
func TestADroppedMetricIsInNoPartOfAReading(t *testing.T) {
	both := func() []metric.Sample { return []metric.Sample{testDropped.Of(1), testShown.Of(1)} }
	shared := both()
	c := opened(config.Account{Metrics: config.Metrics{Drop: []config.Pattern{"*dropped"}}}, func() metric.Reading {
		r := metric.Reading{Totals: []metric.Row{{Key: "both", Totals: both()}, {Key: "dropped", Totals: both()[:1]}}}
		r.Gauges.Samples = shared
		r.Intervals.Zero, r.Events.Zero = both(), both()
		r.Intervals.List = []metric.Interval{{Add: both()}}
		r.Events.List = []metric.Event{{Add: both(), Late: both(), Begin: both()}}
		return r
	})
	if !slices.Equal(c.Descs, []*metric.Desc{testShown, testState}) || !slices.Equal(c.Dropped, []*metric.Desc{testDropped}) {
		t.Errorf("the source fills %v and leaves out %v", c.Descs, c.Dropped)
	}
	r, _ := c.Collect(t.Context(), Position{})
	e := r.Events.List[0]
	parts := [][]metric.Sample{r.Gauges.Samples, r.Intervals.Zero, r.Events.Zero, r.Intervals.List[0].Add, e.Add, e.Late, e.Begin, r.Totals[0].Totals}
	for i, part := range parts {
		if len(part) != 1 || part[0].Desc != testShown {
			t.Errorf("part %d: %v", i, part)
		}
	}
	if len(r.Totals) != 1 {
		t.Errorf("%d rows, of which one has no total", len(r.Totals))
	}
	if shared[0].Desc != testDropped {
		t.Error("the samples of the translation were changed")
	}
}

// With state_sets: active a state is shown while it is 1 and for an hour after that.
func TestActiveStatesAreThoseOfTheLastHour(t *testing.T) {
	ready := 0.0
	c := opened(config.Account{StateSets: config.ActiveStates}, func() metric.Reading {
		return metric.Reading{Gauges: metric.Gauges{Samples: []metric.Sample{
			testShown.Of(0), testState.Of(ready, "1", "ready"), testState.Of(1-ready, "1", "away"), testState.Of(0, "1", "talking"),
		}}}
	})
	start := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		after time.Duration
		ready float64
		want  string
	}{
		{0, 1, "[shown ready=1]"},
		{time.Minute, 0, "[shown ready=0 away=1]"},
		{time.Hour, 0, "[shown ready=0 away=1]"},
		{time.Hour + time.Second, 0, "[shown away=1]"},
		{2 * time.Hour, 1, "[shown ready=1 away=0]"},
	} {
		ready = step.ready
		r, _ := c.Collect(t.Context(), Position{Now: start.Add(step.after)})
		var got []string
		for _, s := range r.Gauges.Samples {
			if s.Desc == testShown {
				got = append(got, "shown")
				continue
			}
			got = append(got, fmt.Sprintf("%s=%v", s.Labels[1], s.Value))
		}
		if fmt.Sprint(got) != step.want {
			t.Errorf("after %v: %v, want %s", step.after, got, step.want)
		}
	}
}

func TestAllStatesAreShownByDefault(t *testing.T) {
	c := opened(config.Account{StateSets: config.AllStates}, func() metric.Reading {
		return metric.Reading{Gauges: metric.Gauges{Samples: []metric.Sample{testState.Of(0, "1", "away")}}}
	})
	if r, _ := c.Collect(t.Context(), Position{}); len(r.Gauges.Samples) != 1 || len(c.Dropped) > 0 {
		t.Errorf("%v, without %v", r.Gauges.Samples, c.Dropped)
	}
}
