package vendorhttp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/common/version"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/conntrack"
)

// transport carries all requests of an account. It waits for the limiter, gives
// each attempt its deadline, bounds the answer, sends again what may be sent again,
// and counts. It follows no redirect: an answer of 3xx is returned as it is.
type transport struct {
	next    http.RoundTripper
	conns   *conntrack.Dialer // of next
	limiter *Limiter
	permit  func() bool // nil: always
	breaker *breaker
	timeout time.Duration // of one attempt, with its body
	maxBody int64
	retry   *retryPolicy
	traffic *traffic
	log     log.Logger // of each request
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	endpoint := api.RequestOf(req.Context()).Endpoint
	for attempt := 0; ; attempt++ {
		if wait := t.retry.blocked(endpoint); wait > 0 {
			return nil, api.RateLimited.Errorf("the vendor asked to wait %s more: %w", wait.Round(time.Second), api.ErrHeld)
		}
		probe, err := t.breaker.enter(endpoint)
		if err != nil {
			return nil, err
		}
		resp, err := t.attempt(req, endpoint)
		ended, class := failureOf(req, resp, err)
		t.breaker.leave(endpoint, probe, ended, class)
		if errors.Is(err, errNotPermitted) {
			return nil, err
		}
		pause, again := t.retry.next(req, resp, err, attempt)
		if !again || t.breaker.holds(endpoint) {
			return resp, err
		}
		discard(resp)
		if err := Sleep(req.Context(), pause); err != nil {
			return nil, err
		}
		if req, err = rewound(req); err != nil {
			return nil, err
		}
		t.traffic.retried()
	}
}

// attempt sends the request once, when the limiter allows it.
func (t *transport) attempt(req *http.Request, endpoint string) (*http.Response, error) {
	begin := time.Now()
	r := api.RequestOf(req.Context())
	turn, err := t.limiter.acquire(req.Context(), r)
	t.traffic.waited(time.Since(begin))
	if err != nil {
		return nil, err
	}
	if t.permit != nil && !t.permit() {
		t.limiter.release(turn)
		return nil, errNotPermitted
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	deadline := time.AfterFunc(t.timeout+r.Hold, func() { cancel(errAttempt) })
	sent := time.Now()
	out := req.Clone(ctx)
	out.Header.Set("User-Agent", version.ComponentUserAgent("contactcenter_exporter"))
	resp, err := t.next.RoundTrip(out)
	t.limiter.answered(turn)
	slow, _ := throttle(resp)
	if slow {
		t.limiter.throttled()
	}
	t.traffic.answered(endpoint, resp, slow, time.Since(sent))
	if err != nil {
		deadline.Stop()
		t.limiter.release(turn)
		cause := context.Cause(ctx)
		cancel(nil)
		if errors.Is(cause, errAttempt) {
			err = cause
			t.conns.Ended(req.URL.Host, true)
		}
		t.note(r.Endpoint, string(api.ClassOf(err)), 0, sent)
		return nil, err
	}
	t.conns.Ended(req.URL.Host, false)
	if r.Stream {
		deadline.Stop()
	}
	b := &body{Reader: http.MaxBytesReader(nil, resp.Body, t.limit(r)), ctx: ctx, closer: resp.Body}
	b.end = sync.OnceFunc(func() {
		deadline.Stop()
		cancel(nil)
		t.limiter.release(turn)
		t.note(r.Endpoint, strconv.Itoa(resp.StatusCode), b.read.Load(), sent)
	})
	resp.Body = b
	return resp, nil
}

// note logs a request that has ended, with its status or the class of its error. Neither
// query nor content is logged.
func (t *transport) note(endpoint, status string, bytes int64, sent time.Time) {
	_ = t.log.Log("msg", "request", "endpoint", endpoint, "status", status, "bytes", bytes, "ms", time.Since(sent).Milliseconds())
}

// limit is how much of a body is read; a stream has no end.
func (t *transport) limit(r api.Request) int64 {
	if r.Stream {
		return 1 << 62
	}
	return t.maxBody
}

// errAttempt ends an attempt that took longer than limits.timeout.
var errAttempt = &api.Error{Class: api.Timeout, Err: errors.New("no complete answer within limits.timeout")}

// errNotPermitted is the error of a request that is not sent.
var errNotPermitted = &api.Error{Class: api.State, Err: errors.New("this process cannot be sure to own the account: the database has not renewed its lease")}

// body ends the attempt when it is closed.
type body struct {
	io.Reader
	ctx    context.Context
	end    func()
	closer io.Closer
	read   atomic.Int64 // bytes
}

// errTooLarge ends an answer that is longer than is read of it.
var errTooLarge = &api.Error{Class: api.TooLarge, Err: errors.New("the answer is larger than limits.max_response_bytes")}

// Read says why the attempt was ended, rather than that it was.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.read.Add(int64(n))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return n, errTooLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		if cause := context.Cause(b.ctx); cause != nil {
			err = cause // whatever the broken connection looks like
		}
	}
	return n, err
}

func (b *body) Close() error {
	err := b.closer.Close()
	b.end()
	return err
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

// discard ends an answer that is not read.
func discard(resp *http.Response) {
	if resp == nil {
		return
	}
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // so that the connection can be used again
	resp.Body.Close()
}

// Sleep returns nil after a time, or the error of ctx if that ends before.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
