package page

import (
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// part is what one batch gives to one family: its series in the order of the
// page, each once. It never changes once it is in a state.
type part struct {
	desc          *metric.Desc
	account       string
	labels        layout
	sparseLabels  bool            // whether some series lack a label that others have
	needsCleaning bool            // whether some values of labels are to be cleaned
	samples       []metric.Sample // all of the batch
	order         []int32         // those of the part, as the page orders them
}

// newPart returns the part that b gives to the family of d, without series.
func newPart(d *metric.Desc, b *metric.Batch) *part {
	return &part{desc: d, account: b.Account, labels: newLayout(d, b), samples: b.Samples}
}

// add appends sample i of the batch to the order, which is sorted later.
func (p *part) add(i int32) {
	p.order = append(p.order, i)
	for _, v := range p.samples[i].Labels {
		p.sparseLabels = p.sparseLabels || v == ""
		p.needsCleaning = p.needsCleaning || !metric.IsCleanLabel(v)
	}
}

// pairs appends the labels of s to dst. A label without a value is absent.
func (p *part) pairs(dst []Label, s *metric.Sample) []Label {
	for i := range p.labels {
		if v := p.value(i, s.Labels); v != "" {
			dst = append(dst, Label{p.labels[i].name, v})
		}
	}
	return dst
}

// value returns what slot i of the layout holds for s.
func (p *part) value(i int, values []string) string {
	f := &p.labels[i]
	if f.index < 0 {
		return f.value
	}
	if p.needsCleaning {
		return metric.CleanLabel(values[f.index])
	}
	return values[f.index]
}

// compare orders the samples i and j of the batch, zero where they are one series.
func (p *part) compare(i, j int32) int {
	a, b := &p.samples[i], &p.samples[j]
	if p.sparseLabels || p.needsCleaning {
		var x, y [16]Label
		return comparePairs(p.pairs(x[:0], a), p.pairs(y[:0], b))
	}
	for _, f := range p.labels {
		if f.index < 0 {
			continue
		}
		if c := strings.Compare(a.Labels[f.index], b.Labels[f.index]); c != 0 {
			return c
		}
	}
	return 0
}

// without returns p without the series that other has too, and how many these
// are; p itself if there are none.
func (p *part) without(other *part) (*part, int) {
	var x, y []Label
	next := 0
	shared := func(i int32) bool {
		x = p.pairs(x[:0], &p.samples[i])
		for ; next < len(other.order); next++ {
			y = other.pairs(y[:0], &other.samples[other.order[next]])
			if c := comparePairs(x, y); c <= 0 {
				return c == 0
			}
		}
		return false
	}
	order := slices.DeleteFunc(slices.Clone(p.order), shared)
	if len(order) == len(p.order) {
		return p, 0
	}
	rest := *p
	rest.order = order
	return &rest, len(p.order) - len(order)
}

// of reports whether the part is on a page of accounts, nil for all.
func (p *part) of(accounts []string) bool {
	if accounts == nil {
		return true
	}
	_, found := slices.BinarySearch(accounts, p.account)
	return found
}
