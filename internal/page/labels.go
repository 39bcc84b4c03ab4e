package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// slot is where the value of a label comes from: the sample's label at index,
// or the same value for all samples where index is negative.
type slot struct {
	name  string
	index int
	value string
}

// layout holds the labels of a Desc within one batch, in the order of the page.
type layout []slot

// newLayout returns the labels that samples of d have in b. Account and
// vendor of the batch replace labels of these names of d.
func newLayout(d *metric.Desc, b *metric.Batch) layout {
	l := make(layout, 0, len(d.Labels)+2)
	if b.Account != "" {
		l = append(l, slot{"account", -1, metric.CleanLabel(b.Account)})
	}
	if b.Vendor != "" && d.Shared() {
		l = append(l, slot{"vendor", -1, metric.CleanLabel(b.Vendor)})
	}
	fixed := l
	for i, name := range d.Labels {
		if !slices.ContainsFunc(fixed, func(s slot) bool { return s.name == name }) {
			l = append(l, slot{name: name, index: i})
		}
	}
	slices.SortFunc(l, func(a, b slot) int { return strings.Compare(a.name, b.name) })
	return l
}

// comparePairs orders series as client_golang does: by the number of labels,
// then by their values. Zero means that they are one series.
func comparePairs(a, b []Label) int {
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	for i := range a {
		if c := strings.Compare(a[i].Value, b[i].Value); c != 0 {
			return c
		}
	}
	return slices.CompareFunc(a, b, func(a, b Label) int { return strings.Compare(a.Name, b.Name) })
}
