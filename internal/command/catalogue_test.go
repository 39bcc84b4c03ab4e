package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

// released is the catalogue of the last release, as metrics --format json printed it; before the first release it is that of an
// earlier commit. CONTRIBUTING.md says when it is renewed.
const released = "testdata/released_metrics.json"

// catalogued is what a release promises of a metric of the stability class stable.
type catalogued struct {
	Name, Type, Unit, Stability string
	Labels                      []string
}

// catalogue reads what metrics --format json prints, by name.
func catalogue(t *testing.T, text []byte) map[string]catalogued {
	t.Helper()
	var groups []struct{ Metrics []catalogued }
	if err := json.Unmarshal(text, &groups); err != nil {
		t.Fatal(err)
	}
	all := map[string]catalogued{}
	for _, g := range groups {
		for _, m := range g.Metrics {
			slices.Sort(m.Labels)
			all[m.Name] = m
		}
	}
	return all
}

// brokenPromises lists the stable metrics of a release that are gone or are others now.
func brokenPromises(before, now map[string]catalogued) []string {
	var all []string
	for name, was := range before {
		if was.Stability != "stable" {
			continue
		}
		if is, ok := now[name]; !ok {
			all = append(all, name+" is gone")
		} else if fmt.Sprint(is) != fmt.Sprint(was) {
			all = append(all, fmt.Sprintf("%s is %v, was %v", name, is, was))
		}
	}
	slices.Sort(all)
	return all
}

func TestStableMetricsOfTheLastReleaseStay(t *testing.T) {
	var now bytes.Buffer
	if err := writeJSON(&now, metricGroups(vendortest.Vendors())); err != nil {
		t.Fatal(err)
	}
	before := catalogue(t, read(t, released))
	if len(before) < 100 {
		t.Fatalf("%s has %d metrics", released, len(before))
	}
	for _, broken := range brokenPromises(before, catalogue(t, now.Bytes())) {
		t.Errorf("%s: it was promised to stay; before the first release, run make released-metrics if the change is meant", broken)
	}
}

func TestBrokenPromises(t *testing.T) {
	const before = `[{"metrics": [
		{"name": "stays", "type": "gauge", "unit": "seconds", "labels": ["a", "b"], "stability": "stable", "help": "Before."},
		{"name": "goes", "type": "gauge", "labels": [], "stability": "stable"},
		{"name": "type", "type": "gauge", "labels": [], "stability": "stable"},
		{"name": "unit", "type": "gauge", "labels": [], "stability": "stable"},
		{"name": "label", "type": "gauge", "labels": ["a"], "stability": "stable"},
		{"name": "class", "type": "gauge", "labels": [], "stability": "stable"},
		{"name": "trial", "type": "gauge", "labels": [], "stability": "experimental"}]}]`
	const now = `[{"metrics": [
		{"name": "stays", "type": "gauge", "unit": "seconds", "labels": ["b", "a"], "stability": "stable", "help": "Now."},
		{"name": "type", "type": "counter", "labels": [], "stability": "stable"},
		{"name": "unit", "type": "gauge", "unit": "bytes", "labels": [], "stability": "stable"}]},
		{"metrics": [
		{"name": "label", "type": "gauge", "labels": ["a", "b"], "stability": "stable"},
		{"name": "class", "type": "gauge", "labels": [], "stability": "experimental"},
		{"name": "new", "type": "gauge", "labels": [], "stability": "stable"}]}]`
	var names []string
	for _, broken := range brokenPromises(catalogue(t, []byte(before)), catalogue(t, []byte(now))) {
		name, _, _ := strings.Cut(broken, " ")
		names = append(names, name)
	}
	if got := strings.Join(names, " "); got != "class goes label type unit" {
		t.Errorf("broken: %s", got)
	}
}
