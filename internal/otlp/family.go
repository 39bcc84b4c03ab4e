package otlp

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// family is a metric with its points. Of the three lists only the one that fits
// the metric is used.
type family struct {
	desc        *metric.Desc
	exponential bool
	seen        map[attribute.Distinct]bool

	numbers      []metricdata.DataPoint[float64]
	explicit     []metricdata.HistogramDataPoint[float64]
	exponentials []metricdata.ExponentialHistogramDataPoint[float64]
	sizes        []int // of the points, encoded, in bytes; rather too large
}

// add appends the point of a sample. Gauges and state sets are of the time at,
// what has been counted is of now.
func (f *family) add(s *metric.Sample, set attribute.Set, at, now time.Time) {
	size := sizeOf(set)
	switch {
	case f.desc.Kind == metric.Histogram && f.exponential:
		point, ok := exponentialPoint(s, set, now)
		if !ok {
			return
		}
		f.exponentials = append(f.exponentials, point)
		size += 80 + 10*len(point.PositiveBucket.Counts)
	case f.desc.Kind == metric.Histogram:
		point := explicitPoint(s, set, now)
		f.explicit = append(f.explicit, point)
		size += 80 + 16*len(point.BucketCounts)
	case f.desc.Kind == metric.Counter:
		f.numbers = append(f.numbers, metricdata.DataPoint[float64]{Attributes: set, StartTime: s.Since, Time: now, Value: s.Value})
		size += 40
	default:
		f.numbers = append(f.numbers, metricdata.DataPoint[float64]{Attributes: set, Time: at, Value: s.Value})
		size += 40
	}
	f.sizes = append(f.sizes, size)
}

// metrics returns the points from one up to another.
func (f *family) metrics(from, to int) metricdata.Metrics {
	m := metricdata.Metrics{Name: Name(f.desc), Description: f.desc.Help, Unit: Unit(f.desc)}
	const cumulative = metricdata.CumulativeTemporality
	switch {
	case f.desc.Kind == metric.Histogram && f.exponential:
		m.Data = metricdata.ExponentialHistogram[float64]{DataPoints: f.exponentials[from:to], Temporality: cumulative}
	case f.desc.Kind == metric.Histogram:
		m.Data = metricdata.Histogram[float64]{DataPoints: f.explicit[from:to], Temporality: cumulative}
	case f.desc.Kind == metric.Counter:
		m.Data = metricdata.Sum[float64]{DataPoints: f.numbers[from:to], Temporality: cumulative, IsMonotonic: true}
	case f.desc.Kind == metric.StateSet:
		// The semantic conventions have a state as an up-down counter for each of its
		// values, 1 for the present one.
		m.Data = metricdata.Sum[float64]{DataPoints: f.numbers[from:to], Temporality: cumulative}
	default:
		m.Data = metricdata.Gauge[float64]{DataPoints: f.numbers[from:to]}
	}
	return m
}

// maxRequest bounds a request, in bytes before compression. Receivers of gRPC
// take 4 MiB unless they are told otherwise.
const maxRequest = 3 << 20

// split spreads families over as many requests as they need.
func split(families []*family, scope instrumentation.Scope) []metricdata.ScopeMetrics {
	var requests []metricdata.ScopeMetrics
	size := maxRequest
	for _, f := range families {
		head := 64 + len(f.desc.Name) + len(f.desc.Help)
		size += head
		from := 0
		for i, point := range f.sizes {
			if size += point; size > maxRequest {
				if i > from {
					last := &requests[len(requests)-1]
					last.Metrics = append(last.Metrics, f.metrics(from, i))
				}
				requests = append(requests, metricdata.ScopeMetrics{Scope: scope})
				from, size = i, head+point
			}
		}
		if from < len(f.sizes) {
			last := &requests[len(requests)-1]
			last.Metrics = append(last.Metrics, f.metrics(from, len(f.sizes)))
		}
	}
	return requests
}

// sizeOf is how many bytes attributes take, rather too many.
func sizeOf(set attribute.Set) int {
	size := 0
	for i := set.Iter(); i.Next(); {
		pair := i.Attribute()
		size += 16 + len(pair.Key) + len(pair.Value.AsString())
	}
	return size
}
