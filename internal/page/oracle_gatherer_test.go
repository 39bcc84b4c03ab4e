package page

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/prometheus/client_golang/prometheus"
	_ "github.com/prometheus/client_golang/prometheus/promhttp/zstd" // offers zstd, as the page does
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// union gathers from several gatherers. Of families of one name the first
// stays. prometheus.Gatherers would lose the units.
type union []prometheus.Gatherer

// Gather implements prometheus.Gatherer.
func (u union) Gather() ([]*dto.MetricFamily, error) {
	var all []*dto.MetricFamily
	var errs []error
	for _, g := range u {
		families, err := g.Gather()
		all = append(all, families...)
		errs = append(errs, err)
	}
	slices.SortStableFunc(all, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	all = slices.CompactFunc(all, func(a, b *dto.MetricFamily) bool { return a.GetName() == b.GetName() })
	return all, errors.Join(errs...)
}

// gathererOf returns what the page of batches has, made by client_golang from
// constant metrics: what the page is compared with. The error of its Gather names the
// series that are not on the page.
func gathererOf(batches []metric.Batch) prometheus.Gatherer {
	r := prometheus.NewRegistry()
	// A collector that describes nothing always registers.
	r.MustRegister(&collector{batches: batches})
	return r
}

// collector is unchecked: it sends its metrics in the order of the page, and the
// registry keeps the first of each name and labels.
type collector struct {
	batches []metric.Batch
}

// Describe implements prometheus.Collector.
func (*collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c *collector) Collect(metrics chan<- prometheus.Metric) {
	first := make(map[string]*metric.Desc)
	descs := make(map[string]*prometheus.Desc)
	for _, b := range inOrder(c.batches) {
		for i := range b.Samples {
			s := &b.Samples[i]
			if !complete(s) {
				continue
			}
			if first[s.Desc.Name] == nil {
				first[s.Desc.Name] = s.Desc
			}
			names, values := labelsOf(b, s)
			key := s.Desc.Name + " " + strings.Join(names, " ")
			d := descs[key]
			if d == nil {
				d = describe(first[s.Desc.Name], names)
				descs[key] = d
			}
			metrics <- constant(d, s, values)
		}
	}
}

// labelsOf returns the labels of s that have a value.
func labelsOf(b *metric.Batch, s *metric.Sample) (names, values []string) {
	all := map[string]string{}
	for i, name := range s.Desc.Labels {
		all[name] = s.Labels[i]
	}
	if b.Account != "" {
		all["account"] = b.Account
	}
	if b.Vendor != "" && s.Desc.Shared() {
		all["vendor"] = b.Vendor
	}
	for name, value := range all {
		if value != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		values = append(values, metric.CleanLabel(all[name]))
	}
	return names, values
}

func describe(d *metric.Desc, labels []string) *prometheus.Desc {
	return prometheus.V2.NewDesc(d.Name, d.Help, prometheus.UnconstrainedLabels(labels), nil,
		prometheus.WithUnit(unit(d)))
}

// constant returns the metric of s.
func constant(d *prometheus.Desc, s *metric.Sample, values []string) prometheus.Metric {
	var m prometheus.Metric
	var err error
	switch {
	case s.Desc.Kind == metric.Histogram:
		return constantHistogram(d, s, values)
	case s.Desc.Kind != metric.Counter:
		m, err = prometheus.NewConstMetric(d, prometheus.GaugeValue, s.Value, values...)
	case s.Since().IsZero():
		m, err = prometheus.NewConstMetric(d, prometheus.CounterValue, s.Value, values...)
	default:
		m, err = prometheus.NewConstMetricWithCreatedTimestamp(d, prometheus.CounterValue, s.Value, s.Since(), values...)
	}
	if err != nil {
		return prometheus.NewInvalidMetric(d, err)
	}
	return m
}

// constantHistogram returns a histogram with classic buckets, and with native
// ones if they hold all that was observed.
func constantHistogram(d *prometheus.Desc, s *metric.Sample, values []string) prometheus.Metric {
	h := s.Histogram
	classic := make(map[float64]uint64)
	for bound, count := range cumulative(s) {
		classic[bound] = count
	}
	m, err := prometheus.NewConstHistogram(d, h.Count, h.Sum, classic, values...)
	if err != nil {
		return prometheus.NewInvalidMetric(d, err)
	}
	positive := make(map[int]int64, len(h.Native))
	for i, n := range h.Native {
		positive[i] = int64(n)
	}
	native, err := prometheus.NewConstNativeHistogram(d, h.Count, h.Sum, positive, nil, h.Zero,
		metric.Schema, prometheus.DefNativeHistogramZeroThreshold, s.Since(), values...)
	if err != nil {
		native = m
	}
	return &histogram{m, native, s}
}

// histogram is a classic and a native histogram in one.
type histogram struct {
	prometheus.Metric
	native prometheus.Metric
	sample *metric.Sample
}

// Write implements prometheus.Metric.
func (h *histogram) Write(out *dto.Metric) error {
	if err := h.Metric.Write(out); err != nil {
		return err
	}
	buckets := out.Histogram.Bucket
	if err := h.native.Write(out); err != nil {
		return err
	}
	out.Histogram.Bucket = buckets
	out.Histogram.CreatedTimestamp = nil
	if since := h.sample.Since(); !since.IsZero() {
		out.Histogram.CreatedTimestamp = timestamppb.New(since)
	}
	return nil
}
