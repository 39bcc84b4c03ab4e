package page

import (
	"maps"
	"math"
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// succession is how the samples of a batch follow those of the generation before.
// A vendor lists its records in one order as a rule, so that the series that are
// still there stand in the same order.
type succession struct {
	samples []metric.Sample // the new ones
	changed []bool          // which of them say something else than before
	fresh   []int32         // those of series that weren't there
	places  []int32         // where the old ones are among them, or left; nil if all are where they were
}

// left is the place of a series that isn't there any more.
const left = -1

// reach is how far a series is looked for that isn't where it was: some records
// with all their samples.
const reach = 64

// succeed finds the old samples among the next ones, unless they are too different.
func succeed(old, next []metric.Sample) (s *succession, ok bool) {
	s = &succession{samples: next, changed: make([]bool, len(next))}
	i := s.together(old, 0)
	if i == len(old) && i == len(next) {
		return s, true
	}
	s.places = make([]int32, 0, len(old))
	for j := range i {
		s.places = append(s.places, int32(j))
	}
	for len(s.places) < len(old) || i < len(next) {
		out, in := stray(old[len(s.places):], next[i:])
		for range out {
			s.places = append(s.places, left)
		}
		for range in {
			s.fresh = append(s.fresh, int32(i))
			i++
		}
		if len(s.fresh) > reach+len(next)/16 {
			return nil, false
		}
		for range s.together(old[len(s.places):], i) {
			s.places = append(s.places, int32(i))
			i++
		}
	}
	return s, true
}

// together returns how many of the old samples are those of the same series as the
// new ones from i on, and notes which of these have changed.
func (s *succession) together(old []metric.Sample, i int) (n int) {
	next, changed := s.samples[i:], s.changed[i:]
	for n < len(old) && n < len(next) && sameSeries(&old[n], &next[n]) {
		changed[n] = !sameValue(&old[n], &next[n])
		n++
	}
	return n
}

// stray returns how many of the old samples are left, and how many of the next
// ones have come, before both may go on with the same series.
func stray(old, next []metric.Sample) (out, in int) {
	if len(old) == 0 || len(next) == 0 {
		return len(old), len(next)
	}
	for n := 1; n < reach; n++ {
		if n < len(old) && sameSeries(&old[n], &next[0]) {
			return n, 0
		}
		if n < len(next) && sameSeries(&old[0], &next[n]) {
			return 0, n
		}
	}
	return 1, 1
}

// sameSeries reports whether a and b are of the same series in the same form.
func sameSeries(a, b *metric.Sample) bool {
	return a.Desc == b.Desc && (a.Histogram == nil) == (b.Histogram == nil) && slices.Equal(a.Labels, b.Labels)
}

// sameValue reports whether a and b, of the same series, say the same.
func sameValue(a, b *metric.Sample) bool {
	return math.Float64bits(a.Value) == math.Float64bits(b.Value) &&
		a.Since.Equal(b.Since) &&
		(a.Histogram == b.Histogram || sameDistribution(a.Histogram, b.Histogram))
}

// sameDistribution reports whether two distributions are equal; a sum may be NaN.
func sameDistribution(a, b *metric.Distribution) bool {
	return a.Count == b.Count && math.Float64bits(a.Sum) == math.Float64bits(b.Sum) &&
		slices.Equal(a.Counts, b.Counts) && a.Zero == b.Zero && maps.Equal(a.Native, b.Native)
}
