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
	if v <= zeroWidth {
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

// zeroWidth is the largest value that counts as zero, as in client_golang.
const zeroWidth = 0x1p-128

// nativeIndex returns the index of the exponential bucket of v > 0: the
// smallest i with v <= 2^(i/8).
func nativeIndex(v float64) int {
	// The eight bounds of one doubling, from 2^(-8/8) on, as client_golang has them: a
	// logarithm puts values at a bound into the next bucket.
	bounds := [1 << Schema]float64{
		0.5, 0.5452538663326288, 0.5946035575013605, 0.6484197773255048,
		0.7071067811865475, 0.7711054127039704, 0.8408964152537144, 0.9170040432046711,
	}
	fraction, exponent := math.Frexp(v)
	return sort.SearchFloat64s(bounds[:], fraction) + (exponent-1)*len(bounds)
}
