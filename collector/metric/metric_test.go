package metric

import (
	"fmt"
	"math"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

func TestKeysTellSeriesApart(t *testing.T) {
	d := &Desc{Name: "a", Labels: []string{"x", "y"}}
	keys := map[string]bool{}
	for _, s := range []Sample{d.Of(1, "", ""), d.Of(1, "b", ""), d.Of(1, "", "b"), d.Of(1, "b", "c"), d.Of(1, "bc", "")} {
		keys[s.Key()] = true
	}
	if len(keys) != 5 {
		t.Errorf("five series have %d keys", len(keys))
	}
	if d.Of(1, "b", "c").Key() != d.Of(2, "b", "c").Key() {
		t.Error("the value is part of the key")
	}
}

func TestASampleNeedsAValueForEachLabel(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a label without a value went unnoticed")
		}
	}()
	(&Desc{Name: "a", Labels: []string{"x"}}).Of(1)
}

func TestSharedMetricsAreThoseOfBothVendors(t *testing.T) {
	for name, want := range map[string]bool{"contactcenter_agents": true, "liveperson_agents": false, "livevox_agents": false} {
		if got := (&Desc{Name: name}).Shared(); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestObserveFillsClassicAndNativeBuckets(t *testing.T) {
	bounds := []float64{1, 10}
	var d Distribution
	for _, v := range []float64{0, 1, 1.0001, 10, 11} {
		d.Observe(bounds, v)
	}
	if fmt.Sprint(d.Counts) != "[2 2 1]" || d.Count != 5 || d.Zero != 1 || math.Abs(d.Sum-23.0001) > 1e-9 {
		t.Errorf("%+v", d)
	}
	for i, n := range d.Native {
		upper := math.Exp2(float64(i) / (1 << Schema))
		if n == 0 || upper < 1 {
			t.Errorf("bucket %d up to %v holds %d", i, upper, n)
		}
	}
	if d.Native[0] != 1 { // 1 lies in the bucket that ends at, and includes, 1
		t.Errorf("native buckets %v", d.Native)
	}
	c := d.Clone()
	d.Observe(bounds, 5)
	if c.Count != 5 || c.Counts[1] != 2 {
		t.Error("a clone changes with its original")
	}
}

func TestObserveChoosesTheNativeBucketsOfClientGolang(t *testing.T) {
	for i := -1100; i <= 900; i++ {
		bound := math.Exp2(float64(i) / (1 << Schema))
		for _, v := range []float64{math.Nextafter(bound, 0), bound, math.Nextafter(bound, math.Inf(1))} {
			h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "x", NativeHistogramBucketFactor: 1.1})
			h.Observe(v)
			var want dto.Metric
			if err := h.Write(&want); err != nil {
				t.Fatal(err)
			}
			var d Distribution
			d.Observe(nil, v)
			if d.Zero != want.Histogram.GetZeroCount() {
				t.Fatalf("%v: %d times zero, want %d", v, d.Zero, want.Histogram.GetZeroCount())
			}
			if d.Zero == 0 && d.Native[int(want.Histogram.PositiveSpan[0].GetOffset())] != 1 {
				t.Fatalf("%v is in %v, want %d", v, d.Native, want.Histogram.PositiveSpan[0].GetOffset())
			}
		}
	}
}
