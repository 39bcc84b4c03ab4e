package state

import "github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"

// Histogram is a distribution of values whose sum is exact. A Histogram in a View is
// immutable: its slices and its map may be shared but not modified.
type Histogram struct {
	metric.Distribution
	// Bounds are the upper bounds of the classic buckets, without +Inf.
	Bounds []float64

	low float64 // the part of the sum that Sum cannot hold
}

func newHistogram(bounds []float64) *Histogram {
	return &Histogram{
		Distribution: metric.Distribution{Counts: make([]uint64, len(bounds)+1), Native: map[int]uint64{}},
		Bounds:       bounds,
	}
}

func (h *Histogram) clone() *Histogram { return &Histogram{*h.Clone(), h.Bounds, h.low} }

// observe counts one value; it returns false if value is negative or not finite.
func (h *Histogram) observe(value float64) bool {
	total, ok := sum{h.Sum, h.low}.add(value)
	if !ok {
		return false
	}
	h.Observe(h.Bounds, value)
	h.Sum, h.low = total.high, total.low
	return true
}
