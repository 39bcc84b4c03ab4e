package bench

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof" // tells of the memory
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// The other ways of serving the samples of a page.
const (
	raw       = "raw"       // ready bytes, one write
	cached    = "cached"    // metric families made when samples come, promhttp
	constants = "constants" // constant metrics made for each scrape, promhttp
)

// serveRival serves the page of a file in one of these ways, and prints where.
func serveRival(role, file string) error {
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if role == raw {
		packed, err := os.ReadFile(file + ".gz")
		if err != nil {
			return err
		}
		http.Handle("/metrics", &rawPage{page, packed})
	} else {
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err := parser.TextToMetricFamilies(bytes.NewReader(page))
		if err != nil {
			return err
		}
		samples := samplesOf(families)
		switch role {
		case cached:
			c := &cache{}
			c.renew(samples)
			http.Handle("/metrics", promhttp.HandlerFor(c, promhttp.HandlerOpts{EnableOpenMetrics: true}))
			http.HandleFunc("/renew", func(http.ResponseWriter, *http.Request) { c.renew(samples) })
		case constants:
			r := prometheus.NewRegistry()
			r.MustRegister(collector(samples))
			http.Handle("/metrics", promhttp.HandlerFor(r, promhttp.HandlerOpts{EnableOpenMetrics: true}))
		case registered, written:
			http.Handle("/metrics", victoria(role, samples))
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	return http.Serve(l, nil)
}

// rawPage is a page as bytes that are ready in each encoding.
type rawPage struct{ identity, gzipped []byte }

func (p *rawPage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := p.identity
	if r.Header.Get("Accept-Encoding") == "gzip" {
		body = p.gzipped
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Header().Set("Content-Type", string(expfmt.FmtText))
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// sample is one series of a page, as a program has it before it serves it.
type sample struct {
	desc   *prometheus.Desc
	family *dto.MetricFamily // without series
	names  []string
	labels []string
	value  float64
}

// samplesOf returns the gauges and counters of families.
func samplesOf(families map[string]*dto.MetricFamily) (samples []sample) {
	for _, f := range families {
		if strings.HasPrefix(f.GetName(), "go_") || strings.HasPrefix(f.GetName(), "process_") {
			continue
		}
		head := &dto.MetricFamily{Name: f.Name, Help: f.Help, Type: f.Type}
		descs := map[string]*prometheus.Desc{}
		for _, m := range f.Metric {
			s := sample{family: head}
			for _, l := range m.Label {
				s.names = append(s.names, l.GetName())
				s.labels = append(s.labels, l.GetValue())
			}
			key := strings.Join(s.names, ",")
			if descs[key] == nil {
				descs[key] = prometheus.NewDesc(f.GetName(), f.GetHelp(), s.names, nil)
			}
			switch s.desc = descs[key]; f.GetType() {
			case dto.MetricType_COUNTER:
				s.value = m.Counter.GetValue()
			case dto.MetricType_GAUGE:
				s.value = m.Gauge.GetValue()
			default: // a few histograms
				continue
			}
			samples = append(samples, s)
		}
	}
	return samples
}

// cache gathers families that were made before.
type cache struct {
	families atomic.Pointer[[]*dto.MetricFamily]
}

// Gather implements prometheus.Gatherer.
func (c *cache) Gather() ([]*dto.MetricFamily, error) { return *c.families.Load(), nil }

// renew makes the families of samples, as after a poll.
func (c *cache) renew(samples []sample) {
	var all []*dto.MetricFamily
	index := map[*dto.MetricFamily]*dto.MetricFamily{}
	for i := range samples {
		s := &samples[i]
		f := index[s.family]
		if f == nil {
			f = &dto.MetricFamily{Name: s.family.Name, Help: s.family.Help, Type: s.family.Type}
			index[s.family] = f
			all = append(all, f)
		}
		m := &dto.Metric{Label: make([]*dto.LabelPair, len(s.names))}
		for k := range s.names {
			m.Label[k] = &dto.LabelPair{Name: &s.names[k], Value: &s.labels[k]}
		}
		if value := s.value; f.GetType() == dto.MetricType_COUNTER {
			m.Counter = &dto.Counter{Value: &value}
		} else {
			m.Gauge = &dto.Gauge{Value: &value}
		}
		f.Metric = append(f.Metric, m)
	}
	slices.SortFunc(all, func(a, b *dto.MetricFamily) int { return strings.Compare(a.GetName(), b.GetName()) })
	c.families.Store(&all)
}

// collector makes a constant metric of each sample for each scrape.
type collector []sample

// Describe implements prometheus.Collector.
func (collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c collector) Collect(metrics chan<- prometheus.Metric) {
	for i := range c {
		kind := prometheus.GaugeValue
		if c[i].family.GetType() == dto.MetricType_COUNTER {
			kind = prometheus.CounterValue
		}
		metrics <- prometheus.MustNewConstMetric(c[i].desc, kind, c[i].value, c[i].labels...)
	}
}
