package e2e

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// growth compares what both routes say of the time between two moments at which they agreed: exactly, by increase()
// without extrapolation, and by rate() as people use it, which extrapolates by as much as the samples' times differ.
func (r *routes) growth(t *testing.T, before map[string]string, begin, end float64) {
	t.Helper()
	window := fmt.Sprintf("[%dms", int64(math.Round((end-begin+settled-1)*1000)))
	grown := 0
	for form, near := range map[string]float64{"increase(%s" + window + "] anchored)": 1e-9, "rate(%s" + window + "])": 0.1} {
		want, err := r.counters(form, "scraped", before, end)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.counters(form, "contactcenter_exporter", before, end)
		if err != nil {
			t.Fatal(err)
		}
		for s, w := range want {
			if g, ok := got[s]; !ok || math.Abs(g-w) > near*math.Abs(w) {
				t.Errorf(form+" is %v scraped and %v pushed", s, w, g)
			}
			if w > 0 {
				grown++
			}
		}
	}
	t.Logf("%d values of increase() and rate() over %s] are more than zero", grown, window)
	if grown < 100 {
		t.Error("too few counters have grown")
	}
}

// typeOrUnit matches the labels that functions of PromQL leave out together with the name.
var typeOrUnit = regexp.MustCompile(` __(type|unit)__="[^"]*"`)

// counters evaluates an expression at a time for each series of a counter that was there before, as one route tells of it.
// A series that begins later is left out: which of its values a route sees first is chance, and growth counts from there.
func (r *routes) counters(form, job string, before map[string]string, at float64) (map[string]float64, error) {
	names, had := map[string]bool{}, map[string]bool{}
	for s := range before {
		if name, _, _ := strings.Cut(s, " "); !strings.Contains(s, `__type__="gauge"`) && !ofThePush(s) {
			names[name] = true
			had[typeOrUnit.ReplaceAllString(s, "")] = true
		}
	}
	out := map[string]float64{}
	for name := range names {
		// The functions leave the name out.
		rows, err := r.read(fmt.Sprintf(form, fmt.Sprintf("{__name__=%q, job=%q}", name, job)), at)
		if err != nil {
			return nil, err
		}
		for s, v := range rows {
			if !had[name+s] {
				continue
			}
			if out[name+s], err = strconv.ParseFloat(v, 64); err != nil {
				return nil, fmt.Errorf("%s: %w", name+s, err)
			}
		}
	}
	return out, nil
}
