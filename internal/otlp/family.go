package otlp

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// family is a metric with its points. Of the three lists only the one that fits
// the metric is used.
type family struct {
	desc        *metric.Desc
	exponential bool

	numbers      []metricdata.DataPoint[float64]
	explicit     []metricdata.HistogramDataPoint[float64]
	exponentials []metricdata.ExponentialHistogramDataPoint[float64]
}

// add appends the point of a sample.
func (f *family) add(s *metric.Sample, set attribute.Set, now time.Time) {
	switch {
	case f.desc.Kind == metric.Histogram && f.exponential:
		if point, ok := exponentialPoint(s, set, now); ok {
			f.exponentials = append(f.exponentials, point)
		}
	case f.desc.Kind == metric.Histogram:
		f.explicit = append(f.explicit, explicitPoint(s, set, now))
	default:
		f.numbers = append(f.numbers, metricdata.DataPoint[float64]{Attributes: set, StartTime: s.Since(), Time: now, Value: s.Value})
	}
}

// points returns how many points the family has.
func (f *family) points() int { return len(f.numbers) + len(f.explicit) + len(f.exponentials) }

// metrics returns the family in the form of the SDK.
func (f *family) metrics() metricdata.Metrics {
	const cumulative = metricdata.CumulativeTemporality
	m := metricdata.Metrics{Name: Name(f.desc), Description: f.desc.Help, Unit: Unit(f.desc)}
	switch {
	case f.desc.Kind == metric.Histogram && f.exponential:
		m.Data = metricdata.ExponentialHistogram[float64]{DataPoints: f.exponentials, Temporality: cumulative}
	case f.desc.Kind == metric.Histogram:
		m.Data = metricdata.Histogram[float64]{DataPoints: f.explicit, Temporality: cumulative}
	case f.desc.Kind == metric.Counter:
		m.Data = metricdata.Sum[float64]{DataPoints: f.numbers, Temporality: cumulative, IsMonotonic: true}
	case f.desc.Kind == metric.StateSet:
		// The semantic conventions have a state as an up-down counter for each of its
		// values, 1 for the present one.
		m.Data = metricdata.Sum[float64]{DataPoints: f.numbers, Temporality: cumulative}
	default:
		m.Data = metricdata.Gauge[float64]{DataPoints: f.numbers}
	}
	return m
}
