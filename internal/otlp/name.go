package otlp

import (
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// Name returns the name under which a metric, and no other, is pushed: its
// OTLPName, else that of the page without unit and _total. A Prometheus server
// that adds suffixes to what it receives makes the name on the page of Name and
// Unit, unless total is also a word in the middle of a counter's name: the server
// removes that one.
func Name(d *metric.Desc) string {
	name, _ := nameAndUnit(d)
	return name
}

// Unit returns the UCUM unit with which a metric is pushed. It is empty for gauges
// that are neither a quantity of something nor a ratio, such as those that are 0
// or 1: a Prometheus server takes every gauge in "1" for a ratio and adds _ratio to
// its name.
func Unit(d *metric.Desc) string {
	_, unit := nameAndUnit(d)
	return unit
}

func nameAndUnit(d *metric.Desc) (name, unit string) {
	name = d.Name
	if d.Kind == metric.Counter {
		name = strings.TrimSuffix(name, "_total")
	}
	switch {
	case d.OTLPName != "":
		return d.OTLPName, d.Unit
	case strings.HasPrefix(d.Unit, "{"):
		return name, d.Unit
	case d.Unit != "" && d.Unit != "1":
		base, found := strings.CutSuffix(name, "_"+metric.UnitWord(d.Unit))
		if found {
			return base, d.Unit
		}
		// A server would add the unit to a name that doesn't have it on the page.
		return name, "{" + d.Unit + "}"
	case d.Kind != metric.Gauge:
		return name, "1"
	}
	if base, found := strings.CutSuffix(name, "_ratio"); found {
		return base, "1"
	}
	return name, ""
}
