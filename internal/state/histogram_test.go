package state

import (
	"math"
	"reflect"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"pgregory.net/rapid"
)

// client_golang is the oracle for both kinds of buckets.
func TestAHistogramIsWhatClientGolangWouldCount(t *testing.T) {
	bounds := []float64{0.5, 1, 5, 60, 3600}
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.OneOf(
			rapid.Float64Range(0, 10_000),
			rapid.SampledFrom([]float64{0, 0x1p-128, 0x1p-127, 0.5, 1, 1.0905077326652577, 2, 60, math.MaxFloat64 / 1e10, 5e-324}),
		), 1, 100).Draw(t, "values")
		oracle := prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "x", Buckets: bounds, NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 0,
		})
		h := newHistogram(bounds)
		for _, v := range values {
			oracle.Observe(v)
			if !h.observe(v) {
				t.Fatalf("%v was refused", v)
			}
		}
		var m dto.Metric
		if err := oracle.Write(&m); err != nil {
			t.Fatal(err)
		}
		same(t, h, m.GetHistogram())
	})
}

func same(t *rapid.T, h *Histogram, want *dto.Histogram) {
	if want.GetSchema() != 3 || h.Count != want.GetSampleCount() || h.Zero != want.GetZeroCount() {
		t.Fatalf("schema %d, count %d of %d, zero %d of %d", want.GetSchema(), h.Count, want.GetSampleCount(), h.Zero, want.GetZeroCount())
	}
	if math.Abs(h.Sum-want.GetSampleSum()) > 1e-9*want.GetSampleSum() {
		t.Fatalf("sum %v, want %v", h.Sum, want.GetSampleSum())
	}
	below := uint64(0)
	for i, b := range want.GetBucket() {
		if below += h.Counts[i]; below != b.GetCumulativeCount() {
			t.Fatalf("up to %v: %d, want %d", b.GetUpperBound(), below, b.GetCumulativeCount())
		}
	}
	native := map[int]uint64{}
	index, count, delta := int32(0), int64(0), 0
	for _, span := range want.GetPositiveSpan() {
		index += span.GetOffset()
		for range span.GetLength() {
			if count += want.GetPositiveDelta()[delta]; count > 0 {
				native[int(index)] = uint64(count)
			}
			index++
			delta++
		}
	}
	if !reflect.DeepEqual(h.Native, native) {
		t.Fatalf("native %v, want %v", h.Native, native)
	}
}

func TestAHistogramOfOtherBoundsStartsAnew(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	update(t, ledgerOf(t, s), func(tx testTx) { tx.Observe("talk", []float64{1, 2}, 1.5, start()) })
	old, _ := ledgerOf(t, s).newest().Value("talk")
	shut(t, s)
	l := ledgerOf(t, open(t, dir, Options{}))
	bounds := []float64{1, 2, 3}
	update(t, l, func(tx testTx) { tx.Observe("talk", bounds, 2.5, start()) })
	v, _ := l.newest().Value("talk")
	if !v.Since.After(old.Since) || !reflect.DeepEqual(v.Histogram.Counts, []uint64{0, 0, 1, 0}) || v.Histogram.Count != 1 {
		t.Errorf("%+v since %v", v.Histogram, v.Since)
	}
}

func TestMalformedValuesAreErrors(t *testing.T) {
	h := newHistogram([]float64{1, 2})
	for _, v := range []float64{0, 0.3, 1.7, 1e9} {
		h.observe(v)
	}
	good := (&View{metrics: []string{"a"}}).appendRow(nil, []*block{{3: {metric: 1, since: 1, changed: 2, histogram: h}}})
	v, err := readRow(good)
	if err != nil {
		t.Fatal(err)
	}
	back := v.at(3)
	if !reflect.DeepEqual(back.histogram, h) || back.since != 1 || back.changed != 2 {
		t.Errorf("%+v", back)
	}
	for n := 1; n < len(good); n++ {
		if _, err := readRow(good[:n]); err == nil {
			t.Errorf("the first %d bytes are taken", n)
		}
	}
	if _, err := readRow(append(good, 0)); err == nil {
		t.Error("one byte more is taken")
	}
}
