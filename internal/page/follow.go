package page

import (
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// follow makes the parts of b out of those of old, which is the same source a
// generation before. It fails where making them from nothing is easier.
func follow(old *source, b *metric.Batch) (parts []*part, dropped int, ok bool) {
	s, ok := succeed(old.samples, b.Samples)
	if !ok || s.places != nil && old.dropped > 0 {
		return nil, 0, false
	}
	fresh := make(map[*metric.Desc][]int32)
	for _, i := range s.fresh {
		if !formed(&b.Samples[i]) {
			return nil, 0, false
		}
		d := b.Samples[i].Desc
		fresh[d] = append(fresh[d], i)
	}
	for _, p := range old.parts {
		next, ok := s.follow(p, fresh[p.desc])
		if !ok {
			return nil, 0, false
		}
		delete(fresh, p.desc)
		if len(next.order) > 0 {
			parts = append(parts, next)
		}
	}
	for _, i := range s.fresh {
		d := b.Samples[i].Desc
		if fresh[d] == nil {
			continue
		}
		next, ok := s.follow(newPart(d, b), fresh[d])
		if !ok {
			return nil, 0, false
		}
		delete(fresh, d)
		parts = append(parts, next)
	}
	return parts, old.dropped, true
}

// follow returns what has become of p, with the fresh samples of its Desc. It
// fails if two of its samples are of one series.
func (s *succession) follow(p *part, fresh []int32) (next *part, ok bool) {
	next = new(*p)
	next.samples = s.samples
	next.chunks = slices.Clone(p.chunks)
	var changed int
	if s.places == nil {
		changed = s.stay(next)
	} else if changed, ok = s.move(next, fresh); !ok {
		return nil, false
	}
	if changed > 0 {
		next.chunks = chunked(next.chunks, grainOf(len(next.order), changed))
		next.content = new(content)
	}
	return next, true
}

// stay takes the content from the chunks of p in which samples have changed, and
// returns how many.
func (s *succession) stay(p *part) (changed int) {
	for n := range p.chunks {
		differ := 0
		for _, i := range p.chunk(n) {
			if s.changed[i] {
				differ++
			}
		}
		if differ > 0 {
			p.chunks[n].content = nil
			changed += differ
		}
	}
	return changed
}

// move puts what is left of the old samples of p and the fresh ones in order, as
// stay does. It fails if two of them are of one series.
func (s *succession) move(p *part, fresh []int32) (changed int, ok bool) {
	for _, i := range fresh {
		p.learn(i)
	}
	slices.SortFunc(fresh, p.compare)
	if !p.rising(fresh) {
		return 0, false
	}
	old := p.order
	p.order = make([]int32, 0, len(old)+len(fresh))
	from := 0 // of the old order
	for n := range p.chunks {
		c := &p.chunks[n]
		start, waiting := len(p.order), len(fresh)
		differ := s.keep(p, old[from:c.end])
		if fresh, ok = p.merge(start, fresh); !ok {
			return 0, false
		}
		if differ += waiting - len(fresh); differ > 0 {
			c.content = nil
			changed += differ
		}
		from, c.end = c.end, len(p.order)
	}
	if len(fresh) > 0 {
		p.order = append(p.order, fresh...)
		p.chunks = append(p.chunks, chunk{end: len(p.order)})
	}
	return changed + len(fresh), true
}

// keep appends to the order of p what is left of some old samples, and returns
// how many of these have changed or left.
func (s *succession) keep(p *part, old []int32) (differ int) {
	for _, j := range old {
		i := s.places[j]
		if i != left {
			p.order = append(p.order, i)
		}
		if i == left || s.changed[i] {
			differ++
		}
	}
	return differ
}

// merge puts those of the fresh samples among the order from start on that stand
// above its last one, and returns the others. It fails if one of them is there
// already.
func (p *part) merge(start int, fresh []int32) (rest []int32, ok bool) {
	if start == len(p.order) || len(fresh) == 0 {
		return fresh, true
	}
	last := p.order[len(p.order)-1]
	n := 0
	for n < len(fresh) && p.compare(fresh[n], last) <= 0 {
		n++
	}
	for _, i := range fresh[:n] {
		at, found := slices.BinarySearchFunc(p.order[start:], i, p.compare)
		if found {
			return nil, false
		}
		p.order = slices.Insert(p.order, start+at, i)
	}
	return fresh[n:], true
}
