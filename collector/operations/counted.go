package operations

import "time"

// Counts are counters of a group, or how much they grew.
type Counts struct {
	// Calls are the contacts, Inbound those of them that came in.
	Calls, Inbound float64
	// Seconds are what agents spent on them.
	Seconds float64
}

// Counted are the counters of an account's groups at a time. The zero value has no group.
type Counted struct {
	At     time.Time
	Groups map[string]*Counts
}

// Of returns the counts of a group, to be added to. Those of counters without a group are
// not kept.
func (c *Counted) Of(group string) *Counts {
	if group == "" {
		return new(Counts)
	}
	if c.Groups == nil {
		c.Groups = map[string]*Counts{}
	}
	if c.Groups[group] == nil {
		c.Groups[group] = new(Counts)
	}
	return c.Groups[group]
}
