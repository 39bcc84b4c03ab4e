package scrape

import "time"

// rank orders the requests that wait for the budget: a lower one goes first.
type rank int8

const (
	rankLogin  rank = -2 // everything else waits for it
	rankFeed   rank = -1 // the vendor keeps events for a while only; see turn
	rankSource rank = 0  // whoever is nearest to losing its data goes first
)

// waiter is a request that waits for its turn, or has it.
type waiter struct {
	rank  rank
	due   time.Time // within a rank, the earlier goes first
	order int
	slot  bool
	ready chan struct{}
	at    time.Time // when its turn came
	gone  bool      // it is no longer under way
	index int       // in waiters; -1 once it may go
}

func (w *waiter) before(o *waiter) bool {
	if w.rank != o.rank {
		return w.rank < o.rank
	}
	if !w.due.Equal(o.due) {
		return w.due.Before(o.due)
	}
	return w.order < o.order
}

// waiters is a heap.Interface.
type waiters []*waiter

func (h waiters) Len() int           { return len(h) }
func (h waiters) Less(i, j int) bool { return h[i].before(h[j]) }
func (h waiters) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push implements heap.Interface.
func (h *waiters) Push(x any) {
	w := x.(*waiter)
	w.index = len(*h)
	*h = append(*h, w)
}

// Pop implements heap.Interface.
func (h *waiters) Pop() any {
	old := *h
	w := old[len(old)-1]
	w.index = -1
	*h = old[:len(old)-1]
	return w
}
