package scrape

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// transport is what all requests of an account go through. It keeps to the
// budget, gives each attempt its deadline, bounds the answer, tries again what
// may be tried again, and counts. It follows no redirect: an answer of 3xx is
// returned as it is.
type transport struct {
	next    http.RoundTripper
	budget  *budget
	outage  *outage
	timeout time.Duration // of one attempt, with its body
	maxBody int64
	retry   *retryPolicy
	traffic *traffic
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	endpoint := api.Endpoint(req.Context())
	for attempt := 0; ; attempt++ {
		if wait := t.retry.blocked(endpoint); wait > 0 {
			return nil, api.RateLimited.Errorf("the vendor asked to wait %s more: %w", wait.Round(time.Second), api.ErrHeld)
		}
		try, err := t.outage.enter(endpoint)
		if err != nil {
			return nil, err
		}
		resp, err := t.attempt(req, endpoint)
		t.outage.leave(endpoint, try, verdictOn(req, resp, err))
		pause, again := t.retry.next(req, resp, err, attempt)
		if !again || t.outage.holds(endpoint) {
			return resp, err
		}
		discard(resp)
		if err := sleep(req.Context(), pause); err != nil {
			return nil, err
		}
		if req, err = rewound(req); err != nil {
			return nil, err
		}
		t.traffic.retried()
	}
}

// attempt sends the request once, when the budget allows it.
func (t *transport) attempt(req *http.Request, endpoint string) (*http.Response, error) {
	begin := time.Now()
	c := conditionsOf(req)
	turn, err := t.budget.acquire(req.Context(), c)
	t.traffic.waited(time.Since(begin))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	deadline := time.AfterFunc(t.timeout+c.extra, func() { cancel(errAttempt) })
	sent := time.Now()
	resp, err := t.next.RoundTrip(req.Clone(ctx))
	t.budget.answered(turn)
	t.traffic.answered(endpoint, resp, time.Since(sent))
	if slow, _ := throttle(resp); slow {
		t.budget.throttled()
	}
	if err != nil {
		deadline.Stop()
		t.budget.release(turn)
		cause := context.Cause(ctx)
		cancel(nil)
		if errors.Is(cause, errAttempt) {
			return nil, cause
		}
		return nil, err
	}
	if c.stream {
		deadline.Stop()
	}
	resp.Body = &body{
		Reader: http.MaxBytesReader(nil, resp.Body, t.limit(c)),
		ctx:    ctx,
		end:    sync.OnceFunc(func() { deadline.Stop(); cancel(nil); t.budget.release(turn) }),
		closer: resp.Body,
	}
	return resp, nil
}

// limit is how much of a body is read; a stream has no end.
func (t *transport) limit(c conditions) int64 {
	if c.stream {
		return 1 << 62
	}
	return t.maxBody
}

// errAttempt ends an attempt that took longer than limits.timeout.
var errAttempt = &api.Error{Class: api.Timeout, Err: errors.New("no complete answer within limits.timeout")}

// body ends the attempt when it is closed.
type body struct {
	io.Reader
	ctx    context.Context
	end    func()
	closer io.Closer
}

// errTooLarge ends an answer that is longer than is read of it.
var errTooLarge = &api.Error{Class: api.TooLarge, Err: errors.New("the answer is larger than limits.max_response_bytes")}

// Read says why the attempt was ended, rather than that it was.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return n, errTooLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		if cause := context.Cause(b.ctx); errors.Is(cause, errAttempt) {
			err = cause
		}
	}
	return n, err
}

func (b *body) Close() error {
	err := b.closer.Close()
	b.end()
	return err
}

// conditions are how a request is treated.
type conditions struct {
	rank   rank
	due    time.Time     // within the rank, the earlier goes first
	hold   bool          // a long poll or stream: takes no place among those under way
	stream bool          // has no end: neither deadline nor bound of the body
	extra  time.Duration // beyond limits.timeout, for what the vendor holds back on purpose
}

// holdTime is how long LiveVox holds a long poll without news, and some.
const holdTime = 15 * time.Second

type conditionsKey struct{}

// withConditions says how the requests made with ctx are treated.
func withConditions(ctx context.Context, c conditions) context.Context {
	return context.WithValue(ctx, conditionsKey{}, c)
}

func conditionsOf(req *http.Request) conditions {
	c, _ := req.Context().Value(conditionsKey{}).(conditions)
	if !repeatable(req) { // a login: everything else waits for it
		return conditions{rank: rankLogin}
	}
	c.stream = strings.Contains(req.Header.Get("Accept"), "text/event-stream")
	return c
}

// repeatable reports whether the request may be sent again: it reads, or is
// marked the way that net/http marks it.
func repeatable(req *http.Request) bool {
	_, marked := req.Header["Idempotency-Key"]
	return marked || req.Method == http.MethodGet || req.Method == http.MethodHead
}

// rewound returns the request with its body from the start.
func rewound(req *http.Request) (*http.Request, error) {
	again := req.Clone(req.Context())
	if req.GetBody == nil {
		return again, nil
	}
	body, err := req.GetBody()
	again.Body = body
	return again, err
}

// discard ends an answer that nobody will read.
func discard(resp *http.Response) {
	if resp == nil {
		return
	}
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // so that the connection can be used again
	resp.Body.Close()
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
