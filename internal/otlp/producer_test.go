package otlp

import (
	"math"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// produce returns the metrics of the next push by the name of the page.
func produce(t *testing.T, p *producer) map[string]metricdata.Metrics {
	t.Helper()
	requests, err := p.Produce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]metricdata.Metrics{}
	for _, r := range requests {
		for _, m := range r.Metrics {
			all[m.Name] = m
		}
	}
	return all
}

func TestSamplesWithoutAPlaceAreLeftOut(t *testing.T) {
	other := *fxLoad
	other.Kind = metric.Counter
	p := &producer{gather: func() []metric.Batch {
		return []metric.Batch{{Account: "shop", Samples: []metric.Sample{
			{}, {Desc: fxLoad}, {Desc: fxQueue, Labels: []string{"7"}}, // without a form
			fxLoad.Of(1, "101"), fxLoad.Of(2, "101"), // one series
			other.Of(3, "103"), // one name, two kinds
		}}}
	}}
	all := produce(t, p)
	points := all["liveperson_agent_load"].Data.(metricdata.Gauge[float64]).DataPoints
	if len(all) != 1 || len(points) != 1 || points[0].Value != 1 {
		t.Errorf("pushed %v", all)
	}
}

func TestWithheldSeriesStop(t *testing.T) {
	now := batches(time.Now())
	p := &producer{gather: func() []metric.Batch { return now }}
	if len(produce(t, p)) < 5 {
		t.Fatal("too few metrics")
	}
	now = nil
	if all := produce(t, p); len(all) != 0 {
		t.Errorf("still pushed: %v", all)
	}
}

func TestLabelValuesAreMadeValid(t *testing.T) {
	long := strings.Repeat("é", 300)
	p := &producer{gather: func() []metric.Batch {
		return []metric.Batch{{Account: "a\xff", Vendor: "livevox", Samples: []metric.Sample{fxInfo.Of(1, long, "")}}}
	}}
	set := produce(t, p)["livevox_service_info"].Data.(metricdata.Gauge[float64]).DataPoints[0].Attributes
	want := map[string]string{"account": "a\ufffd", "service_id": long[:2*metric.MaxLabelRunes]}
	for i := set.Iter(); i.Next(); {
		pair := i.Attribute()
		if got := pair.Value.AsString(); want[string(pair.Key)] != got {
			t.Errorf("%s is %q", pair.Key, got)
		}
	}
	if set.Len() != len(want) {
		t.Errorf("%d labels, want %d", set.Len(), len(want))
	}
}

func TestExponentialHistogram(t *testing.T) {
	tests := []struct {
		promise        string
		values         []float64
		scale, offset  int32
		buckets        int
		zero, smallest uint64 // smallest is the count of the first bucket
	}{
		{"nothing observed", nil, 3, 0, 0, 0, 0},
		{"zeros are apart", []float64{0, 0}, 3, 0, 0, 2, 0},
		{"a bound belongs to the bucket below it", []float64{1, 1}, 3, -1, 1, 0, 2},
		{"a value above a bound to the next", []float64{1.01, 2}, 3, 0, 8, 0, 1},
		{"values far apart share wider buckets", []float64{1e-30, 1e300}, -3, -13, 138, 0, 1},
	}
	for _, test := range tests {
		t.Run(test.promise, func(t *testing.T) {
			s := fxQueue.Of(0, "7")
			s.Histogram = distribution(test.values...)
			p := &producer{exponential: true, gather: func() []metric.Batch { return []metric.Batch{{Samples: []metric.Sample{s}}} }}
			point := produce(t, p)["livevox_call_queue"].Data.(metricdata.ExponentialHistogram[float64]).DataPoints[0]
			counts := point.PositiveBucket.Counts
			if point.Scale != test.scale || point.PositiveBucket.Offset != test.offset || len(counts) != test.buckets || point.ZeroCount != test.zero {
				t.Errorf("scale %d, %d buckets from %d on, %d zeros", point.Scale, len(counts), point.PositiveBucket.Offset, point.ZeroCount)
			}
			if test.buckets > 0 && counts[0] != test.smallest {
				t.Errorf("%d in the smallest bucket, want %d", counts[0], test.smallest)
			}
			bound := func(i int) float64 {
				return math.Exp2(float64(int(point.PositiveBucket.Offset)+i) * math.Exp2(-float64(point.Scale)))
			}
			for i, n := range counts {
				var want uint64
				for _, v := range test.values {
					if v > bound(i) && v <= bound(i+1) {
						want++
					}
				}
				if n != want {
					t.Errorf("%d in the bucket from %g to %g, want %d", n, bound(i), bound(i+1), want)
				}
			}
		})
	}
}

func TestHistogramsThatDontAddUpAreNotExponential(t *testing.T) {
	s := fxQueue.Of(0, "7")
	s.Histogram = &metric.Distribution{Count: 3, Native: map[int]uint64{1: 2}}
	p := &producer{exponential: true, gather: func() []metric.Batch { return []metric.Batch{{Samples: []metric.Sample{s}}} }}
	if all := produce(t, p); len(all) != 0 {
		t.Errorf("pushed %v", all)
	}
}

func TestExplicitHistogramsAreWhole(t *testing.T) {
	desc := *fxQueue
	desc.Buckets = []float64{1, 5, math.Inf(1)}
	for promise, h := range map[string]*metric.Distribution{
		"nothing observed":         {},
		"fewer counts than bounds": {Count: 4, Counts: []uint64{1}},
		"more counts than bounds":  {Count: 4, Counts: []uint64{1, 1, 1, 1, 0}},
	} {
		t.Run(promise, func(t *testing.T) {
			s := desc.Of(0, "7")
			s.Histogram = h
			p := &producer{gather: func() []metric.Batch { return []metric.Batch{{Samples: []metric.Sample{s}}} }}
			point := produce(t, p)["livevox_call_queue"].Data.(metricdata.Histogram[float64]).DataPoints[0]
			var sum uint64
			for _, n := range point.BucketCounts {
				sum += n
			}
			if len(point.Bounds) != 2 || len(point.BucketCounts) != 3 || sum != h.Count {
				t.Errorf("bounds %v, counts %v of %d", point.Bounds, point.BucketCounts, h.Count)
			}
		})
	}
}
