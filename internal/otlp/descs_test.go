package otlp

import (
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// renamed are the metrics that a Prometheus server with its default strategy names
// otherwise: it takes total out of the middle of a counter's name.
var renamed = map[string]string{
	"livevox_day_total_corrections_total": "livevox_day_corrections_total",
}

func TestEveryMetricGetsThePagesNameBack(t *testing.T) {
	descs := append(append(Descs(), scrape.Descs()...), collector.SharedDescs()...)
	descs = append(descs, collector.AccountDescs(vendortest.Vendors())...)
	for _, v := range vendortest.Vendors() {
		for _, s := range v.Sources {
			descs = append(descs, s.Descs...)
		}
	}
	// All names on this way are of one metric each, as on the page.
	pushed := map[string]*metric.Desc{}
	for _, d := range descs {
		for strategy, translate := range translations {
			want := d.Name
			if other, ok := renamed[d.Name]; ok && strategy == "UnderscoreEscapingWithSuffixes" {
				want = other
			}
			if got := translate(Name(d), Unit(d), d.Kind); got != want {
				t.Errorf("%s makes %s of %s in %q, want %s", strategy, got, Name(d), Unit(d), want)
			}
		}
		if other := pushed[Name(d)]; other != nil && other.Name != d.Name {
			t.Errorf("%s and %s are both pushed as %s", d.Name, other.Name, Name(d))
		}
		pushed[Name(d)] = d
	}
}
