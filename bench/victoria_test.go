package bench

import (
	"bytes"
	"io"
	"net/http"
	"strconv"

	"github.com/VictoriaMetrics/metrics"
	"github.com/klauspost/compress/gzhttp"
	dto "github.com/prometheus/client_model/go"
)

// The ways of serving samples with github.com/VictoriaMetrics/metrics, which leaves the
// compression to a wrapper of the handler.
const (
	registered = "registered" // a set in which each series was registered once
	written    = "written"    // a metrics writer that writes each sample for each scrape
)

// victoria serves samples from a set, without metadata: that is the package's default, and
// its functions that write a sample would repeat it for each.
func victoria(role string, samples []sample) http.Handler {
	set := metrics.NewSet()
	if role == registered {
		var name bytes.Buffer
		for i := range samples {
			name.Reset()
			samples[i].writeName(&name)
			samples[i].register(set, name.String())
		}
	} else {
		set.RegisterMetricsWriter(func(w io.Writer) { writeSamples(w, samples) })
	}
	return gzhttp.GzipHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		set.WritePrometheus(w)
	}))
}

// register adds the series of a sample to a set.
func (s *sample) register(set *metrics.Set, name string) {
	if s.family.GetType() == dto.MetricType_COUNTER {
		set.NewFloatCounter(name).Set(s.value)
	} else {
		set.NewGauge(name, nil).Set(s.value)
	}
}

// writeSamples writes samples, their names made for each scrape.
func writeSamples(w io.Writer, samples []sample) {
	var name bytes.Buffer
	for i := range samples {
		s, write := &samples[i], metrics.WriteGaugeFloat64
		if s.family.GetType() == dto.MetricType_COUNTER {
			write = metrics.WriteCounterFloat64
		}
		name.Reset()
		s.writeName(&name)
		write(w, name.String(), s.value)
	}
}

// writeName writes the name of a sample's series with its labels.
func (s *sample) writeName(b *bytes.Buffer) {
	b.WriteString(s.family.GetName())
	for i, n := range s.names {
		b.WriteByte("{,"[min(i, 1)])
		b.WriteString(n)
		b.WriteByte('=')
		b.Write(strconv.AppendQuote(b.AvailableBuffer(), s.labels[i]))
	}
	if len(s.names) > 0 {
		b.WriteByte('}')
	}
}
