package page

import (
	"slices"
	"sync"
	"time"
)

// rhythm foresees the next scrape: one comes no sooner than the shortest pause between two
// of the last ones, of one scraper or of some. A scrape that comes sooner is served as
// well, and takes longer.
type rhythm struct {
	mu     sync.Mutex
	last   time.Time
	pauses []time.Duration // as many as maxPauses; none before the second scrape
	next   int             // of pauses, to be replaced
}

// maxPauses is how many pauses are known: those of as many scrapers, if each comes in turn.
const maxPauses = 8

// note notes a scrape.
func (r *rhythm) note(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch pause := now.Sub(r.last); {
	case r.last.IsZero():
	case len(r.pauses) < maxPauses:
		r.pauses = append(r.pauses, pause)
	default:
		r.pauses[r.next%maxPauses] = pause
		r.next++
	}
	r.last = now
}

// expects reports whether a scrape may come before a time: always while none is known.
func (r *rhythm) expects(before time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.pauses) == 0 || before.Sub(r.last) >= slices.Min(r.pauses)
}
