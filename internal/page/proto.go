package page

import (
	"maps"
	"math"
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// familyMetric is the field of a family that holds its series.
const familyMetric = 4

// protobuf renders the delimited format: each family is a message behind its
// length.
type protobuf struct{}

// head appends all of a family but its series, which take size bytes.
func (protobuf) head(b []byte, d *metric.Desc, size int) []byte {
	f := &dto.MetricFamily{Name: &d.Name, Help: &d.Help, Type: typeOf(d.Kind).Enum()}
	if u := unit(d); u != "" {
		f.Unit = &u
	}
	b = protowire.AppendVarint(b, uint64(proto.Size(f)+size))
	return appendProto(b, f)
}

// series appends some series of p.
func (protobuf) series(b []byte, p *part, order []int32) []byte {
	var m protoMetric
	for _, i := range order {
		m.set(p, &p.samples[i])
		b = protowire.AppendTag(b, familyMetric, protowire.BytesType)
		b = protowire.AppendVarint(b, uint64(proto.Size(&m.metric)))
		b = appendProto(b, &m.metric)
	}
	return b
}

// appendProto appends m, whose size was asked for. A message of the page has all that is
// required, so that there is no error.
func appendProto(b []byte, m proto.Message) []byte {
	b, _ = proto.MarshalOptions{UseCachedSize: true}.MarshalAppend(b, m)
	return b
}

// protoMetric is one series in the making. Its messages are used again for the next one.
type protoMetric struct {
	metric  dto.Metric
	gauge   dto.Gauge
	counter dto.Counter
	since   timestamppb.Timestamp
	pairs   []Label
	labels  []*dto.LabelPair // of pairs
}

// set makes the message of s.
func (m *protoMetric) set(p *part, s *metric.Sample) {
	m.pairs = p.pairs(m.pairs[:0], s)
	for len(m.labels) < len(m.pairs) {
		m.labels = append(m.labels, &dto.LabelPair{})
	}
	m.metric.Label = m.labels[:len(m.pairs)]
	for i, l := range m.metric.Label {
		l.Name, l.Value = &m.pairs[i].Name, &m.pairs[i].Value
	}
	switch typeOf(s.Desc.Kind) {
	case dto.MetricType_COUNTER:
		m.counter.Value, m.counter.CreatedTimestamp = &s.Value, m.created(s)
		m.metric.Counter = &m.counter
	case dto.MetricType_HISTOGRAM:
		m.metric.Histogram = protoHistogram(s)
		m.metric.Histogram.CreatedTimestamp = m.created(s)
	default:
		m.gauge.Value = &s.Value
		m.metric.Gauge = &m.gauge
	}
}

// created returns the start time of s; nil if it has none.
func (m *protoMetric) created(s *metric.Sample) *timestamppb.Timestamp {
	since := s.Since()
	if since.IsZero() {
		return nil
	}
	m.since.Seconds, m.since.Nanos = since.Unix(), int32(since.Nanosecond())
	return &m.since
}

// protoHistogram returns the classic buckets of s and the native ones.
func protoHistogram(s *metric.Sample) *dto.Histogram {
	h := s.Histogram
	out := &dto.Histogram{SampleCount: &h.Count, SampleSum: &h.Sum}
	for bound, count := range cumulative(s) {
		out.Bucket = append(out.Bucket, &dto.Bucket{CumulativeCount: &count, UpperBound: &bound})
	}
	if nativeComplete(h) {
		addNative(out, h)
	}
	return out
}

// nativeComplete reports whether the native buckets hold all that was observed: a
// Prometheus server refuses the whole page for one that doesn't.
func nativeComplete(h *metric.Distribution) bool {
	sum := h.Zero
	for _, n := range h.Native {
		sum += n
	}
	return sum == h.Count || math.IsNaN(h.Sum) && sum < h.Count
}

// addNative adds the exponential buckets: spans of neighbours, and the difference
// of each count to the one before. Gaps of up to two buckets are filled, which
// is shorter than a new span.
func addNative(out *dto.Histogram, h *metric.Distribution) {
	out.Schema, out.ZeroThreshold, out.ZeroCount = proto.Int32(metric.Schema), proto.Float64(prometheus.DefNativeHistogramZeroThreshold), &h.Zero
	var span *dto.BucketSpan // the newest
	var before uint64
	add := func(n uint64) {
		*span.Length++
		out.PositiveDelta = append(out.PositiveDelta, int64(n-before))
		before = n
	}
	next := 0
	for _, i := range slices.Sorted(maps.Keys(h.Native)) {
		if gap := i - next; span == nil || gap > 2 {
			span = &dto.BucketSpan{Offset: proto.Int32(int32(gap)), Length: new(uint32)}
			out.PositiveSpan = append(out.PositiveSpan, span)
		} else {
			for range gap {
				add(0)
			}
		}
		add(h.Native[i])
		next = i + 1
	}
}

func (protobuf) end() string { return "" }
