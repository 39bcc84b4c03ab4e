package state

import (
	"maps"
	"math"
	"slices"
	"sort"
)

// Histogram is a distribution of values, with classic and native buckets. A
// Histogram in a View is immutable: its slices and its map may be shared but not
// modified.
type Histogram struct {
	// Bounds are the upper bounds of the classic buckets, without +Inf.
	Bounds []float64
	// Counts are the values per classic bucket, not cumulative; the last one,
	// behind Bounds, is the +Inf bucket.
	Counts []uint64
	// Count and Sum are over all values.
	Count uint64
	Sum   float64
	// Zero counts the values up to 2^-128, Native the others by the index of their
	// exponential bucket of schema 3: bucket i ends at, and includes, 2^(i/8).
	Zero   uint64
	Native map[int]uint64

	low float64
}

// zeroWidth is the largest value that is counted as zero, as in client_golang.
const zeroWidth = 0x1p-128

func newHistogram(bounds []float64) *Histogram {
	return &Histogram{Bounds: bounds, Counts: make([]uint64, len(bounds)+1), Native: map[int]uint64{}}
}

func (h *Histogram) clone() *Histogram {
	c := *h
	c.Counts = slices.Clone(h.Counts)
	c.Native = maps.Clone(h.Native)
	return &c
}

// observe counts one value; it returns false if value is negative or not finite.
func (h *Histogram) observe(value float64) bool {
	total, ok := sum{h.Sum, h.low}.add(value)
	if !ok {
		return false
	}
	h.Sum, h.low = total.high, total.low
	h.Count++
	h.Counts[sort.SearchFloat64s(h.Bounds, value)]++
	if value <= zeroWidth {
		h.Zero++
	} else {
		h.Native[nativeIndex(value)]++
	}
	return true
}

// nativeIndex is the index of the bucket of schema 3 that a positive value
// belongs to: the smallest i with value <= 2^(i/8).
func nativeIndex(value float64) int {
	// The eight bounds of one doubling, from 2^(-8/8) on, as client_golang has them.
	bounds := [...]float64{
		0.5, 0.5452538663326288, 0.5946035575013605, 0.6484197773255048,
		0.7071067811865475, 0.7711054127039704, 0.8408964152537144, 0.9170040432046711,
	}
	fraction, exponent := math.Frexp(value)
	return sort.SearchFloat64s(bounds[:], fraction) + (exponent-1)*len(bounds)
}
