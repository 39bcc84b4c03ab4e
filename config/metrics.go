package config

import (
	"fmt"
	"path"
	"slices"
)

// Metrics chooses among metrics by patterns of their names, in which * stands for any
// letters and ? for one.
type Metrics struct {
	Drop []string `yaml:"drop" pattern:"^[a-z0-9_*?]+$" form:"a metric name, in which * and ? may stand for letters" doc:"Metrics that are left out, except those that keep names."`
	Keep []string `yaml:"keep" pattern:"^[a-z0-9_*?]+$" form:"a metric name, in which * and ? may stand for letters" doc:"Without drop: the only metrics that are shown. With drop: its exceptions."`
}

// Shows reports whether the metric with that name is to be shown.
func (m Metrics) Shows(name string) bool {
	if matchesAny(m.Keep, name) {
		return true
	}
	if len(m.Drop) == 0 {
		return len(m.Keep) == 0
	}
	return !matchesAny(m.Drop, name)
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		matches, err := path.Match(p, name)
		return err == nil && matches
	})
}

// StateSets is which series of a state set are shown.
type StateSets string

// The choices.
const (
	AllStates    StateSets = "all"
	ActiveStates StateSets = "active" // those that are 1, or were within the hour
)

// patterns checks that each pattern matches a metric of the vendor.
func (d *decoder) patterns(key string, patterns []string) {
	for i, p := range patterns {
		if !slices.ContainsFunc(d.vendor.Metrics, func(name string) bool { return matchesAny([]string{p}, name) }) {
			d.fail(fmt.Sprintf("%s[%d]", key, i), "%q matches no metric of %s%s", p, d.vendor.Title, nearestMetric(p, d.vendor.Metrics))
		}
	}
}

func nearestMetric(pattern string, known []string) string {
	if near := nearest(pattern, known); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return ": the command metrics lists them"
}
