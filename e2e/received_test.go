package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// received returns what the newest push has told: the value of each series by its name and labels on the page, and what
// was said of each metric by the name that was pushed.
func (p *pushing) received() (series map[string]float64, metrics map[string]told, err error) {
	content, err := os.ReadFile(filepath.Join(p.dir, "received.json"))
	if err != nil {
		return nil, nil, err
	}
	whole := content[:bytes.LastIndexByte(content, '\n')+1]
	lines := bytes.Split(bytes.TrimSpace(whole), []byte("\n"))
	series, metrics = map[string]float64{}, map[string]told{}
	// A push is sent in several requests, each of which has series of its own: what repeats one is of the push before.
	for _, line := range slices.Backward(lines) {
		if len(line) == 0 {
			return nil, nil, errors.New("nothing has been received")
		}
		request := map[string]float64{}
		if err := read(line, request, metrics); err != nil {
			return nil, nil, err
		}
		for name := range request {
			if _, repeated := series[name]; repeated {
				return series, metrics, nil
			}
		}
		maps.Copy(series, request)
	}
	return series, metrics, nil
}

// read adds what one request says.
func read(line []byte, series map[string]float64, metrics map[string]told) error {
	data, err := new(pmetric.JSONUnmarshaler).UnmarshalMetrics(line)
	if err != nil {
		return err
	}
	for _, rm := range data.ResourceMetrics().All() {
		for _, sm := range rm.ScopeMetrics().All() {
			for _, m := range sm.Metrics().All() {
				tell(m, series, metrics)
			}
		}
	}
	return nil
}

// told is what a push says of a metric.
type told struct{ page, unit, kind string }

// tell adds a metric as a Prometheus server would name it.
func tell(m pmetric.Metric, series map[string]float64, metrics map[string]told) {
	kinds := map[pmetric.MetricType]string{
		pmetric.MetricTypeGauge: "gauge", pmetric.MetricTypeSum: "sum, not monotonic", pmetric.MetricTypeHistogram: "histogram, cumulative",
	}
	types := map[pmetric.MetricType]otlptranslator.MetricType{
		pmetric.MetricTypeGauge: otlptranslator.MetricTypeGauge, pmetric.MetricTypeSum: otlptranslator.MetricTypeNonMonotonicCounter,
		pmetric.MetricTypeHistogram: otlptranslator.MetricTypeHistogram,
	}
	kind, family := kinds[m.Type()], types[m.Type()]
	if m.Type() == pmetric.MetricTypeSum && m.Sum().IsMonotonic() {
		kind, family = "sum, monotonic, cumulative", otlptranslator.MetricTypeMonotonicCounter
	}
	namer := otlptranslator.MetricNamer{WithMetricSuffixes: true}
	name, err := namer.Build(otlptranslator.Metric{Name: m.Name(), Unit: m.Unit(), Type: family})
	if err != nil {
		name = err.Error()
	}
	name = withTotal(name)
	metrics[m.Name()] = told{name, m.Unit(), kind}
	add := func(suffix string, a pcommon.Map, v float64, more ...string) {
		set := map[string]string{"__name__": name + suffix}
		for k, v := range a.All() {
			set[k] = v.AsString()
		}
		for i := 0; i < len(more); i += 2 {
			set[more[i]] = more[i+1]
		}
		series[seriesOf(set)] = v
	}
	points := pmetric.NewNumberDataPointSlice()
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		points = m.Gauge().DataPoints()
	case pmetric.MetricTypeSum:
		points = m.Sum().DataPoints()
	case pmetric.MetricTypeHistogram:
		for _, h := range m.Histogram().DataPoints().All() {
			add("_sum", h.Attributes(), h.Sum())
			add("_count", h.Attributes(), float64(h.Count()))
			below := uint64(0)
			for i, bound := range h.ExplicitBounds().All() {
				below += h.BucketCounts().At(i)
				add("_bucket", h.Attributes(), float64(below), "le", fmt.Sprint(bound))
			}
		}
	}
	for _, point := range points.All() {
		add("", point.Attributes(), point.DoubleValue())
	}
}
