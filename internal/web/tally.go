package web

import "fmt"

// condition is how a source is doing.
type condition int

// The conditions, the worst first.
const (
	bad condition = iota
	warn
	waiting
	good
	conditions
)

// String returns the class of the page's style.
func (c condition) String() string {
	return [conditions]string{"bad", "warn", "waiting", "good"}[c]
}

// tally counts sources by their condition.
type tally [conditions]int

// condition returns the worst condition of any source; good if there is none.
func (t tally) condition() condition {
	for c, n := range t {
		if n > 0 {
			return condition(c)
		}
	}
	return good
}

// counts says how many are in each condition, the worst first.
func (t tally) counts() (counts []landingCount) {
	for c, word := range [conditions]string{"failing", "degraded", "waiting", "ok"} {
		if n := t[c]; n > 0 {
			counts = append(counts, landingCount{condition(c), fmt.Sprintf("%d %s", n, word)})
		}
	}
	return counts
}

// verdict says of all sources how they are doing.
func (t tally) verdict() string {
	all := 0
	for _, n := range t {
		all += n
	}
	switch {
	case all == 0:
		return "no sources"
	case t[bad] > 0:
		return fmt.Sprintf("%d of %d sources failing", t[bad], all)
	case t[waiting] == all:
		return "waiting for the first answers"
	case t[waiting] > 0:
		return fmt.Sprintf("waiting for %d of %d sources", t[waiting], all)
	case t[warn] > 0:
		return fmt.Sprintf("%d of %d sources degraded", t[warn], all)
	case all == 1:
		return "the source is fresh"
	}
	return fmt.Sprintf("all %d sources are fresh", all)
}
