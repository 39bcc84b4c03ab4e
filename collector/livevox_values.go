package collector

import (
	"strings"
	"unicode"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// other is what a value is shown as that the exporter doesn't know, none what
// is missing where a label must be there.
const (
	other = "other"
	none  = "none"
)

// percent and milliseconds are what a vendor's number is divided by.
const (
	percent      = 100.0
	milliseconds = 1000.0
)

// appendMeasured adds a number whose unit is the given part of the metric's own;
// nothing where the vendor has none, which it also writes as -1.
func appendMeasured(samples []metric.Sample, d *metric.Desc, n api.Number, unit float64, labels ...string) []metric.Sample {
	if !measured(n) {
		return samples
	}
	return append(samples, d.Of(n.Value/unit, labels...))
}

// word returns the form in which the vendor's enumerations are compared: it
// writes one value as "Not Ready", NOTREADY and NOT_READY.
func word(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '-' {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}
