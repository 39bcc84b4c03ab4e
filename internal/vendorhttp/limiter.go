package vendorhttp

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Limits are what an account may ask of its vendor.
type Limits struct {
	RequestsPerSecond float64
	Burst             int
	// MaxConcurrent is how many requests may be under way, long polls and streams
	// not counted.
	MaxConcurrent int
	// Timeout is that of one attempt with its body, MaxResponseBytes how much of an
	// answer is read.
	Timeout          time.Duration
	MaxResponseBytes int64
}

// Limiter decides when the requests of one account may be sent: a token bucket
// for the burst, a sliding window for the rate, and a bound on how many are
// under way. Requests that wait are served by priority, then by due time, then in
// the order of arrival. It decides about logins, too. A Limiter outlasts the Client of
// its account.
type Limiter struct {
	logins LoginBackoff

	mu          sync.Mutex
	slots       int
	bucket      tokenBucket
	sent        window
	active      int
	waiting     []*waiter // in the order of arrival: a few for each source
	lastWasFeed bool      // the request that went last was a feed's, logins aside
	timer       *time.Timer
}

// NewLimiter returns a Limiter of which nothing has been used.
func NewLimiter(l Limits) *Limiter {
	b := &Limiter{}
	b.SetLimits(l)
	b.bucket.tokens = b.bucket.burst
	return b
}

// AssumeUsed counts the limit as used up until now: another process may have sent
// requests of the account just before this one, and nothing is known of them. All
// processes together were within the limit: what this one sent is part of it.
func (b *Limiter) AssumeUsed(l Limits) {
	b.mu.Lock()
	defer b.mu.Unlock()
	sent := assumedUse(l, time.Now())
	for _, at := range sent {
		b.bucket.fill(at)
		b.bucket.tokens = max(0, b.bucket.tokens-1)
	}
	b.sent.sent = sent
}

// assumedUse is what a process within the limits may have sent until now, as if it
// were sent later: no request after these makes the two processes exceed the limit.
func assumedUse(l Limits, now time.Time) []time.Time {
	var w window
	w.limit(l)
	each := time.Duration(float64(time.Second) / l.RequestsPerSecond)
	ahead := time.Duration(min(l.Burst, w.maxRequests)) * each
	sent := make([]time.Time, w.maxRequests)
	for i := range sent {
		sent[i] = now.Add(ahead - time.Duration(w.maxRequests-1-i)*each)
	}
	return sent
}

// SetLimits changes the limits, from the next request on. What has been sent counts
// as before.
func (b *Limiter) SetLimits(l Limits) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.slots = l.MaxConcurrent
	b.bucket.limit(l)
	b.sent.limit(l)
	b.dispatch()
}

// acquire waits until a request may be sent. It counts among those under way until
// release is called, unless the vendor holds it back on purpose; calling release
// again does nothing.
func (b *Limiter) acquire(ctx context.Context, r api.Request) (*waiter, error) {
	w := &waiter{priority: r.Priority, due: r.Due, slot: !r.Stream && r.Hold == 0, ready: make(chan struct{})}
	b.mu.Lock()
	b.waiting = append(b.waiting, w)
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

func (b *Limiter) release(w *waiter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.slot && !w.released {
		b.active--
	}
	w.released = true
	b.dispatch()
}

// Delay returns how long a request would wait now if no other request came.
func (b *Limiter) Delay() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	return max(0, b.bucket.delay(now), b.sent.delay(now))
}

// abandon removes a waiter whose caller gave up. If its turn had just come, it has
// used its place in the rate.
func (b *Limiter) abandon(w *waiter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.waiting, w); i >= 0 {
		b.waiting = slices.Delete(b.waiting, i, i+1)
	} else if w.slot {
		b.active--
	}
	b.dispatch()
}

// answered corrects the time of a request that was answered: the vendor may have got
// it only then, if the connection took long.
func (b *Limiter) answered(w *waiter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent.received(w.at, time.Now())
}

// throttled slows down, as the vendor asked.
func (b *Limiter) throttled() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bucket.halve(time.Now())
}

// dispatch releases every request that may go, and sets the timer for the next.
// It is called with mu held.
func (b *Limiter) dispatch() {
	for {
		w := b.next()
		if w == nil {
			return
		}
		now := time.Now()
		if wait := max(b.bucket.delay(now), b.sent.delay(now)); wait > 0 {
			b.wake(wait)
			return
		}
		b.bucket.tokens--
		b.sent.add(now)
		if w.priority != api.PriorityLogin {
			b.lastWasFeed = w.priority == api.PriorityFeed
		}
		w.at = now
		i := slices.Index(b.waiting, w)
		b.waiting = slices.Delete(b.waiting, i, i+1)
		if w.slot {
			b.active++
		}
		close(w.ready)
	}
}

// next returns the first waiter that needs no slot or can have one. A feed with a
// backlog asks without a pause: sources that wait go every other time.
func (b *Limiter) next() *waiter {
	w := b.best(api.PriorityLogin)
	if w != nil && w.priority == api.PriorityFeed && b.lastWasFeed {
		if s := b.best(api.PrioritySource); s != nil {
			return s
		}
	}
	return w
}

// best returns the first waiter of a priority or a later one that may go.
func (b *Limiter) best(from api.Priority) (best *waiter) {
	free := b.active < b.slots
	for _, w := range b.waiting {
		if w.priority >= from && (free || !w.slot) && (best == nil || w.before(best)) {
			best = w
		}
	}
	return best
}

func (b *Limiter) wake(after time.Duration) {
	if b.timer != nil {
		b.timer.Stop()
	}
	b.timer = time.AfterFunc(after, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.dispatch()
	})
}

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
