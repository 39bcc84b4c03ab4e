package vendorhttp

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/proxy"
)

const (
	maxRetries    = 3
	retryBase     = 500 * time.Millisecond
	retryCap      = 15 * time.Second
	failedPause   = 5 * time.Second // after an error of the vendor's own; longer after the next ones
	minThrottle   = time.Second     // both vendors want at least this after a 429
	maxRetryAfter = 15 * time.Minute
	retryJitter   = 5 // the part of failedPause that is added at random
)

// retryPolicy decides which requests of an account are sent again, and when.
// Retries are paid from a budget that ordinary requests fill, one retry by five
// requests, so that an outage is not answered with a storm.
type retryPolicy struct {
	mu     sync.Mutex
	credit float64
	until  map[string]time.Time // by endpoint: what Retry-After forbids
}

const (
	creditPerRequest = 0.2
	maxCredit        = 5
)

func newRetryPolicy(credit float64) *retryPolicy {
	return &retryPolicy{credit: credit, until: map[string]time.Time{}}
}

// blocked returns how long the vendor still wants nothing asked of endpoint.
func (p *retryPolicy) blocked(endpoint string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.until[endpoint])
}

// next returns the pause before the request is sent again, if it is.
func (p *retryPolicy) next(req *http.Request, resp *http.Response, err error, attempt int) (time.Duration, bool) {
	throttled, after := throttle(resp)
	if throttled {
		p.block(req, after)
	}
	if !p.worth(req, resp, err, attempt) {
		return 0, false
	}
	pause := rand.N(min(retryCap, retryBase<<attempt)) + retryBase
	if resp != nil {
		pause = failedPause*time.Duration(attempt+1) + rand.N(failedPause/retryJitter)
	}
	if throttled {
		pause = max(after, minThrottle) + rand.N(minThrottle)
	}
	if deadline, ok := req.Context().Deadline(); ok && time.Until(deadline) < pause {
		return 0, false
	}
	if throttled && pause > 2*retryCap {
		return 0, false // the source asks again when it may
	}
	return pause, p.pay()
}

// block stops requests to the endpoint until the vendor's time is over.
func (p *retryPolicy) block(req *http.Request, after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until[api.RequestOf(req.Context()).Endpoint] = time.Now().Add(max(after, minThrottle))
}

// worth reports whether the same request may well succeed a little later.
func (p *retryPolicy) worth(req *http.Request, resp *http.Response, err error, attempt int) bool {
	if attempt == 0 {
		p.earn()
	}
	if attempt >= maxRetries || !api.RequestOf(req.Context()).Idempotent || req.Context().Err() != nil {
		return false
	}
	if err != nil {
		return !errors.Is(err, context.Canceled) && !errors.Is(err, errAttempt) && !permanent(err)
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// permanent reports whether an error of the transport will be the same in a
// moment: a certificate stays refused, and so do credentials.
func permanent(err error) bool {
	return api.ClassOf(err) == api.TLS || errors.Is(err, proxy.ErrCredentials)
}

// earn is what every request that isn't a retry adds to the credit.
func (p *retryPolicy) earn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.credit = min(maxCredit, p.credit+creditPerRequest)
}

// pay takes one retry from the credit, if there is one.
func (p *retryPolicy) pay() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.credit < 1 {
		return false
	}
	p.credit--
	return true
}

// throttle reports whether the vendor asks to slow down, and for how long; 0 if the
// answer doesn't say.
func throttle(resp *http.Response) (bool, time.Duration) {
	if resp == nil {
		return false, 0
	}
	value := resp.Header.Get("Retry-After")
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
	case resp.StatusCode == http.StatusServiceUnavailable && value != "":
	default:
		return false, 0
	}
	date, _ := http.ParseTime(resp.Header.Get("Date"))
	return true, retryAfter(value, date)
}

// retryAfter reads both forms of the header: seconds, or a date by the clock of the
// answer, which is at date; by ours if that says no plausible time, as beside a Date of
// 1970. A vendor's mistake must neither stop a source for a year nor be taken for now: the
// value is bounded, and one that no number holds counts as absent.
func retryAfter(value string, date time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), int64(maxRetryAfter/time.Second))) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if wait := at.Sub(date); wait >= 0 && wait <= maxRetryAfter {
		return wait
	}
	return min(max(time.Until(at), 0), maxRetryAfter)
}
