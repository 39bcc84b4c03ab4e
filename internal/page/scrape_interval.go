package page

import (
	"slices"
	"sync"
	"time"
)

// scrapeInterval foresees the next scrape: one comes no sooner than the shortest pause between two
// of the last ones, of one scraper or of some. A scrape that comes sooner is served as
// well, and takes longer.
type scrapeInterval struct {
	mu     sync.Mutex
	last   time.Time
	pauses []time.Duration // as many as maxPauses; none before the second scrape
	next   int             // of pauses, to be replaced
}

// maxPauses is how many pauses are known: those of as many scrapers, if each comes in turn.
const maxPauses = 8

// note notes a scrape.
func (s *scrapeInterval) note(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch pause := now.Sub(s.last); {
	case s.last.IsZero():
	case len(s.pauses) < maxPauses:
		s.pauses = append(s.pauses, pause)
	default:
		s.pauses[s.next%maxPauses] = pause
		s.next++
	}
	s.last = now
}

// expects reports whether a scrape may come before a time: always while none is known.
func (s *scrapeInterval) expects(before time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pauses) == 0 || before.Sub(s.last) >= slices.Min(s.pauses)
}
