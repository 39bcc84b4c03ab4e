package page

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// The characters that expfmt escapes in headers of 0.0.4, and everywhere else.
var (
	helpEscaper  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	valueEscaper = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// text renders the text formats: Prometheus 0.0.4 and OpenMetrics 1.0, which
// write headers and numbers differently. Both do it exactly as expfmt does.
type text struct {
	openMetrics bool
	created     bool // whether samples with a start time get one more, of that
}

// head appends the header of a family.
func (t text) head(b []byte, d *metric.Desc, _ int) []byte {
	name, kind, help := d.Name, strings.ToLower(typeOf(d.Kind).String()), helpEscaper
	if t.openMetrics {
		help = valueEscaper
		if d.Kind == metric.Counter {
			name = strings.TrimSuffix(name, "_total")
			if name == d.Name {
				kind = "unknown" // a counter has _total there
			}
		}
	}
	b = append(b, "# HELP "+name+" "+help.Replace(d.Help)+"\n# TYPE "+name+" "+kind+"\n"...)
	if u := unit(d); t.openMetrics && u != "" {
		b = append(b, "# UNIT "+name+" "+u+"\n"...)
	}
	return b
}

// unit is the word for the Desc's unit, if the name of the metric ends in it.
func unit(d *metric.Desc) string {
	word := metric.UnitWord(d.Unit)
	if word != "" && strings.HasSuffix(strings.TrimSuffix(d.Name, "_total"), "_"+word) {
		return word
	}
	return ""
}

// series appends some series of p.
func (t text) series(b []byte, p *part, order []int32) []byte {
	var labels []byte
	for _, i := range order {
		s := &p.samples[i]
		if p.desc.Kind == metric.Histogram {
			labels = p.appendLabels(labels[:0], s)
			b = t.histogram(b, s, labels)
			continue
		}
		b = append(b, p.desc.Name...)
		start := len(b)
		if b = p.appendLabels(b, s); len(b) > start {
			b = append(b, '}')
		}
		b = append(t.float(append(b, ' '), s.Value), '\n')
		if t.created && p.desc.Kind == metric.Counter {
			labels = p.appendLabels(labels[:0], s)
			b = t.start(b, strings.TrimSuffix(p.desc.Name, "_total"), s, labels)
		}
	}
	return b
}

// start appends the _created sample of name if s has a start time.
func (t text) start(b []byte, name string, s *metric.Sample, labels []byte) []byte {
	if s.Since().IsZero() {
		return b
	}
	b = appendSeries(b, name, "_created", labels)
	return append(t.float(b, float64(s.Since().UnixNano())/1e9), '\n')
}

// histogram appends the lines of a classic histogram; the text formats have no
// native ones.
func (t text) histogram(b []byte, s *metric.Sample, labels []byte) []byte {
	name, h := s.Desc.Name, s.Histogram
	bucket := func(bound float64, count uint64) {
		b = append(b, name...)
		b = append(b, "_bucket"...)
		if len(labels) == 0 {
			b = append(b, '{')
		} else {
			b = append(append(b, labels...), ',')
		}
		b = append(t.float(append(b, `le="`...), bound), `"} `...)
		b = append(t.count(b, count), '\n')
	}
	for bound, count := range cumulative(s) {
		bucket(bound, count)
	}
	bucket(math.Inf(1), h.Count)
	b = appendSeries(b, name, "_sum", labels)
	b = append(t.float(b, h.Sum), '\n')
	b = appendSeries(b, name, "_count", labels)
	b = append(t.count(b, h.Count), '\n')
	if t.created {
		b = t.start(b, name, s, labels)
	}
	return b
}

// cumulative yields the classic buckets below +Inf with the number of values up
// to their bounds.
func cumulative(s *metric.Sample) func(yield func(bound float64, count uint64) bool) {
	return func(yield func(float64, uint64) bool) {
		var sum uint64
		for i, bound := range s.Desc.Buckets {
			if i < len(s.Histogram.Counts) {
				sum += s.Histogram.Counts[i]
			}
			if math.IsInf(bound, 1) || !yield(bound, sum) {
				return
			}
		}
	}
}

// appendSeries appends name and labels of a sample; labels are without the
// closing brace.
func appendSeries(b []byte, name, suffix string, labels []byte) []byte {
	b = append(append(b, name...), suffix...)
	if len(labels) > 0 {
		b = append(append(b, labels...), '}')
	}
	return append(b, ' ')
}

// appendLabels appends the labels of s without the closing brace, or nothing if
// there are none.
func (p *part) appendLabels(b []byte, s *metric.Sample) []byte {
	separator := byte('{')
	for i := range p.labels {
		value := p.value(i, s.Labels)
		if value == "" {
			continue
		}
		b = append(append(b, separator), p.labels[i].name...)
		b = append(b, `="`...)
		b = appendEscaped(b, value)
		b = append(b, '"')
		separator = ','
	}
	return b
}

// appendEscaped appends a label value; few need to be escaped.
func appendEscaped(b []byte, value string) []byte {
	for i := range len(value) {
		if c := value[i]; c == '"' || c == '\\' || c == '\n' {
			return append(b, valueEscaper.Replace(value)...)
		}
	}
	return append(b, value...)
}

// count appends the number of a bucket: OpenMetrics writes it as an integer,
// 0.0.4 like any value.
func (t text) count(b []byte, n uint64) []byte {
	if t.openMetrics {
		return strconv.AppendUint(b, n, 10)
	}
	return t.float(b, float64(n))
}

// float appends a value or a bound.
func (t text) float(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "NaN"...)
	case math.IsInf(f, 0):
		return strconv.AppendFloat(b, f, 'g', -1, 64)
	}
	start := len(b)
	if n := int64(f); float64(n) == f && -1e6 < f && f < 1e6 {
		b = strconv.AppendInt(b, n, 10)
	} else {
		b = strconv.AppendFloat(b, f, 'g', -1, 64)
	}
	if t.openMetrics && !bytes.ContainsAny(b[start:], "e.") {
		b = append(b, ".0"...)
	}
	return b
}

// end is a line of OpenMetrics only.
func (t text) end() string {
	if t.openMetrics {
		return "# EOF\n"
	}
	return ""
}
