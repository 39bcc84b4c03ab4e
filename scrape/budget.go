package scrape

import (
	"container/heap"
	"context"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// window is the time in which an account never sends more than its rate allows,
// whatever has been saved up: a token bucket alone lets nearly twice its rate
// through in the minute after a pause.
const window = time.Minute

// budget decides when the requests of one account may be sent: a token bucket
// for the burst, a sliding window for the rate, and a bound on how many are
// under way. Whoever waits is served by rank, then in the order of arrival.
type budget struct {
	rate  float64 // requests a second
	burst float64
	slots int

	mu      sync.Mutex
	tokens  float64
	filled  time.Time   // when tokens was right
	sent    []time.Time // of the newest requests, oldest first, at most perWindow
	active  int
	waiting waiters
	arrived int
	timer   *time.Timer
}

func newBudget(l config.Limits) *budget {
	return &budget{
		rate:   l.RequestsPerSecond,
		burst:  float64(l.Burst),
		slots:  l.MaxConcurrent,
		tokens: float64(l.Burst),
		filled: time.Now(),
	}
}

// acquire waits until a request of rank may be sent. If slot is true it counts
// among those under way until release is called.
func (b *budget) acquire(ctx context.Context, rank time.Duration, slot bool) (release func(), err error) {
	w := &waiter{rank: rank, slot: slot, ready: make(chan struct{})}
	b.mu.Lock()
	b.arrived++
	w.order = b.arrived
	heap.Push(&b.waiting, w)
	b.dispatch()
	b.mu.Unlock()
	select {
	case <-w.ready:
		return sync.OnceFunc(func() { b.release(w) }), nil
	case <-ctx.Done():
		b.abandon(w)
		return nil, ctx.Err()
	}
}

func (b *budget) release(w *waiter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.slot {
		b.active--
	}
	b.dispatch()
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

// dispatch lets everybody go whose turn it is, and sets the timer for the next.
// It is called with mu held.
func (b *budget) dispatch() {
	for {
		w := b.next()
		if w == nil {
			return
		}
		now := time.Now()
		if wait := b.delay(now); wait > 0 {
			b.wake(wait)
			return
		}
		b.take(now)
		heap.Remove(&b.waiting, w.index)
		if w.slot {
			b.active++
		}
		close(w.ready)
	}
}

// next returns the first waiter that needs no slot or can have one.
func (b *budget) next() *waiter {
	if len(b.waiting) == 0 {
		return nil
	}
	if b.active < b.slots || !b.waiting[0].slot {
		return b.waiting[0]
	}
	var best *waiter
	for _, w := range b.waiting {
		if !w.slot && (best == nil || w.before(best)) {
			best = w
		}
	}
	return best
}

// perWindow is how many requests a window may hold; at least one.
func (b *budget) perWindow() int { return max(1, int(b.rate*window.Seconds())) }

// delay returns how long the next request has to wait.
func (b *budget) delay(now time.Time) time.Duration {
	b.tokens = min(b.burst, b.tokens+now.Sub(b.filled).Seconds()*b.rate)
	b.filled = now
	var wait time.Duration
	const whole = 1 - 1e-9 // what is left of a token by rounding is no reason to wait
	if b.tokens < whole {
		wait = time.Duration((1-b.tokens)/b.rate*float64(time.Second)) + time.Nanosecond
	}
	if n := b.perWindow(); len(b.sent) >= n {
		wait = max(wait, b.sent[len(b.sent)-n].Add(max(window, time.Duration(float64(n)/b.rate*float64(time.Second)))).Sub(now))
	}
	return wait
}

func (b *budget) take(now time.Time) {
	b.tokens--
	b.sent = append(b.sent, now)
	if n := b.perWindow(); len(b.sent) > n {
		b.sent = append(b.sent[:0], b.sent[len(b.sent)-n:]...)
	}
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

// waiter is a request that waits for its turn.
type waiter struct {
	rank  time.Duration // less goes first
	order int
	slot  bool
	ready chan struct{}
	index int // in waiters; -1 once it may go
}

func (w *waiter) before(o *waiter) bool {
	if w.rank != o.rank {
		return w.rank < o.rank
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
