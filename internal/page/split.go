package page

import (
	"cmp"
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// split returns the source with the parts of a batch, and counts the samples that are
// dropped: those that are not complete, and all but the first of equal series. former are
// the parts of the generation before.
func (s source) split(b *metric.Batch, former []*part) source {
	index := make(map[*metric.Desc]*part)
	for i := range b.Samples {
		sample := &b.Samples[i]
		if !complete(sample) {
			s.dropped++
			continue
		}
		p := index[sample.Desc]
		if p == nil {
			p = newPart(sample.Desc, b)
			index[sample.Desc] = p
			s.parts = append(s.parts, p)
		}
		p.add(int32(i))
	}
	orders := make(map[*metric.Desc][]int32, len(former))
	for _, p := range former {
		orders[p.desc] = p.order
	}
	var hint []int32
	for _, p := range s.parts {
		var n int
		hint, n = p.sort(hint, orders[p.desc])
		s.dropped += n
	}
	return s
}

// complete reports whether s has a Desc and what the Desc requires.
func complete(s *metric.Sample) bool {
	return s.Desc != nil && len(s.Labels) == len(s.Desc.Labels) &&
		(s.Histogram != nil || s.Desc.Kind != metric.Histogram)
}

// sort puts the samples in order, drops all but the first of equal ones and
// returns how many it dropped, and the permutation that it applied; nil if they
// stood in order. A translator goes through its records once for all metrics, so
// that the permutation that sorted another part, the hint, often sorts this one;
// counters stand where they stood in the generation before, new ones behind them.
func (p *part) sort(hint, former []int32) (permutation []int32, dropped int) {
	switch hinted := permuted(p.order, hint); {
	case p.sorted(p.order):
		return nil, 0
	case hinted != nil && p.sorted(hinted):
		p.order = hinted
		return hint, 0
	}
	if order := p.continued(former); order != nil && p.sorted(order) {
		p.order = order
		return hint, 0
	}
	permutation = make([]int32, len(p.order))
	for i := range permutation {
		permutation[i] = int32(i)
	}
	slices.SortFunc(permutation, func(i, j int32) int {
		return cmp.Or(p.compare(p.order[i], p.order[j]), cmp.Compare(i, j))
	})
	p.order = permuted(p.order, permutation)
	before := len(p.order)
	p.order = slices.CompactFunc(p.order, func(i, j int32) bool { return p.compare(i, j) == 0 })
	return permutation, before - len(p.order)
}

// continued returns the former order with the samples behind it sorted in, or nil where
// the samples cannot be those of before and new ones.
func (p *part) continued(former []int32) []int32 {
	old := len(former)
	if old == 0 || old > len(p.order) {
		return nil
	}
	shift := p.order[0] - slices.Min(former)
	added := slices.Clone(p.order[old:])
	slices.SortFunc(added, p.compare)
	order := make([]int32, 0, len(p.order))
	for _, i := range former {
		if i += shift; i > p.order[old-1] || p.samples[i].Desc != p.desc {
			return nil
		}
		for len(added) > 0 && p.compare(added[0], i) < 0 {
			order, added = append(order, added[0]), added[1:]
		}
		order = append(order, i)
	}
	return append(order, added...)
}

// sorted reports whether the samples are in order, none of them twice.
func (p *part) sorted(order []int32) bool {
	for i := 1; i < len(order); i++ {
		if p.compare(order[i-1], order[i]) >= 0 {
			return false
		}
	}
	return true
}

// permuted returns order[permutation[0]], order[permutation[1]] and so on; nil where the
// permutation is of another length.
func permuted(order, permutation []int32) []int32 {
	if len(order) != len(permutation) {
		return nil
	}
	out := make([]int32, len(order))
	for i, from := range permutation {
		out[i] = order[from]
	}
	return out
}
