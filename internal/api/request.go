package api

import (
	"context"
	"time"
)

// Request says how the transport treats one HTTP request. It travels in the
// request's context.
type Request struct {
	// Endpoint names the request in metrics, errors and the log.
	Endpoint string
	// Priority orders the requests that wait for the limits of the account, and
	// within a priority the earlier Due goes first.
	Priority Priority
	Due      time.Time
	// Idempotent is true if the request may be sent again.
	Idempotent bool
	// Stream is true for an answer without an end: it has no deadline, no bound of
	// its size and is not counted among the requests under way.
	Stream bool
	// Hold is added to the deadline of an attempt: the vendor holds the answer back
	// on purpose. Such a request is not counted among those under way either.
	Hold time.Duration
}

// Priority orders requests: a lower one goes first.
type Priority int8

// The priorities.
const (
	PriorityLogin  Priority = -2 // every other request waits for it
	PriorityFeed   Priority = -1 // the vendor keeps events for a while only; alternates with sources
	PrioritySource Priority = 0  // the source whose data is nearest to its max_age goes first
)

type requestKey struct{}

// WithRequest says how the requests made with ctx are treated.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestOf returns how a request made with ctx is treated; the zero value where
// nothing is said.
func RequestOf(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r
}
