package vendorhttp

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// waiter is a request that waits for its turn, or has it.
type waiter struct {
	priority api.Priority
	due      time.Time // within a priority, the earlier goes first
	slot     bool      // whether it counts among the requests under way
	ready    chan struct{}
	at       time.Time // when its turn came
	released bool
}

// before reports whether w goes first although o came earlier.
func (w *waiter) before(o *waiter) bool {
	if w.priority != o.priority {
		return w.priority < o.priority
	}
	return w.due.Before(o.due)
}
