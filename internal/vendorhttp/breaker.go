package vendorhttp

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// breaker notices when a vendor answers none of an account's requests any more.
// Then a single request is sent at growing intervals instead of one by each
// source, until there is an answer: that ends it for all sources at once.
// Endpoints that have not failed are asked as ever: one that always fails is no
// outage for the others.
//
// A circuit breaker from a library has one fixed pause and refuses everything.
type breaker struct {
	longest time.Duration // pause

	mu                  sync.Mutex
	failing             map[string]bool // endpoints whose newest answer was a failure
	consecutiveFailures int
	pause               time.Duration // 0 while there is no outage
	until               time.Time     // nothing is tried before
	probing             bool
	class               api.Class // of the newest failure
	end                 chan struct{}
}

const (
	breakerFailures = 5 // failures without an answer
	firstBreak      = 10 * time.Second
	breakJitter     = 6 // the part of a pause that is added at random
)

// recovered returns a channel that is closed when the outage ends, or else the next
// one.
func (b *breaker) recovered() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end == nil {
		b.end = make(chan struct{})
	}
	return b.end
}

// enter returns why a request is not sent now; nil if it is. probe is true for the
// single request that is sent during an outage; its caller calls leave with it.
func (b *breaker) enter(endpoint string) (probe bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pause == 0 || !b.failing[endpoint] {
		return false, nil
	}
	if b.probing || time.Now().Before(b.until) {
		return false, b.class.Errorf("the vendor fails every request of the account: %w", api.ErrHeld)
	}
	b.probing = true
	return true, nil
}

// holds reports whether a request would be held back.
func (b *breaker) holds(endpoint string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pause != 0 && b.failing[endpoint] && time.Now().Before(b.until)
}

// leave notes how a request ended: class says that the vendor is down or wants to be left
// alone, "" that it answers, though it may refuse. ended is false where the caller gave up,
// which says nothing of the vendor.
func (b *breaker) leave(endpoint string, probe, ended bool, class api.Class) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if probe {
		b.probing = false
	}
	switch {
	case !ended:
	case class == "":
		b.answered(endpoint)
	default:
		b.failed(endpoint, class)
	}
}

func (b *breaker) answered(endpoint string) {
	delete(b.failing, endpoint)
	b.consecutiveFailures = 0
	if b.pause == 0 {
		return
	}
	b.pause = 0
	if b.end != nil {
		close(b.end)
		b.end = nil
	}
}

func (b *breaker) failed(endpoint string, class api.Class) {
	if b.failing == nil {
		b.failing = map[string]bool{}
	}
	b.failing[endpoint], b.class = true, class
	b.consecutiveFailures++
	now := time.Now()
	if b.consecutiveFailures < breakerFailures || now.Before(b.until) {
		return
	}
	b.pause = min(b.longest, max(firstBreak, 2*b.pause))
	b.until = now.Add(b.pause + rand.N(b.pause/breakJitter+1))
}

// failureOf returns what leave takes.
func failureOf(req *http.Request, resp *http.Response, err error) (ended bool, class api.Class) {
	if err != nil {
		return req.Context().Err() == nil && !errors.Is(err, errNotPermitted), api.ClassOf(err)
	}
	class = (&api.StatusError{Code: resp.StatusCode}).Class()
	if class == api.VendorError || class == api.RateLimited {
		return true, class
	}
	return true, ""
}
