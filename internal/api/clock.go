package api

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/clock"
)

// Clock measures how far a vendor's clock is ahead of ours by the Date headers of
// its answers. It is the median of the newest ones, so that a single wrong answer
// moves it little; with fewer than three, the missing ones count as clocks that agree.
// Samples are kept by the monotonic clock: they stay right when our clock is set.
// The zero value is ready for use, by any number of goroutines.
type Clock struct {
	mu      sync.Mutex
	ours    clock.Clock
	samples []time.Duration // how far answers were ahead of ours; the newest last
}

const (
	clockSamples    = 9
	minClockSamples = 3
	// maxClockSkew is how far ahead or behind a Date may be to be believed at all.
	maxClockSkew = 48 * time.Hour
)

// Observe takes the Date of an answer that has just come.
func (c *Clock) Observe(date time.Time) {
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	skew, set := date.Sub(now.Round(0)), c.ours.Set(now)
	if min(skew.Abs(), (skew+set).Abs()) > maxClockSkew {
		return
	}
	c.samples = append(c.samples[max(0, len(c.samples)+1-clockSamples):], skew+set)
}

// Ahead returns how far the vendor's clock is ahead of ours, to a second or so, as
// the header has whole seconds; false before the first answer.
func (c *Clock) Ahead() (skew time.Duration, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.samples) == 0 {
		return 0, false
	}
	sorted, set := slices.Clone(c.samples), c.ours.Set(time.Now())
	for len(sorted) < minClockSamples {
		sorted = append(sorted, set)
	}
	slices.Sort(sorted)
	return sorted[len(sorted)/2] - set, true
}

// Newest returns what the newest answer alone says: for a vendor that has just
// refused a request because of its time.
func (c *Clock) Newest() (skew time.Duration, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.samples) == 0 {
		return 0, false
	}
	return c.samples[len(c.samples)-1] - c.ours.Set(time.Now()), true
}

// Watch returns a client that sends through hc and observes the Date of each answer.
func (c *Clock) Watch(hc *http.Client) *http.Client {
	next := hc.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	watched := *hc
	watched.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(req)
		if err == nil {
			date, _ := http.ParseTime(resp.Header.Get("Date")) // the zero time is never believed
			c.Observe(date)
		}
		return resp, err
	})
	return &watched
}

// roundTrip makes an http.RoundTripper of a function.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls f.
func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
