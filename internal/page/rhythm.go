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
	pauses [8]time.Duration // 0 before as many scrapes: then one may always come
	next   int              // of pauses to be replaced
}

// note notes a scrape.
func (r *rhythm) note(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.last.IsZero() {
		r.pauses[r.next%len(r.pauses)] = now.Sub(r.last)
		r.next++
	}
	r.last = now
}

// expects reports whether a scrape may come before a time.
func (r *rhythm) expects(before time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return before.Sub(r.last) >= slices.Min(r.pauses[:])
}
