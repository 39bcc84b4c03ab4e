package simulator

import "sort"

const (
	feedLife  = 24 * 60 * 60_000 // milliseconds that an event can be asked for
	feedLimit = 2_000_000        // events kept at most, whatever their age
)

// feed is a vendor's log of events in the order in which they were stored. Each has a tick of its own, which its UUID
// carries and feed tokens point at. The zero value is an empty feed.
type feed[T any] struct {
	ticks  []int64
	events []T
	gone   func(ticks []int64, events []T) // told of events that grew too old, before they go
}

func (f *feed[T]) add(at int64, e T) {
	tick := tickOf(at)
	if n := len(f.ticks); n > 0 {
		tick = max(tick, f.ticks[n-1]+1)
	}
	f.ticks = append(f.ticks, tick)
	f.events = append(f.events, e)
	if n := len(f.ticks); n%4096 == 0 {
		f.prune(max(f.find(tickOf(at-feedLife)), n-feedLimit))
	}
}

// prune forgets the first n events, once they are worth the copying.
func (f *feed[T]) prune(n int) {
	if n < len(f.ticks)/4 || n <= 0 {
		return
	}
	if f.gone != nil {
		f.gone(f.ticks[:n], f.events[:n])
	}
	f.ticks = append([]int64(nil), f.ticks[n:]...)
	f.events = append([]T(nil), f.events[n:]...)
}

// find is the index of the first event at a tick or later.
func (f *feed[T]) find(tick int64) int {
	return sort.Search(len(f.ticks), func(i int) bool { return f.ticks[i] >= tick })
}

// visible bounds what can be delivered at an instant: events of the running millisecond may still get company.
func (f *feed[T]) visible(now int64) int { return f.find(tickOf(now)) }

// next is when the first event that is not visible yet becomes so, and whether there is one.
func (f *feed[T]) next(now int64) (int64, bool) {
	i := f.visible(now)
	if i == len(f.ticks) {
		return 0, false
	}
	return milliOf(f.ticks[i]) + 1, true
}
