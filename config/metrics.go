package config

import (
	"fmt"
	"slices"
)

// Metrics selects metrics by patterns of their names.
type Metrics struct {
	Drop []Pattern `yaml:"drop" pattern:"^[a-z0-9_*?]+$" form:"a metric name, in which * and ? may stand for letters" doc:"Metrics that are left out, except those that keep names. The exporter's own metrics are always shown."`
	Keep []Pattern `yaml:"keep" pattern:"^[a-z0-9_*?]+$" form:"a metric name, in which * and ? may stand for letters" doc:"Without drop: the only metrics that are shown, besides the exporter's own. With drop: its exceptions."`
}

// Shows reports whether the metric with that name is to be shown.
func (m Metrics) Shows(name string) bool {
	switch {
	case len(m.Drop) == 0:
		return MatchesAny(m.Keep, name)
	case len(m.Keep) > 0 && MatchesAny(m.Keep, name):
		return true
	}
	return !MatchesAny(m.Drop, name)
}

// StateSets is which series of a state set are shown.
type StateSets string

// The choices.
const (
	AllStates    StateSets = "all"
	ActiveStates StateSets = "active" // those that are 1, or were within the hour
)

// patterns checks that each pattern matches a metric of the vendor.
func (d *decoder) patterns(key string, patterns []Pattern) {
	for i, p := range patterns {
		switch {
		case slices.ContainsFunc(d.vendor.Metrics, p.Matches):
		case slices.ContainsFunc(d.vendor.Always, p.Matches):
			d.fail(fmt.Sprintf("%s[%d]", key, i), "%q matches metrics of the exporter itself alone, which are always shown", p)
		default:
			hint := ": the command metrics lists them"
			if near := nearest(string(p), d.vendor.Metrics); near != "" {
				hint = "; did you mean " + near + "?"
			}
			d.fail(fmt.Sprintf("%s[%d]", key, i), "%q matches no metric of %s%s", p, d.vendor.Title, hint)
		}
	}
}
