package otlp

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricpb "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/page"
)

// Both ways out are brought into one form: a line for each series, of the name on
// the page, type, unit, help, labels, value and start.

func line(name, kind, unit, help string, labels []string, value string, start time.Time) string {
	slices.Sort(labels)
	begin := ""
	if !start.IsZero() {
		begin = start.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("%s %s %q %q {%s} %s since %q", name, kind, unit, help, strings.Join(labels, ","), value, begin)
}

// shown is the page of batches, decoded.
func shown(t *testing.T, gather func() []metric.Batch, exponential bool) []string {
	t.Helper()
	req := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	req.Header.Set("Accept", string(expfmt.NewFormat(expfmt.TypeProtoDelim)))
	resp := httptest.NewRecorder()
	page.New(gather, page.Options{}).ServeHTTP(resp, req)
	decoder := expfmt.NewDecoder(resp.Body, expfmt.ResponseFormat(resp.Header()))
	var lines []string
	for {
		var f dto.MetricFamily
		if decoder.Decode(&f) != nil {
			break
		}
		for _, m := range f.Metric {
			lines = append(lines, shownLine(&f, m, exponential))
		}
	}
	slices.Sort(lines)
	return lines
}

func shownLine(f *dto.MetricFamily, m *dto.Metric, exponential bool) string {
	var labels []string
	for _, l := range m.Label {
		labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
	}
	value, start := fmt.Sprint(m.GetGauge().GetValue()), (*timestamppb.Timestamp)(nil)
	switch {
	case m.Counter != nil:
		value, start = fmt.Sprint(m.Counter.GetValue()), m.Counter.CreatedTimestamp
	case m.Histogram != nil:
		h := m.Histogram
		start = h.CreatedTimestamp
		value = fmt.Sprintf("count %d sum %v", h.GetSampleCount(), h.GetSampleSum())
		if exponential {
			value += fmt.Sprintf(" schema %d zero %d %s", h.GetSchema(), h.GetZeroCount(), nativeBuckets(h))
		} else {
			for _, b := range h.Bucket {
				value += fmt.Sprintf(" le %v: %d", b.GetUpperBound(), b.GetCumulativeCount())
			}
		}
	}
	var begin time.Time
	if start != nil {
		begin = start.AsTime()
	}
	return line(f.GetName(), strings.ToLower(f.GetType().String()), f.GetUnit(), f.GetHelp(), labels, value, begin)
}

// nativeBuckets writes the buckets that are not empty with their upper bounds.
func nativeBuckets(h *dto.Histogram) string {
	var b strings.Builder
	index, n, count := int32(0), 0, int64(0)
	for _, span := range h.PositiveSpan {
		index += span.GetOffset()
		for range span.GetLength() {
			if count += h.PositiveDelta[n]; count > 0 {
				fmt.Fprintf(&b, " <=%.6g: %d", math.Exp2(float64(index)/8), count)
			}
			index++
			n++
		}
	}
	return b.String()
}

// pushed is what was received, decoded, under the names that a Prometheus server
// makes of it.
func pushed(t *testing.T, requests []received) []string {
	t.Helper()
	var lines []string
	for _, r := range requests {
		for _, rm := range r.metrics.ResourceMetrics {
			for _, sm := range rm.ScopeMetrics {
				for _, m := range sm.Metrics {
					lines = append(lines, pushedLines(t, m)...)
				}
			}
		}
	}
	slices.Sort(lines)
	return lines
}

func pushedLines(t *testing.T, m *metricpb.Metric) (lines []string) {
	t.Helper()
	add := func(kind metric.Kind, word string, attributes []*commonpb.KeyValue, value string, start, at uint64) {
		var labels []string
		for _, a := range attributes {
			labels = append(labels, fmt.Sprintf("%s=%q", a.Key, a.Value.GetStringValue()))
		}
		if at == 0 {
			t.Errorf("a point of %s has no time", m.Name)
		}
		var begin time.Time
		if start != 0 {
			begin = time.Unix(0, int64(start))
		}
		name := translateWords(m.Name, m.Unit, kind)
		unit := unitWord(m.Unit)
		if m.Unit == "1" && kind == metric.Gauge {
			unit = "ratio"
		}
		lines = append(lines, line(name, word, unit, m.Description, labels, value, begin))
	}
	numbers := func(kind metric.Kind, word string, points []*metricpb.NumberDataPoint) {
		for _, p := range points {
			add(kind, word, p.Attributes, fmt.Sprint(p.GetAsDouble()), p.StartTimeUnixNano, p.TimeUnixNano)
		}
	}
	cumulative := func(got metricpb.AggregationTemporality) {
		if got != metricpb.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE {
			t.Errorf("%s is %s", m.Name, got)
		}
	}
	switch data := m.Data.(type) {
	case *metricpb.Metric_Gauge:
		numbers(metric.Gauge, "gauge", data.Gauge.DataPoints)
	case *metricpb.Metric_Sum:
		cumulative(data.Sum.AggregationTemporality)
		if data.Sum.IsMonotonic {
			numbers(metric.Counter, "counter", data.Sum.DataPoints)
		} else {
			numbers(metric.StateSet, "gauge", data.Sum.DataPoints)
		}
	case *metricpb.Metric_Histogram:
		cumulative(data.Histogram.AggregationTemporality)
		for _, p := range data.Histogram.DataPoints {
			add(metric.Histogram, "histogram", p.Attributes, explicitValue(p), p.StartTimeUnixNano, p.TimeUnixNano)
		}
	case *metricpb.Metric_ExponentialHistogram:
		cumulative(data.ExponentialHistogram.AggregationTemporality)
		for _, p := range data.ExponentialHistogram.DataPoints {
			add(metric.Histogram, "histogram", p.Attributes, exponentialValue(p), p.StartTimeUnixNano, p.TimeUnixNano)
		}
	default:
		t.Errorf("%s has data of type %T", m.Name, m.Data)
	}
	return lines
}

func explicitValue(p *metricpb.HistogramDataPoint) string {
	value := fmt.Sprintf("count %d sum %v", p.Count, p.GetSum())
	var sum uint64
	for i, bound := range p.ExplicitBounds {
		sum += p.BucketCounts[i]
		value += fmt.Sprintf(" le %v: %d", bound, sum)
	}
	return value
}

func exponentialValue(p *metricpb.ExponentialHistogramDataPoint) string {
	value := fmt.Sprintf("count %d sum %v schema %d zero %d ", p.Count, p.GetSum(), p.Scale, p.ZeroCount)
	for i, n := range p.Positive.BucketCounts {
		if n > 0 {
			value += fmt.Sprintf(" <=%.6g: %d", math.Pow(math.Exp2(math.Exp2(-float64(p.Scale))), float64(int(p.Positive.Offset)+i+1)), n)
		}
	}
	return value
}

func TestPushSaysWhatThePageSays(t *testing.T) {
	for _, scheme := range []string{"http", "grpc"} {
		for _, exponential := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, exponential %v", scheme, exponential), func(t *testing.T) {
				r := listen(t, scheme, "127.0.0.1:0", nil)
				now := time.Now()
				gather := func() []metric.Batch { return batches(now) }
				env := map[string]string{}
				if exponential {
					env["OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION"] = "base2_exponential_bucket_histogram"
				}
				p := start(t, Options{Endpoint: r.endpoint, Gather: gather, Env: func(name string) string { return env[name] }})
				push(t, p)
				want, got := shown(t, gather, exponential), pushed(t, r.all())
				if len(want) == 0 {
					t.Fatal("the page is empty")
				}
				if diff := difference(want, got); diff != "" {
					t.Errorf("page (-) and push (+) differ:\n%s", diff)
				}
			})
		}
	}
}

func difference(want, got []string) string {
	var b strings.Builder
	for _, l := range want {
		if !slices.Contains(got, l) {
			fmt.Fprintln(&b, "-", l)
		}
	}
	for _, l := range got {
		if !slices.Contains(want, l) {
			fmt.Fprintln(&b, "+", l)
		}
	}
	if b.Len() == 0 && len(want) != len(got) {
		fmt.Fprintf(&b, "%d series, want %d\n", len(got), len(want))
	}
	return b.String()
}
