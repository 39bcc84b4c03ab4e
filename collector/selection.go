package collector

import (
	"context"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// selected returns a collector without the metrics and states that its account leaves
// out, before anything of them is counted or kept.
func selected(c Collector, a config.Account) Collector {
	all := c.Descs
	c.Descs = nil
	for _, d := range all {
		if a.Metrics.Shows(d.Name) {
			c.Descs = append(c.Descs, d)
		} else {
			c.Dropped = append(c.Dropped, d)
		}
	}
	if len(c.Dropped) > 0 {
		c.Collect = without(c.Collect, c.Dropped)
	}
	if a.StateSets == config.ActiveStates && slices.ContainsFunc(c.Descs, isStateSet) {
		c.Collect = withActiveStates(c.Collect)
	}
	return c
}

func isStateSet(d *metric.Desc) bool { return d.Kind == metric.StateSet }

// without returns collect without the samples of some metrics.
func without(collect Collect, dropped []*metric.Desc) Collect {
	is := func(s metric.Sample) bool { return slices.Contains(dropped, s.Desc) }
	only := func(samples []metric.Sample) []metric.Sample {
		if !slices.ContainsFunc(samples, is) {
			return samples
		}
		return slices.DeleteFunc(slices.Clone(samples), is)
	}
	return func(ctx context.Context, at Position) (metric.Reading, error) {
		r, err := collect(ctx, at)
		r.Gauges.Samples = only(r.Gauges.Samples)
		for i := range r.Totals {
			r.Totals[i].Totals = only(r.Totals[i].Totals)
		}
		r.Totals = slices.DeleteFunc(r.Totals, func(row metric.Row) bool { return len(row.Totals) == 0 })
		r.Intervals.Zero, r.Events.Zero = only(r.Intervals.Zero), only(r.Events.Zero)
		for i := range r.Intervals.List {
			r.Intervals.List[i].Add = only(r.Intervals.List[i].Add)
		}
		for i := range r.Events.List {
			e := &r.Events.List[i]
			e.Add, e.Late, e.Begin = only(e.Add), only(e.Late), only(e.Begin)
		}
		return r, err
	}
}

// activeTime is how long a state is shown after it has ended, so that a graph sees it
// become 0.
const activeTime = time.Hour

// withActiveStates returns collect without the states that are 0 and have been for
// activeTime.
func withActiveStates(collect Collect) Collect {
	ended := map[string]time.Time{} // when a state was 1 last, by series
	return func(ctx context.Context, at Position) (metric.Reading, error) {
		r, err := collect(ctx, at)
		for key, last := range ended {
			if at.Now.Sub(last) > activeTime {
				delete(ended, key)
			}
		}
		r.Gauges.Samples = slices.DeleteFunc(r.Gauges.Samples, func(s metric.Sample) bool {
			if !isStateSet(s.Desc) {
				return false
			}
			key := s.Key()
			if s.Value != 0 {
				ended[key] = at.Now
			}
			_, active := ended[key]
			return !active
		})
		return r, err
	}
}
