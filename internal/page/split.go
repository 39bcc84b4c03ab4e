package page

import (
	"cmp"
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// split makes the parts of a batch, and counts the samples that are dropped: those
// that are not complete, and all but the first of equal series.
func split(b *metric.Batch) (parts []*part, dropped int) {
	index := make(map[*metric.Desc]*part)
	for i := range b.Samples {
		s := &b.Samples[i]
		if !complete(s) {
			dropped++
			continue
		}
		p := index[s.Desc]
		if p == nil {
			p = newPart(s.Desc, b)
			index[s.Desc] = p
			parts = append(parts, p)
		}
		p.add(int32(i))
	}
	var hint []int32
	for _, p := range parts {
		var n int
		hint, n = p.sort(hint)
		dropped += n
	}
	return parts, dropped
}

// complete reports whether s has a Desc and what the Desc requires.
func complete(s *metric.Sample) bool {
	return s.Desc != nil && len(s.Labels) == len(s.Desc.Labels) &&
		(s.Histogram != nil || s.Desc.Kind != metric.Histogram)
}

// sort puts the samples in order, drops all but the first of equal ones and
// returns how many it dropped, and the permutation that it applied; nil if they
// stood in order. A translator goes through its records once for all metrics, so
// that the permutation that sorted another part, the hint, often sorts this one.
func (p *part) sort(hint []int32) (permutation []int32, dropped int) {
	for _, h := range [][]int32{hint, nil} {
		if h != nil && len(h) != len(p.order) {
			continue
		}
		if order := permuted(p.order, h); p.sorted(order) {
			p.order = order
			return h, 0
		}
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

// sorted reports whether the samples are in order, none of them twice.
func (p *part) sorted(order []int32) bool {
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
