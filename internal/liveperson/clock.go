package liveperson

import (
	"net/http"
	"sync"
	"time"
)

// clock measures the vendor's clock by the Date headers of its answers. Both
// kinds of credentials depend on it: OAuth 1 signs the time, and a wrong clock
// is what a refused token often means.
type clock struct {
	mu    sync.Mutex
	skew  time.Duration
	known bool
}

// ahead returns how far the vendor's clock is ahead of ours, to a second or so.
func (c *clock) ahead() (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.skew, c.known
}

// watch returns a client that sends through hc and reads each answer's Date.
func (c *clock) watch(hc *http.Client) *http.Client {
	next := hc.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	watched := *hc
	watched.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(req)
		if err == nil {
			c.read(resp.Header.Get("Date"))
		}
		return resp, err
	})
	return &watched
}

func (c *clock) read(date string) {
	t, err := http.ParseTime(date)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skew, c.known = time.Until(t), true
}

// roundTrip makes an http.RoundTripper of a function.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls f.
func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// tolerated is how far the clocks may be apart before it counts: the Date header is cut to seconds, and an answer takes its time.
const tolerated = 5 * time.Second

// Earlier returns our time, or the vendor's where ours is ahead of it: what the
// vendor may still change must not be taken as settled because of a wrong clock.
func (c *Client) Earlier(now time.Time) time.Time {
	if skew, known := c.clock.ahead(); known && skew < -tolerated {
		return now.Add(skew)
	}
	return now
}

// Later returns our time, or the vendor's where it is ahead of ours: windows that
// end at the vendor's now must be long enough by either clock.
func (c *Client) Later(now time.Time) time.Time {
	if skew, known := c.clock.ahead(); known && skew > tolerated {
		return now.Add(skew)
	}
	return now
}
