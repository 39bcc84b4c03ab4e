package simulator

// schedule holds what is to happen, earliest first and, at one instant, in the order in which it was added.
// The zero value is empty and ready.
type schedule[T any] struct {
	items []item[T]
	added uint64
}

type item[T any] struct {
	at   int64
	seq  uint64
	what T
}

func (a item[T]) before(b item[T]) bool {
	return a.at < b.at || a.at == b.at && a.seq < b.seq
}

func (s *schedule[T]) add(at int64, what T) {
	s.added++
	s.items = append(s.items, item[T]{at, s.added, what})
	i := len(s.items) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !s.items[i].before(s.items[up]) {
			return
		}
		s.items[i], s.items[up] = s.items[up], s.items[i]
		i = up
	}
}

// next is when the first item is due, and whether there is one.
func (s *schedule[T]) next() (int64, bool) {
	if len(s.items) == 0 {
		return 0, false
	}
	return s.items[0].at, true
}

// take removes the first item; there must be one.
func (s *schedule[T]) take() item[T] {
	first, last := s.items[0], len(s.items)-1
	s.items[0] = s.items[last]
	s.items[last] = item[T]{}
	s.items = s.items[:last]
	s.sink(0)
	return first
}

func (s *schedule[T]) sink(i int) {
	for {
		low := i
		for _, down := range [2]int{2*i + 1, 2*i + 2} {
			if down < len(s.items) && s.items[down].before(s.items[low]) {
				low = down
			}
		}
		if low == i {
			return
		}
		s.items[i], s.items[low] = s.items[low], s.items[i]
		i = low
	}
}

// postpone moves everything later by the given milliseconds; the order stays.
func (s *schedule[T]) postpone(by int64) {
	for i := range s.items {
		s.items[i].at += by
	}
}
