package web

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	// defaultScrape is how long a scrape waits that doesn't say how long it may.
	defaultScrape = 10 * time.Second
	// scrapeMargin is what remains of a scrape's time for the answer itself.
	scrapeMargin = 500 * time.Millisecond
	// placeWait is how long a scrape waits until an answer may be made for it.
	placeWait = time.Second
	// sendTime is how long a reader has to take the answer.
	sendTime = 30 * time.Second
)

// metrics lets the first scrape wait for the first data, within its own
// timeout; no other scrape waits for a vendor. It bounds for how many an answer
// is made at once, and how long one may take to read it.
func metrics(o Options) http.Handler {
	places := semaphore.NewWeighted(int64(o.MaxRequests))
	var waited atomic.Bool
	page := o.routed(o.Metrics)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		leave := func() {}
		if o.MaxRequests > 0 {
			if !enter(r.Context(), places) {
				text(w, http.StatusServiceUnavailable, "too many scrapes at once: see --web.max-requests\n")
				return
			}
			leave = sync.OnceFunc(func() { places.Release(1) })
			defer leave()
		}
		if !o.Tried() && waited.CompareAndSwap(false, true) {
			hold := maxWait(r)
			deadline(w, hold+sendTime) // past which HTTP/2 breaks off even what has not begun
			ctx, cancel := context.WithTimeout(r.Context(), hold)
			_ = o.Wait(ctx) // what is there by then is served
			cancel()
		}
		deadline(w, sendTime)
		page.ServeHTTP(&sender{w, leave}, r)
	})
}

// enter waits for a place and reports whether it got one.
func enter(ctx context.Context, places *semaphore.Weighted) bool {
	ctx, cancel := context.WithTimeout(ctx, placeWait)
	defer cancel()
	return places.Acquire(ctx, 1) == nil
}

// deadline bounds the time until an answer has been sent. A writer without a
// connection has no need of it.
func deadline(w http.ResponseWriter, d time.Duration) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d))
}

// sender reports when an answer begins to be sent. From there on it costs nothing
// but a connection, however slowly it is read.
type sender struct {
	http.ResponseWriter
	begun func()
}

// Write implements http.ResponseWriter.
func (s *sender) Write(b []byte) (int, error) {
	s.begun()
	return s.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (s *sender) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// maxWait returns how long a scrape may wait for the first data.
func maxWait(r *http.Request) time.Duration {
	timeout := defaultScrape
	if s, err := strconv.ParseFloat(r.Header.Get("X-Prometheus-Scrape-Timeout-Seconds"), 64); err == nil && s > 0 && s < 3600 {
		timeout = time.Duration(s * float64(time.Second))
	}
	return max(0, timeout-scrapeMargin)
}
