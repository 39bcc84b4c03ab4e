package collector

import (
	"context"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// Past is what a source can tell of the time before it was first asked, for back-fill.
// It is used by one goroutine.
type Past struct {
	// Kept returns the oldest time that the vendor answers for.
	Kept func(now time.Time) time.Time
	// Longest is how long a window may be. Align is what windows begin and end at
	// multiples of; 0 for any time.
	Longest, Align time.Duration
	// Settle is for how long the vendor may still change what happened.
	Settle time.Duration
	// Daily estimates a day of a number of agents.
	Daily func(agents int) PastCost
	// Before is how long before the beginning of a back-fill a state may have begun that
	// still holds then.
	Before time.Duration
	// Ask returns what happened from one time to another, without the latter, oldest
	// first. Its events and intervals are those of a reading of the source. Its Gap is time
	// that the vendor doesn't answer for.
	Ask func(ctx context.Context, from, to time.Time) (metric.Reading, error)
	// Gauges returns the gauges that can be rebuilt, as they were at a time, from what
	// Ask returned until then; the times ascend. nil where there are none.
	Gauges func(at time.Time) []metric.Sample
	// Rebuilt are the metrics of Gauges.
	Rebuilt []*metric.Desc
	// Reach is how far a poll of the source goes back at most, from now or from where the
	// one before ended.
	Reach time.Duration
	// Missing says which metrics of the account cannot be rebuilt; "" for nothing to say.
	Missing string
	// Save returns what Gauges has taken in, without a name or an id, and Restore
	// continues from it. They are nil without Gauges.
	Save    func() ([]byte, error)
	Restore func([]byte) error
}

// PastCost is what the past costs: records, requests and series of counters.
type PastCost struct{ Rows, Requests, Series float64 }
