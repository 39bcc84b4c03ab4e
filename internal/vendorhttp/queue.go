package vendorhttp

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// waiter is a request that waits for its turn, or has it.
type waiter struct {
	priority api.Priority
	due      time.Time // within a priority, the earlier goes first
	seq      int
	slot     bool // whether it counts among the requests under way
	ready    chan struct{}
	at       time.Time // when its turn came
	released bool
	index    int // in waiters; -1 once it may go
}

func (w *waiter) before(o *waiter) bool {
	if w.priority != o.priority {
		return w.priority < o.priority
	}
	if !w.due.Equal(o.due) {
		return w.due.Before(o.due)
	}
	return w.seq < o.seq
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
