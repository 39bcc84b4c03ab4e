package page

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/encoding/protowire"
)

// The numbers of the fields that are written, as in client_model's
// metrics.proto.
const (
	familyName, familyHelp, familyType, familyMetric, familyUnit = 1, 2, 3, 4, 5

	metricLabel, metricGauge, metricCounter, metricHistogram = 1, 2, 3, 7

	labelName, labelValue = 1, 2

	gaugeValue, counterValue, counterCreated = 1, 1, 3

	histogramCount, histogramSum, histogramBucket = 1, 2, 3

	histogramSchema, histogramZeroThreshold, histogramZeroCount = 5, 6, 7

	histogramSpan, histogramDelta, histogramCreated = 12, 13, 15

	bucketCount, bucketBound = 1, 2

	spanOffset, spanLength = 1, 2

	timestampSeconds, timestampNanos = 1, 2
)

// protobuf renders the delimited format: each family is a message behind its
// length.
type protobuf struct{}

// head appends all of a family but its series, which take size bytes.
func (protobuf) head(b []byte, d *metric.Desc, size int) []byte {
	var m []byte
	m = appendText(m, familyName, d.Name)
	m = appendText(m, familyHelp, d.Help)
	m = appendUint(m, familyType, uint64(typeOf(d.Kind)))
	if u := unit(d); u != "" {
		m = appendText(m, familyUnit, u)
	}
	b = protowire.AppendVarint(b, uint64(len(m)+size))
	return append(b, m...)
}

// series appends some series of p.
func (protobuf) series(b []byte, p *part, order []int32) []byte {
	var m protoMetric
	for _, i := range order {
		s := &p.samples[i]
		m.labels = m.labels[:0]
		for k := range p.labels {
			if value := p.value(k, s.Labels); value != "" {
				m.label(p.labels[k].name, value)
			}
		}
		field := m.set(s)
		value := protowire.SizeTag(field) + protowire.SizeBytes(len(m.value))
		b = protowire.AppendTag(b, familyMetric, protowire.BytesType)
		b = protowire.AppendVarint(b, uint64(len(m.labels)+value))
		b = append(b, m.labels...)
		b = appendMessage(b, field, m.value)
	}
	return b
}

// protoMetric is one series in the making.
type protoMetric struct {
	labels, value []byte
	scratch       []byte
}

// label adds a label.
func (m *protoMetric) label(name, value string) {
	// One byte is the tag of each field.
	size := 1 + protowire.SizeBytes(len(name)) + 1 + protowire.SizeBytes(len(value))
	m.labels = protowire.AppendTag(m.labels, metricLabel, protowire.BytesType)
	m.labels = protowire.AppendVarint(m.labels, uint64(size))
	m.labels = appendText(m.labels, labelName, name)
	m.labels = appendText(m.labels, labelValue, value)
}

// set makes the value of s and returns its field within the metric.
func (m *protoMetric) set(s *metric.Sample) (field protowire.Number) {
	m.value = m.value[:0]
	switch typeOf(s.Desc.Kind) {
	case dto.MetricType_COUNTER:
		m.value = appendDouble(m.value, counterValue, s.Value)
		m.created(counterCreated, s.Since())
		return metricCounter
	case dto.MetricType_HISTOGRAM:
		m.histogram(s)
		return metricHistogram
	}
	m.value = appendDouble(m.value, gaugeValue, s.Value)
	return metricGauge
}

func (m *protoMetric) created(field protowire.Number, since time.Time) {
	if since.IsZero() {
		return
	}
	m.scratch = appendUint(m.scratch[:0], timestampSeconds, uint64(since.Unix()))
	m.scratch = appendUint(m.scratch, timestampNanos, uint64(since.Nanosecond()))
	m.value = appendMessage(m.value, field, m.scratch)
}

// histogram makes the classic buckets and the native ones.
func (m *protoMetric) histogram(s *metric.Sample) {
	h := s.Histogram
	m.value = appendUint(m.value, histogramCount, h.Count)
	m.value = appendDouble(m.value, histogramSum, h.Sum)
	for bound, count := range cumulative(s) {
		m.scratch = appendUint(m.scratch[:0], bucketCount, count)
		m.scratch = appendDouble(m.scratch, bucketBound, bound)
		m.value = appendMessage(m.value, histogramBucket, m.scratch)
	}
	if nativeComplete(h) {
		m.native(h)
	}
	m.created(histogramCreated, s.Since())
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

// native makes the exponential buckets: spans of neighbours, and the difference
// of each count to the one before. Gaps of up to two buckets are filled, which
// is shorter than a new span.
func (m *protoMetric) native(h *metric.Distribution) {
	m.value = protowire.AppendTag(m.value, histogramSchema, protowire.VarintType)
	m.value = protowire.AppendVarint(m.value, protowire.EncodeZigZag(metric.Schema))
	m.value = appendDouble(m.value, histogramZeroThreshold, prometheus.DefNativeHistogramZeroThreshold)
	m.value = appendUint(m.value, histogramZeroCount, h.Zero)

	indexes := slices.Sorted(maps.Keys(h.Native))
	var counts []uint64
	next, offset, start := 0, 0, 0
	for n, i := range indexes {
		if gap := i - next; n == 0 || gap > 2 {
			m.span(offset, len(counts)-start)
			offset, start = gap, len(counts)
		} else {
			counts = append(counts, make([]uint64, gap)...)
		}
		counts = append(counts, h.Native[i])
		next = i + 1
	}
	m.span(offset, len(counts)-start)
	var before uint64
	for _, n := range counts {
		m.value = protowire.AppendTag(m.value, histogramDelta, protowire.VarintType)
		m.value = protowire.AppendVarint(m.value, protowire.EncodeZigZag(int64(n-before)))
		before = n
	}
}

// span appends a span of length buckets, none if there are none.
func (m *protoMetric) span(offset, length int) {
	if length == 0 {
		return
	}
	m.scratch = appendUint(m.scratch[:0], spanOffset, protowire.EncodeZigZag(int64(offset)))
	m.scratch = appendUint(m.scratch, spanLength, uint64(length))
	m.value = appendMessage(m.value, histogramSpan, m.scratch)
}

func appendText(b []byte, field protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
}

func appendMessage(b []byte, field protowire.Number, m []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), m)
}

func appendUint(b []byte, field protowire.Number, n uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), n)
}

func appendDouble(b []byte, field protowire.Number, f float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, field, protowire.Fixed64Type), math.Float64bits(f))
}

func (protobuf) end() string { return "" }
