package livevox

import (
	"hash/maphash"
	"maps"
	"sync"
	"time"
)

// recentEvents are the events of the newest pages of each feed: a vendor that
// delivers the same pages again and again, whatever tokens it gives with them, has
// nothing more.
type recentEvents struct {
	mu    sync.Mutex
	feeds map[string]*recentPages
	seed  maphash.Seed
}

// recentPages has the number of the newest page that an event was on.
type recentPages struct {
	number int
	pageOf map[uint64]int
}

// keptPages is how many pages are remembered.
const keptPages = 16

// add remembers the events of a page and reports whether one of them is new.
func (r *recentEvents) add(endpoint string, keys []string) (fresh bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.feeds == nil {
		r.feeds, r.seed = map[string]*recentPages{}, maphash.MakeSeed()
	}
	pages := r.feeds[endpoint]
	if pages == nil {
		pages = &recentPages{pageOf: map[uint64]int{}}
		r.feeds[endpoint] = pages
	}
	pages.number++
	for _, key := range keys {
		hash := maphash.String(r.seed, key)
		if _, known := pages.pageOf[hash]; !known {
			fresh = true
		}
		pages.pageOf[hash] = pages.number
	}
	maps.DeleteFunc(pages.pageOf, func(_ uint64, number int) bool { return number <= pages.number-keptPages })
	return fresh
}

// feedSkew is how far the times of events may be outside of what a feed holds.
const feedSkew = time.Hour

// keys returns the keys of the events whose time the feed can have at a time.
func keys[T event](events []T, now time.Time) []string {
	all := make([]string, 0, len(events))
	for i := range events {
		at := events[i].Time()
		if at.IsZero() || at.After(now.Add(-feedLife-feedSkew)) && at.Before(now.Add(feedSkew)) {
			all = append(all, events[i].Key())
		}
	}
	return all
}
