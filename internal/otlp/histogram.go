package otlp

import (
	"math"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// explicitPoint returns a histogram with the buckets of its Desc.
func explicitPoint(s *metric.Sample, set attribute.Set, now time.Time) metricdata.HistogramDataPoint[float64] {
	h, bounds := s.Histogram, s.Desc.Buckets
	if n := len(bounds); n > 0 && math.IsInf(bounds[n-1], 1) {
		bounds = bounds[:n-1]
	}
	counts := make([]uint64, len(bounds)+1)
	var below uint64
	for i := range bounds {
		if i < len(h.Counts) {
			counts[i] = h.Counts[i]
			below += h.Counts[i]
		}
	}
	if h.Count > below {
		counts[len(bounds)] = h.Count - below
	}
	return metricdata.HistogramDataPoint[float64]{
		Attributes: set, StartTime: s.Since(), Time: now,
		Count: h.Count, Sum: h.Sum, Bounds: bounds, BucketCounts: counts,
	}
}

// maxBuckets bounds the exponential buckets of a point, as the SDK does for its
// own.
const maxBuckets = 160

// exponentialPoint returns a histogram with the buckets of native histograms, at
// most maxBuckets of them: where the values are too far apart, neighbours are
// joined until they fit. It returns false where the buckets don't hold all that
// was observed, which receivers refuse.
func exponentialPoint(s *metric.Sample, set attribute.Set, now time.Time) (point metricdata.ExponentialHistogramDataPoint[float64], ok bool) {
	h := s.Histogram
	low, high, sum := math.MaxInt, math.MinInt, h.Zero
	for i, n := range h.Native {
		low, high, sum = min(low, i), max(high, i), sum+n
	}
	if sum != h.Count {
		return point, false
	}
	point = metricdata.ExponentialHistogramDataPoint[float64]{
		Attributes: set, StartTime: s.Since(), Time: now,
		Count: h.Count, Sum: h.Sum, Scale: metric.Schema, ZeroCount: h.Zero,
	}
	if len(h.Native) == 0 {
		return point, true
	}
	// A native bucket is named by its upper bound, one of OTLP by its lower one.
	low, high = low-1, high-1
	shift := 0
	for high>>shift-low>>shift >= maxBuckets {
		shift++
	}
	counts := make([]uint64, high>>shift-low>>shift+1)
	for i, n := range h.Native {
		counts[(i-1)>>shift-low>>shift] += n
	}
	point.Scale -= int32(shift)
	point.PositiveBucket = metricdata.ExponentialBucket{Offset: int32(low >> shift), Counts: counts}
	return point, true
}
