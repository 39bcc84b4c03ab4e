package promises

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// sheet is everything that is shown, by series.
type sheet map[string]float64

// id writes a series: its name, and pairs of label and value. An empty value is
// no label.
func id(name string, labels ...string) string {
	pairs := make([]string, 0, len(labels)/2)
	for i := 0; i < len(labels); i += 2 {
		if labels[i+1] != "" {
			pairs = append(pairs, labels[i]+"="+strconv.Quote(labels[i+1]))
		}
	}
	slices.Sort(pairs)
	return name + "{" + strings.Join(pairs, ",") + "}"
}

// shown returns what is shown of an account, without the labels account and
// vendor. A histogram is shown by its count.
func (x *exporter) shown(account string) sheet {
	x.t.Helper()
	all := sheet{}
	for _, b := range x.manager.Gather() {
		if b.Account == account {
			x.add(all, b)
		}
	}
	return all
}

func (x *exporter) add(all sheet, b metric.Batch) {
	x.t.Helper()
	for _, s := range b.Samples {
		var labels []string
		for i, l := range s.Desc.Labels {
			labels = append(labels, l, s.Labels[i])
		}
		k := id(s.Desc.Name, labels...)
		if _, met := all[k]; met {
			x.t.Errorf("account %s shows %s twice", b.Account, k)
		}
		all[k] = s.Value
		if s.Histogram != nil {
			all[k] = float64(s.Histogram.Count)
		}
	}
}

// value returns the value of a series, and fails the test if it isn't shown.
func (s sheet) value(t testing.TB, name string, labels ...string) float64 {
	t.Helper()
	v, ok := s[id(name, labels...)]
	if !ok {
		t.Errorf("%s is not shown", id(name, labels...))
	}
	return v
}

// of returns the series of one metric.
func (s sheet) of(name string) sheet {
	out := sheet{}
	for k, v := range s {
		if strings.HasPrefix(k, name+"{") {
			out[k] = v
		}
	}
	return out
}

func (s sheet) sum() float64 {
	var sum float64
	for _, v := range s {
		sum += v
	}
	return sum
}

// counters returns the series that must never fall.
func (s sheet) counters() sheet {
	out := sheet{}
	for k, v := range s {
		if name, _, _ := strings.Cut(k, "{"); strings.HasSuffix(name, "_total") {
			out[k] = v
		}
	}
	return out
}

// fellFrom returns what was higher before, or has vanished.
func (s sheet) fellFrom(before sheet) []string {
	var fell []string
	for _, k := range slices.Sorted(maps.Keys(before)) {
		if v, ok := s[k]; !ok || v < before[k] {
			fell = append(fell, fmt.Sprintf("%s from %v to %v", k, before[k], v))
		}
	}
	return fell
}

// healthy fails the test if a fetch of an account has failed.
func (s sheet) healthy(t testing.TB) {
	t.Helper()
	for k, v := range s.of("contactcenter_source_fetch_errors_total") {
		if v != 0 {
			t.Errorf("%s = %v, want no failed fetch", k, v)
		}
	}
	for k, v := range s.of("contactcenter_source_up") {
		if v != 1 {
			t.Errorf("%s = %v, want every source up", k, v)
		}
	}
}

// compare fails the test where got differs from want, at the first few series.
func compare(t testing.TB, what string, got, want sheet) {
	t.Helper()
	const enough = 8
	wrong := 0
	for _, k := range slices.Sorted(maps.Keys(want)) {
		v, ok := got[k]
		if ok && near(v, want[k]) || !ok && want[k] == 0 {
			continue
		}
		if wrong++; wrong <= enough {
			t.Errorf("%s: %s = %v (shown %v), want %v", what, k, v, ok, want[k])
		}
	}
	for _, k := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[k]; ok || got[k] == 0 {
			continue
		}
		if wrong++; wrong <= enough {
			t.Errorf("%s: %s = %v is not in the truth", what, k, got[k])
		}
	}
	if wrong > enough {
		t.Errorf("%s: %d series differ", what, wrong)
	}
}

// lastError fails the test unless the source shows the class of its newest error,
// and no other; class "" is for a newest fetch that succeeded.
func (s sheet) lastError(t testing.TB, source, class string) {
	t.Helper()
	for k, v := range s.of("contactcenter_source_last_error") {
		if strings.Contains(k, fmt.Sprintf("source=%q", source)) && (class == "" || v != 1 || k != id("contactcenter_source_last_error", "source", source, "class", class)) {
			t.Errorf("%s = %v, want class %q alone", k, v, class)
		}
	}
	if _, shown := s[id("contactcenter_source_last_error", "source", source, "class", class)]; !shown && class != "" {
		t.Errorf("%s: the newest error is not shown, want class %s", source, class)
	}
}

// near allows for the rounding of sums of binary fractions, and nothing else.
func near(a, b float64) bool { return max(a-b, b-a) < 1e-6 }
