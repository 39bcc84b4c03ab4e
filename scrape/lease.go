package scrape

import (
	"math"
	"time"
)

// lease is how many requests may be sent until a time before the journal has to
// be written again.
type lease struct {
	left  int
	until time.Time
	size  int // that left began with
}

const (
	// leaseTime bounds how long a lease counts as unspent.
	leaseTime = time.Minute
	// A lease is twice as large as the one before if that was used up, from
	// firstLease to the leasePart of the window: so much of it a crash may waste.
	firstLease = 2
	leasePart  = 20
	// leaseWait is how long a request waits for the disk. Gauges go on without it;
	// what is then sent, a crash would forget.
	leaseWait = 2 * time.Second
	// leaseRest is how long the disk is left alone after that.
	leaseRest = 30 * time.Second
)

func (l *lease) take(now time.Time) bool {
	if l.left <= 0 || !now.Before(l.until) {
		return false
	}
	l.left--
	return true
}

// next returns the lease that follows, in a window of so many requests.
func (l *lease) next(most int, now time.Time) lease {
	size := firstLease
	if l.left == 0 {
		size = max(size, 2*l.size)
	}
	size = max(1, min(size, most/leasePart))
	return lease{left: size, until: now.Add(leaseTime), size: size}
}

// unwritten is the lease that is taken where the disk fails.
func unwritten(now time.Time) lease { return lease{left: math.MaxInt, until: now.Add(leaseRest)} }

// extend writes down the next lease and then goes on. It is called with mu held.
func (b *budget) extend(now time.Time) {
	if b.writing {
		return
	}
	b.writing = true
	next, sent := b.lease.next(b.sent.most, now), b.sent.counting(now)
	ended, late := false, false
	timer := time.AfterFunc(leaseWait, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if ended {
			return
		}
		late, b.lease = true, unwritten(time.Now())
		b.dispatch()
	})
	b.writes.Go(func() {
		err := b.journal.save(sent, next, now)
		b.mu.Lock()
		defer b.mu.Unlock()
		timer.Stop()
		b.writing, ended = false, true
		switch {
		case late: // what was written knows nothing of what has been sent since
		case err != nil:
			b.lease = unwritten(time.Now())
		default:
			b.lease = next
		}
		b.dispatch()
	})
}

// settle gives back what is left of the lease. Nobody acquires meanwhile.
func (b *budget) settle() {
	b.writes.Wait()
	b.mu.Lock()
	now := time.Now()
	sent, leased := b.sent.counting(now), !b.lease.until.IsZero()
	b.lease = lease{}
	b.mu.Unlock()
	if leased {
		_ = b.journal.save(sent, lease{until: now}, now) // the store says what is wrong with it
	}
}
