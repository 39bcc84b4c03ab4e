package metric

import (
	"maps"
	"math"
	"slices"
	"sort"
)

// Observe adds one value to the distribution with the classic bounds.
func (d *Distribution) Observe(bounds []float64, v float64) {
	if d.Counts == nil {
		d.Counts = make([]uint64, len(bounds)+1)
		d.Native = map[int]uint64{}
	}
	d.Counts[sort.SearchFloat64s(bounds, v)]++
	d.Count++
	d.Sum += v
	if v <= 0 {
		d.Zero++
		return
	}
	d.Native[nativeIndex(v)]++
}

// Clone returns a copy that further observations don't change.
func (d *Distribution) Clone() *Distribution {
	c := *d
	c.Counts = slices.Clone(d.Counts)
	c.Native = maps.Clone(d.Native)
	return &c
}

// nativeIndex returns the index of the exponential bucket of v > 0: the
// smallest i with v <= 2^(i/8).
func nativeIndex(v float64) int {
	return int(math.Ceil(math.Log2(v) * (1 << Schema)))
}
