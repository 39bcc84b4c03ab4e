package operations

import "time"

// Counts are counters of a group, or how much they grew.
type Counts struct {
	// Calls are the contacts, Inbound those of them that came in.
	Calls, Inbound float64
	// Seconds are what agents spent on them.
	Seconds float64
}

// Counted are the counters of one group at a time.
type Counted struct {
	Group string
	// At is when they were so.
	At time.Time
	Counts
}

// Sums adds up counters by group.
type Sums struct {
	place map[string]int
	list  []Counted
}

// NewSums returns Sums of no group.
func NewSums() *Sums { return &Sums{place: map[string]int{}} }

// Of returns the counts of a group; they are to be changed before the next call. Those
// of counters without a group are not in the List.
func (s *Sums) Of(group string) *Counts {
	if group == "" {
		return new(Counts)
	}
	i, met := s.place[group]
	if !met {
		i = len(s.list)
		s.place[group] = i
		s.list = append(s.list, Counted{Group: group})
	}
	return &s.list[i].Counts
}

// List returns the counts of every group, which were so at a time.
func (s *Sums) List(at time.Time) []Counted {
	for i := range s.list {
		s.list[i].At = at
	}
	return s.list
}
