package scrape

import (
	"container/heap"
	"context"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// budget decides when the requests of one account may be sent: a token bucket
// for the burst, a sliding window for the rate, and a bound on how many are
// under way. Whoever waits is served by rank, then by who is due first, then in
// the order of arrival. It outlasts the account's object in a reload.
type budget struct {
	mu      sync.Mutex
	slots   int
	pace    pace
	sent    window
	active  int
	waiting waiters
	arrived int
	fed     bool // a feed was the last to go, logins aside
	timer   *time.Timer
}

// newBudget returns a budget of which nothing has been used.
func newBudget(l config.Limits) *budget {
	b := &budget{}
	b.limit(l)
	b.pace.tokens = b.pace.burst
	return b
}

// presume counts the limit as used up until now: another process may have sent
// requests of the account just before this one, and nothing is known of them.
func (b *budget) presume(l config.Limits) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, at := range presumed(l, time.Now()) {
		b.pace.fill(at)
		b.pace.tokens = max(0, b.pace.tokens-1)
		b.sent.add(at)
	}
}

// presumed is what a process within the limits may have sent until now, as if it
// were sent later: no request after these makes the two processes exceed the limit.
func presumed(l config.Limits, now time.Time) []time.Time {
	var w window
	w.limit(l)
	each := time.Duration(float64(time.Second) / l.RequestsPerSecond)
	ahead := time.Duration(min(l.Burst, w.most)) * each
	sent := make([]time.Time, w.most)
	for i := range sent {
		sent[i] = now.Add(ahead - time.Duration(w.most-1-i)*each)
	}
	return sent
}

// limit changes the limits, from the next request on. What has been sent counts
// as before.
func (b *budget) limit(l config.Limits) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.slots = l.MaxConcurrent
	b.pace.limit(l)
	b.sent.limit(l)
	b.dispatch()
}

// acquire waits until a request may be sent. Unless c.hold it counts among
// those under way until release is called; calling that again does nothing.
func (b *budget) acquire(ctx context.Context, c conditions) (*waiter, error) {
	w := &waiter{rank: c.rank, due: c.due, slot: !c.hold, ready: make(chan struct{})}
	b.mu.Lock()
	b.arrived++
	w.order = b.arrived
	heap.Push(&b.waiting, w)
	b.dispatch()
	b.mu.Unlock()
	select {
	case <-w.ready:
		return w, nil
	case <-ctx.Done():
		b.abandon(w)
		return nil, ctx.Err()
	}
}

func (b *budget) release(w *waiter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.slot && !w.gone {
		b.active--
	}
	w.gone = true
	b.dispatch()
}

// delay returns how long a request would wait now if no other request came.
func (b *budget) delay() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	return max(0, b.pace.delay(now), b.sent.delay(now))
}

// abandon forgets a waiter that gave up, perhaps just when its turn had come:
// what it was given it has then used.
func (b *budget) abandon(w *waiter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.index >= 0 {
		heap.Remove(&b.waiting, w.index)
	} else if w.slot {
		b.active--
	}
	b.dispatch()
}

// answered tells that a request has come to an answer: by then the vendor had got
// it, however long the connection took.
func (b *budget) answered(w *waiter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent.arrived(w.at, time.Now())
}

// throttled tells that the vendor asked to slow down.
func (b *budget) throttled() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pace.halve(time.Now())
}

// dispatch lets everybody go whose turn it is, and sets the timer for the next.
// It is called with mu held.
func (b *budget) dispatch() {
	for {
		w := b.next()
		if w == nil {
			return
		}
		now := time.Now()
		if wait := max(b.pace.delay(now), b.sent.delay(now)); wait > 0 {
			b.wake(wait)
			return
		}
		b.pace.tokens--
		b.sent.add(now)
		if w.rank != rankLogin {
			b.fed = w.rank == rankFeed
		}
		w.at = now
		heap.Remove(&b.waiting, w.index)
		if w.slot {
			b.active++
		}
		close(w.ready)
	}
}

// next returns the first waiter that needs no slot or can have one. A feed with
// much to tell wants every turn there is, so that where sources wait too they have
// every other one.
func (b *budget) next() *waiter {
	w := b.best(rankLogin)
	if w != nil && w.rank == rankFeed && b.fed {
		if s := b.best(rankSource); s != nil {
			return s
		}
	}
	return w
}

// best returns the first waiter of a rank or a later one that may go.
func (b *budget) best(from rank) (best *waiter) {
	free := b.active < b.slots
	if len(b.waiting) > 0 && b.waiting[0].rank >= from && (free || !b.waiting[0].slot) {
		return b.waiting[0]
	}
	for _, w := range b.waiting {
		if w.rank >= from && (free || !w.slot) && (best == nil || w.before(best)) {
			best = w
		}
	}
	return best
}

func (b *budget) wake(after time.Duration) {
	if b.timer != nil {
		b.timer.Stop()
	}
	b.timer = time.AfterFunc(after, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.dispatch()
	})
}
