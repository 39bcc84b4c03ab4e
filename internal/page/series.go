package page

import (
	"iter"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// Family is a metric with its series, grouped as on the page. The Desc is that of its first
// part.
type Family struct {
	Desc  *metric.Desc
	parts []*part
}

// Label is a label of a series.
type Label struct{ Name, Value string }

// Families groups batches by metric, in the order of the page. Malformed samples are left
// out, and so are all but the first of equal series.
func Families(batches []metric.Batch) []*Family { return new(pageState).next(batches).families }

// Series yields the samples of the family with their labels, which are valid until the
// next one.
func (f *Family) Series() iter.Seq2[[]Label, *metric.Sample] {
	return func(yield func([]Label, *metric.Sample) bool) {
		var labels []Label
		for _, p := range f.parts {
			for _, i := range p.order {
				s := &p.samples[i]
				if labels = p.pairs(labels[:0], s); !yield(labels, s) {
					return
				}
			}
		}
	}
}
