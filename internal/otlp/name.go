package otlp

import (
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// Name returns the name under which a metric, and no other, is pushed: that of the
// page without its unit and _total. A Prometheus server that adds suffixes to what
// it receives makes the name of the page of it and of Unit, unless total is also a
// word in the middle of a counter's name: the server takes that one away.
func Name(d *metric.Desc) string {
	name, _ := nameAndUnit(d)
	return name
}

// Unit returns the UCUM unit with which a metric is pushed. It is empty for gauges
// that are neither a quantity of something nor a ratio, such as those that are 0
// or 1, since a Prometheus server takes every gauge in "1" for a ratio and says so
// in its name.
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
	case strings.HasPrefix(d.Unit, "{"), keepsUnit(d):
		return name, d.Unit
	case d.Unit != "" && d.Unit != "1":
		base, found := strings.CutSuffix(name, "_"+suffix(d.Unit))
		if found {
			return base, d.Unit
		}
		// As a unit it would be added to a name that doesn't have it.
		return name, "{" + d.Unit + "}"
	case d.Kind != metric.Gauge:
		return name, "1"
	}
	if base, found := strings.CutSuffix(name, "_ratio"); found {
		return base, "1"
	}
	return name, ""
}

// keepsUnit reports whether a metric would have the name of another one without
// its unit. A Prometheus server doesn't add a unit that the name has.
func keepsUnit(d *metric.Desc) bool {
	return d.Name == "liveperson_agent_status_seconds_total" // liveperson_agent_status is the state
}

// suffix is what a Prometheus server makes of a unit.
func suffix(unit string) string {
	switch unit {
	case "d":
		return "days"
	case "h":
		return "hours"
	case "min":
		return "minutes"
	case "s":
		return "seconds"
	case "ms":
		return "milliseconds"
	case "By":
		return "bytes"
	}
	return unit
}
