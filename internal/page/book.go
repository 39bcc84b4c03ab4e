package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	dto "github.com/prometheus/client_model/go"
)

// book is what one call of gather gave, in the order of the page. It never
// changes.
type book struct {
	edition  int      // counts the books
	stamps   []stamp  // of the batches, in the order of gather
	sources  []source // what was made of the batches, in the order of the page
	families []*family
	dropped  int
}

// stamp tells whether a batch has changed.
type stamp struct {
	account, vendor, source string
	generation              uint64
}

func stampOf(b *metric.Batch) stamp {
	return stamp{b.Account, b.Vendor, b.Source, b.Generation}
}

// source is a batch and its parts.
type source struct {
	stamp
	parts   []*part
	dropped int
}

// family is a metric of the page. The Desc is that of its first part.
type family struct {
	desc  *metric.Desc
	parts []*part
}

// name of the family, as in text 0.0.4.
func (f *family) name() string { return f.desc.Name }

// typeOf is the type of a family on the page: a state set is a gauge there.
func typeOf(k metric.Kind) dto.MetricType {
	switch k {
	case metric.Counter:
		return dto.MetricType_COUNTER
	case metric.Histogram:
		return dto.MetricType_HISTOGRAM
	}
	return dto.MetricType_GAUGE
}

// current reports whether the book still says what batches say.
func (b *book) current(batches []metric.Batch) bool {
	if len(b.stamps) != len(batches) {
		return false
	}
	for i := range batches {
		if b.stamps[i] != stampOf(&batches[i]) {
			return false
		}
	}
	return true
}

// next returns the book of batches. It takes the parts of a batch of the same
// generation from b.
func (b *book) next(batches []metric.Batch) *book {
	known := make(map[stamp]source, len(b.sources))
	for _, s := range b.sources {
		known[s.stamp] = s
	}
	n := &book{edition: b.edition + 1}
	for i := range batches {
		n.stamps = append(n.stamps, stampOf(&batches[i]))
	}
	for _, batch := range inOrder(batches) {
		key := stampOf(batch)
		s, ok := known[key]
		delete(known, key) // one source may stand there twice by mistake: the second is another one
		if !ok {
			s = source{stamp: key}
			s.parts, s.dropped = split(batch)
		}
		n.sources = append(n.sources, s)
		n.dropped += s.dropped
	}
	n.bind()
	return n
}

// inOrder returns batches in the order in which they stand on the page. Those of
// the exporter as a whole come first.
func inOrder(batches []metric.Batch) []*metric.Batch {
	sorted := make([]*metric.Batch, len(batches))
	for i := range batches {
		sorted[i] = &batches[i]
	}
	slices.SortStableFunc(sorted, func(a, b *metric.Batch) int {
		return cmp.Or(
			strings.Compare(a.Account, b.Account),
			strings.Compare(a.Vendor, b.Vendor),
			strings.Compare(a.Source, b.Source),
		)
	})
	return sorted
}

// bind makes families of the parts of all sources.
func (b *book) bind() {
	index := make(map[string]*family)
	for _, s := range b.sources {
		for _, p := range s.parts {
			f := index[p.desc.Name]
			if f == nil {
				f = &family{desc: p.desc}
				index[p.desc.Name] = f
				b.families = append(b.families, f)
			}
			b.dropped += f.add(p)
		}
	}
	slices.SortFunc(b.families, func(x, y *family) int { return strings.Compare(x.name(), y.name()) })
}

// add takes what of p is not in the family yet, and returns how many series it
// refused: those that are, or all if p is of another type.
func (f *family) add(p *part) (refused int) {
	if typeOf(p.desc.Kind) != typeOf(f.desc.Kind) {
		return len(p.order)
	}
	for _, other := range f.rivals(p.account) {
		var n int
		p, n = p.without(other)
		refused += n
	}
	if len(p.order) > 0 {
		f.parts = append(f.parts, p)
	}
	return refused
}

// rivals returns the parts in which series of a further part of account may be:
// its own, and those without an account, whose series may name it themselves.
// Series of two accounts differ in the label account.
func (f *family) rivals(account string) []*part {
	end := len(f.parts)
	for end > 0 && f.parts[end-1].account == account {
		end--
	}
	start := 0 // parts stand in the order of their accounts, "" first
	for start < end && f.parts[start].account == "" {
		start++
	}
	return slices.Concat(f.parts[:start], f.parts[end:])
}
