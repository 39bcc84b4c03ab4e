package liveperson

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/operations"
)

// measured finds what the skills of an account were offered and what agents spent on
// it, up to the time to which intervals are counted.
func measured(shown []collector.Shown) operations.Measured {
	m := operations.Measured{Parallel: true}
	for _, s := range shown {
		if s.Source == "interval_metrics" {
			m.Offered, m.Handled = settledCounts(s.Samples)
		}
	}
	return m
}

// settledCounts returns the counts of each skill; none before intervals are settled.
func settledCounts(samples []metric.Sample) (offered, handled []operations.Counted) {
	arrivals, work := operations.NewSums(), operations.NewSums()
	var at time.Time
	for _, s := range samples {
		switch s.Desc {
		case intervalSettled:
			at = time.Unix(int64(s.Value), 0)
		case intervalArrivals:
			arrivals.Of(s.Labels[0]).Calls += s.Value
		case intervalHandle:
			work.Of(s.Labels[0]).Seconds += s.Value
		case intervalClosed:
			c := work.Of(s.Labels[0])
			c.Calls += s.Value
			c.Inbound += s.Value
		}
	}
	if at.IsZero() {
		return nil, nil
	}
	return arrivals.List(at), work.List(at)
}
