package scrape

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// outage notices when a vendor answers none of an account's requests any more.
// Then a single one of them is sent at growing distances instead of one by each
// source, until there is an answer: that ends it for all sources at once.
// Endpoints that have not failed are asked as ever: one that always fails is no
// outage for the others.
//
// A circuit breaker from a library has one fixed pause and refuses everything.
type outage struct {
	longest time.Duration // pause

	mu      sync.Mutex
	failing map[string]bool // endpoints whose newest answer was a failure
	row     int             // failures since the newest answer
	pause   time.Duration   // 0 while there is no outage
	until   time.Time       // nothing is tried before
	trying  bool
	class   api.Class // of the newest failure
	end     chan struct{}
}

const (
	outageAfter = 5 // failures without an answer
	firstOutage = 10 * time.Second
	// The longest pauses end, with what is added to them, before those of the
	// sources: who tried last can try next.
	maxOutage     = 80 * time.Second
	maxFeedOutage = 40 * time.Second
	outageJitter  = 6 // the part of a pause that is added at random
)

// newOutage returns that of an account. Who asks every second is not left without
// for a minute and a half: the pause stays within eight of the shortest intervals.
func newOutage(c config.Account) *outage {
	o := &outage{longest: maxOutage}
	for _, s := range c.Sources {
		if s.Interval == 0 { // a feed
			o.longest = min(o.longest, maxFeedOutage)
		} else {
			o.longest = min(o.longest, 8*s.Interval)
		}
	}
	return o
}

// over returns what is closed when the outage ends, or else the next one.
func (o *outage) over() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.end == nil {
		o.end = make(chan struct{})
	}
	return o.end
}

// enter returns why a request is not sent now; nil if it is. Then leave is told
// how it ended, and whether it was the one that tries.
func (o *outage) enter(endpoint string) (try bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pause == 0 || !o.failing[endpoint] {
		return false, nil
	}
	if o.trying || time.Now().Before(o.until) {
		return false, o.class.Errorf("the vendor fails every request of the account: %w", api.ErrHeld)
	}
	o.trying = true
	return true, nil
}

// holds reports whether a request would be held back.
func (o *outage) holds(endpoint string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.pause != 0 && o.failing[endpoint] && time.Now().Before(o.until)
}

func (o *outage) leave(endpoint string, try bool, v verdict) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if try {
		o.trying = false
	}
	switch v.kind {
	case answered:
		o.answered(endpoint)
	case failed:
		o.failed(endpoint, v.class)
	}
}

func (o *outage) answered(endpoint string) {
	delete(o.failing, endpoint)
	o.row = 0
	if o.pause == 0 {
		return
	}
	o.pause = 0
	if o.end != nil {
		close(o.end)
		o.end = nil
	}
}

func (o *outage) failed(endpoint string, class api.Class) {
	if o.failing == nil {
		o.failing = map[string]bool{}
	}
	o.failing[endpoint], o.class = true, class
	o.row++
	now := time.Now()
	if o.row < outageAfter || now.Before(o.until) {
		return
	}
	o.pause = min(o.longest, max(firstOutage, 2*o.pause))
	o.until = now.Add(o.pause + rand.N(o.pause/outageJitter+1))
}

// verdict is what the end of a request says about the vendor.
type verdict struct {
	kind  verdictKind
	class api.Class // of failed
}

type verdictKind uint8

const (
	abandoned verdictKind = iota // nothing: the caller gave up
	answered                     // it answers, though it may refuse
	failed                       // it is down or wants to be left alone
)

func verdictOn(req *http.Request, resp *http.Response, err error) verdict {
	if err != nil {
		if req.Context().Err() != nil {
			return verdict{}
		}
		return verdict{failed, api.ClassOf(err)}
	}
	class := (&api.StatusError{Code: resp.StatusCode}).Class()
	if class == api.VendorError || class == api.RateLimited {
		return verdict{failed, class}
	}
	return verdict{kind: answered}
}
