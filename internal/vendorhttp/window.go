package vendorhttp

import (
	"slices"
	"time"
)

const (
	// windowTime is the time in which an account never sends more than its rate
	// allows, whatever has been saved up: a token bucket alone lets nearly twice
	// its rate through in the minute after a pause.
	windowTime = time.Minute
	// windowSlack is kept free besides: what the vendor gets a minute apart was
	// not sent a minute apart to the millisecond.
	windowSlack = time.Second
)

// window is the requests that were sent and still count.
type window struct {
	maxRequests int           // in span
	span        time.Duration // a minute, or longer where the rate is less than one a minute
	sent        []time.Time   // oldest first
}

func (w *window) limit(l Limits) {
	w.maxRequests = max(1, int(l.RequestsPerSecond*windowTime.Seconds()))
	w.span = max(windowTime, time.Duration(float64(w.maxRequests)/l.RequestsPerSecond*float64(time.Second)))
}

// delay returns how long the next request has to wait.
func (w *window) delay(now time.Time) time.Duration {
	if len(w.sent) < w.maxRequests {
		return 0
	}
	return w.sent[len(w.sent)-w.maxRequests].Add(w.span + windowSlack).Sub(now)
}

// add counts a request.
func (w *window) add(at time.Time) {
	i, _ := slices.BinarySearchFunc(w.sent, at, time.Time.Compare)
	w.sent = slices.Insert(w.sent, i, at)
	if old := w.old(at); old >= max(64, len(w.sent)/2) {
		w.sent = slices.Delete(w.sent, 0, old)
	}
}

// old is how many requests no longer count. That is decided by their age and not
// by how many there are: a limit that was lowered may be raised again.
func (w *window) old(now time.Time) int {
	i, _ := slices.BinarySearchFunc(w.sent, now.Add(-w.span-windowSlack), time.Time.Compare)
	return max(0, min(i, len(w.sent)-w.maxRequests))
}

// received corrects when a request was sent that was long under way.
func (w *window) received(sent, at time.Time) {
	if at.Sub(sent) <= windowSlack {
		return
	}
	if i, found := slices.BinarySearchFunc(w.sent, sent, time.Time.Compare); found {
		w.sent = slices.Delete(w.sent, i, i+1)
		i, _ = slices.BinarySearchFunc(w.sent, at, time.Time.Compare)
		w.sent = slices.Insert(w.sent, i, at)
	}
}

// tokenBucket is a token bucket whose rate is halved when the vendor asks to slow down
// and grows back by a tenth of the whole each minute.
type tokenBucket struct {
	rate   float64 // requests a second
	burst  float64
	cut    float64 // what is missing from the rate at present: 0 to 1
	cutAt  time.Time
	tokens float64
	filled time.Time // when tokens and cut were right
}

const (
	rateRecovery = 0.1     // of the rate, a minute
	minRateShare = 1. / 32 // of the rate
)

func (p *tokenBucket) limit(l Limits) {
	p.rate, p.burst = l.RequestsPerSecond, float64(l.Burst)
	p.tokens = min(p.tokens, p.burst)
}

// speed is the rate at present; at least one request a minute, if the limit
// allows that.
func (p *tokenBucket) speed() float64 {
	return max(p.rate*(1-p.cut), min(p.rate, 1/time.Minute.Seconds()))
}

func (p *tokenBucket) fill(now time.Time) {
	if !now.After(p.filled) {
		return
	}
	passed := now.Sub(p.filled)
	p.tokens = min(max(1, p.burst*(1-p.cut)), p.tokens+passed.Seconds()*p.speed())
	p.cut = max(0, p.cut-rateRecovery*passed.Minutes())
	p.filled = now
}

// delay returns how long the next request has to wait.
func (p *tokenBucket) delay(now time.Time) time.Duration {
	p.fill(now)
	const oneToken = 1 - 1e-9 // what is left of a token by rounding is no reason to wait
	if p.tokens >= oneToken {
		return 0
	}
	return time.Duration((1-p.tokens)/p.speed()*float64(time.Second)) + time.Nanosecond
}

// halve slows down; answers to requests that were under way together are one
// sign, not several.
func (p *tokenBucket) halve(now time.Time) {
	if now.Sub(p.cutAt) < minThrottle {
		return
	}
	p.fill(now)
	p.cut = 1 - max(minRateShare, (1-p.cut)/2)
	p.tokens = min(p.tokens, 1)
	p.cutAt = now
}
