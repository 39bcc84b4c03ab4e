package e2e

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// page returns the value of each series of the exporter's page, of those that are pushed too.
func (c *centre) page() (map[string]float64, error) {
	content, err := call(http.MethodGet, "http://"+c.address+"/metrics", "")
	if err != nil {
		return nil, err
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	series := map[string]float64{}
	for name, f := range families {
		if strings.HasPrefix(name, "go_") || strings.HasPrefix(name, "process_") {
			continue
		}
		for _, m := range f.Metric {
			show(name, m, series)
		}
	}
	return series, nil
}

// show adds a metric of the page.
func show(name string, m *dto.Metric, series map[string]float64) {
	add := func(suffix string, v float64, more ...string) {
		set := map[string]string{"__name__": name + suffix}
		for _, l := range m.Label {
			set[l.GetName()] = l.GetValue()
		}
		for i := 0; i < len(more); i += 2 {
			set[more[i]] = more[i+1]
		}
		series[seriesOf(set)] = v
	}
	if m.Histogram == nil {
		add("", m.GetGauge().GetValue()+m.GetCounter().GetValue()+m.GetUntyped().GetValue())
		return
	}
	add("_sum", m.Histogram.GetSampleSum())
	add("_count", float64(m.Histogram.GetSampleCount()))
	for _, b := range m.Histogram.Bucket[:len(m.Histogram.Bucket)-1] { // the last is the count
		add("_bucket", float64(b.GetCumulativeCount()), "le", strconv.FormatFloat(b.GetUpperBound(), 'g', -1, 64))
	}
}
