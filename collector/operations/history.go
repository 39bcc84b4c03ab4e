package operations

import (
	"slices"
	"time"
)

// point is what the counters of a group were at a time.
type point struct {
	at time.Time
	Counts
}

// history is the points of one group, oldest first, as far back as its window needs.
type history []point

// maxPoints is into how many parts a window is divided at most: a day of a thousand
// services takes no more memory than half an hour of them.
const maxPoints = 120

// add appends a point. Counters that went down have begun again: what was before says
// nothing of them.
func (h history) add(p point, window time.Duration) history {
	if n := len(h); n > 0 {
		last := h[n-1]
		if !p.at.After(last.at) {
			return h
		}
		if p.Calls < last.Calls || p.Inbound < last.Inbound || p.Seconds < last.Seconds {
			h = nil
		}
	}
	if n := len(h); n > 1 && h[n-1].at.Sub(h[n-2].at) < window/maxPoints {
		h = h[:n-1]
	}
	h = append(h, p)
	from := 0
	for from+1 < len(h) && !h[from+1].at.After(p.at.Add(-window)) {
		from++
	}
	return slices.Delete(h, 0, from)
}

// growth returns what was counted within the window, and in how much time. It is false
// while the points don't reach back so far, or where they have a gap that makes the time
// more than half longer.
func (h history) growth(window time.Duration) (Counts, time.Duration, bool) {
	if len(h) == 0 {
		return Counts{}, 0, false
	}
	first, last := h[0], h[len(h)-1]
	took := last.at.Sub(first.at)
	if took < window || took > window*3/2 {
		return Counts{}, 0, false
	}
	return Counts{
		Calls:   last.Calls - first.Calls,
		Inbound: last.Inbound - first.Inbound,
		Seconds: last.Seconds - first.Seconds,
	}, took, true
}
