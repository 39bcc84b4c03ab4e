package page

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/metric"
)

// part is what one batch gives to one family: its series in the order of the
// page, each once. It never changes once it is in a book.
type part struct {
	desc    *metric.Desc
	account string
	labels  layout
	samples []metric.Sample // all of the batch
	order   []int32         // those of the part, as the page orders them
	sorting []int32         // the permutation that put them there; nil if they stood so
	ragged  bool            // whether some series lack a label that others have
	content []*content      // of each chunk of the order
}

// chunk is how many series are made at a time, and again if one of them changes.
// Chunks cost a part half as much time again to compress, and an eighth more bytes;
// shorter ones cost more.
const chunk = 128

// content stands for what a chunk says: what was made of one chunk is good for
// all that share its content.
type content struct{ _ byte }

// split makes the parts of a batch, and counts the samples that find no place:
// those without a form, and all but the first of equal series. old are the parts
// of the generation before: what they say too is not made again.
func split(b *metric.Batch, old []*part) (parts []*part, dropped int) {
	samples := b.Samples
	index := make(map[*metric.Desc]*part)
	for i := range b.Samples {
		s := &b.Samples[i]
		if !formed(s) {
			dropped++
			continue
		}
		if !tidy(s.Labels) {
			if &samples[0] == &b.Samples[0] {
				samples = slices.Clone(b.Samples)
			}
			samples[i].Labels = cleaned(s.Labels)
		}
		p := index[s.Desc]
		if p == nil {
			p = &part{desc: s.Desc, account: b.Account, labels: newLayout(s.Desc, b)}
			index[s.Desc] = p
			parts = append(parts, p)
		}
		p.order = append(p.order, int32(i))
		p.ragged = p.ragged || slices.Contains(s.Labels, "")
	}
	before := make(map[*metric.Desc]*part, len(old))
	for _, p := range old {
		before[p.desc] = p
	}
	var hint []int32
	for _, p := range parts {
		p.samples = samples
		if was := before[p.desc]; was != nil {
			dropped += p.sort(was.sorting, hint)
			p.fill(was)
		} else {
			dropped += p.sort(hint)
			p.fill(nil)
		}
		hint = p.sorting
	}
	return parts, dropped
}

// formed reports whether s has what its Desc promises.
func formed(s *metric.Sample) bool {
	return s.Desc != nil && len(s.Labels) == len(s.Desc.Labels) &&
		(s.Histogram != nil || s.Desc.Kind != metric.Histogram)
}

// chunk returns the order of chunk n.
func (p *part) chunk(n int) []int32 {
	return p.order[n*chunk : min((n+1)*chunk, len(p.order))]
}

// each calls f with every sample of chunk n and its labels, which f must not
// keep.
func (p *part) each(n int, f func(*metric.Sample, []pair)) {
	pairs := make([]pair, 0, len(p.labels))
	for _, i := range p.chunk(n) {
		s := &p.samples[i]
		pairs = p.labels.pairs(pairs[:0], s)
		f(s, pairs)
	}
}

// compare orders the samples i and j of the batch, zero where they are one series.
func (p *part) compare(i, j int32) int {
	a, b := &p.samples[i], &p.samples[j]
	if p.ragged {
		var x, y [16]pair
		return comparePairs(p.labels.pairs(x[:0], a), p.labels.pairs(y[:0], b))
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

// sort puts the samples in order, drops all but the first of equal ones and
// returns how many it dropped. A translator goes through its records once for
// all metrics, and a vendor lists them in the same order every time, so that the
// permutation that sorted another part or generation often sorts this one.
func (p *part) sort(hints ...[]int32) (dropped int) {
	for _, h := range append(hints, nil) {
		if h != nil && len(h) != len(p.order) {
			continue
		}
		if order := permuted(p.order, h); p.rising(order) {
			p.order, p.sorting = order, h
			return 0
		}
	}
	p.sorting = make([]int32, len(p.order))
	for i := range p.sorting {
		p.sorting[i] = int32(i)
	}
	slices.SortFunc(p.sorting, func(i, j int32) int {
		if c := p.compare(p.order[i], p.order[j]); c != 0 {
			return c
		}
		return cmp.Compare(i, j)
	})
	p.order = permuted(p.order, p.sorting)
	before := len(p.order)
	p.order = slices.CompactFunc(p.order, func(i, j int32) bool { return p.compare(i, j) == 0 })
	return before - len(p.order)
}

// rising reports whether the samples are in order, none of them twice.
func (p *part) rising(order []int32) bool {
	for i := 1; i < len(order); i++ {
		if p.compare(order[i-1], order[i]) >= 0 {
			return false
		}
	}
	return true
}

// permuted returns order[permutation[0]], order[permutation[1]] and so on; nil
// leaves the order alone.
func permuted(order, permutation []int32) []int32 {
	if permutation == nil {
		return order
	}
	out := make([]int32, len(order))
	for i, from := range permutation {
		out[i] = order[from]
	}
	return out
}

// without returns p without the series that other has too, and how many these
// are; p itself if there are none.
func (p *part) without(other *part) (*part, int) {
	var x, y []pair
	next := 0
	shared := func(i int32) bool {
		x = p.labels.pairs(x[:0], &p.samples[i])
		for ; next < len(other.order); next++ {
			y = other.labels.pairs(y[:0], &other.samples[other.order[next]])
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
	rest.fill(nil)
	return &rest, len(p.order) - len(order)
}

// of reports whether the part stands on a page of accounts.
func (p *part) of(accounts []string) bool {
	return p.account == "" || slices.Contains(accounts, p.account)
}

// fill gives every chunk its content: that of the generation before, which may
// be nil, where it says the same.
func (p *part) fill(old *part) {
	p.content = make([]*content, (len(p.order)+chunk-1)/chunk)
	for n := range p.content {
		if old != nil && n < len(old.content) && p.says(n, old) {
			p.content[n] = old.content[n]
		} else {
			p.content[n] = new(content)
		}
	}
}

// says reports whether chunk n of p and of other, of the same source and Desc,
// say the same.
func (p *part) says(n int, other *part) bool {
	return slices.EqualFunc(p.chunk(n), other.chunk(n), func(i, j int32) bool {
		a, b := &p.samples[i], &other.samples[j]
		return math.Float64bits(a.Value) == math.Float64bits(b.Value) && a.Since.Equal(b.Since) &&
			slices.Equal(a.Labels, b.Labels) && same(a.Histogram, b.Histogram)
	})
}

// same reports whether two distributions are equal; a sum may be NaN.
func same(a, b *metric.Distribution) bool {
	if a == b || a == nil || b == nil {
		return a == b
	}
	return a.Count == b.Count && math.Float64bits(a.Sum) == math.Float64bits(b.Sum) &&
		slices.Equal(a.Counts, b.Counts) && a.Zero == b.Zero && maps.Equal(a.Native, b.Native)
}
