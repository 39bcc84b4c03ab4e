package web

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// maxWaiting is how many requests wait for the check of their password.
const maxWaiting = 1024

// queue admits one request at a time to the check of its password: first the one
// with the best connection (see connLimiter.compare), then the newest. Clients that
// try one wrong password after the other so wait behind a scraper that has just
// come, although they came before it. A request of a client that has gone is the
// last one: its password is known then when the client comes again.
type queue struct {
	conns *connLimiter

	mu      sync.Mutex
	busy    bool
	waiting []*waiter // the newest last
}

// waiter is a request in the queue.
type waiter struct {
	ctx   context.Context
	conn  *conn
	admit chan bool // receives whether the request is admitted
}

// enter waits until the password of a request may be checked, and the caller then
// calls leave. It returns false if there are too many that wait.
func (q *queue) enter(ctx context.Context) bool {
	w := &waiter{ctx: ctx, conn: connOf(ctx), admit: make(chan bool, 1)}
	q.add(w)
	return <-w.admit
}

func (q *queue) add(w *waiter) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.busy {
		q.busy = true
		w.admit <- true
		return
	}
	q.waiting = append(q.waiting, w)
	if len(q.waiting) > maxWaiting {
		q.take(func(i, j int) bool { return q.compare(i, j) < 0 }) <- false
	}
}

// leave admits the best request, of equal ones the newest.
func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.busy = len(q.waiting) > 0; q.busy {
		q.take(func(i, j int) bool { return q.compare(i, j) >= 0 }) <- true
	}
}

// take removes the request that comes before all others, and returns where its
// answer goes. Of two requests before compares the newer one with the older one.
// The caller holds mu.
func (q *queue) take(before func(i, j int) bool) chan<- bool {
	q.conns.mu.Lock()
	defer q.conns.mu.Unlock()
	first := 0
	for i := range q.waiting {
		if before(i, first) {
			first = i
		}
	}
	w := q.waiting[first]
	q.waiting = slices.Delete(q.waiting, first, first+1)
	return w.admit
}

// compare is positive if request i is better than request j, without regard to
// their age. The caller holds mu and conns.mu.
func (q *queue) compare(i, j int) int {
	a, b := q.waiting[i], q.waiting[j]
	return cmp.Or(
		compareBool(b.ctx.Err() != nil, a.ctx.Err() != nil),
		q.conns.compare(a.conn, b.conn),
	)
}
