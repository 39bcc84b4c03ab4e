package collector

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// probeTime is how long the one request of a source that is off may take.
const probeTime = 15 * time.Second

// withEverySource turns on what is off, with its defaults, for a check.
func withEverySource(v Vendor, env Env) Env {
	all := maps.Clone(env.Account.Sources)
	if all == nil {
		all = map[string]config.Source{}
	}
	env.Tried = map[string]bool{}
	for _, s := range v.Sources {
		if _, on := all[s.Name]; !on {
			all[s.Name], env.Tried[s.Name] = s.Spec.Source(env.Account), true
		}
	}
	env.Account.Sources = all
	if env.HTTP != nil {
		limited := *env.HTTP
		limited.Transport = oneRequest{limited.Transport}
		env.HTTP = &limited
	}
	return env
}

// fetch is what came of the requests of a source in a check.
type fetch struct {
	once bool        // one good answer is enough
	sent atomic.Bool // it has asked for data
	good atomic.Bool // and got an answer
	// stopped is true where it would have asked for more.
	stopped atomic.Bool
}

type fetchKey struct{}

// probe asks a source that is off for one answer: whether the credentials can read it.
func (c Collector) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	f := fetch{once: true}
	_, err := c.Collect(context.WithValue(ctx, fetchKey{}, &f), Position{Now: time.Now()})
	switch {
	case f.stopped.Load():
		return nil
	case err == nil && !f.sent.Load():
		return ErrNotAsked
	}
	return err
}

// ErrNotAsked says of a source that is off that it could not be tried.
var ErrNotAsked = errors.New("there was nothing to ask for")

var errEnough = errors.New("a check asks once")

// oneRequest notes the requests for data of each fetch, and lets one through of a source
// that is off; logins pass.
type oneRequest struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (o oneRequest) RoundTrip(req *http.Request) (*http.Response, error) {
	next := o.next
	if next == nil {
		next = http.DefaultTransport
	}
	f, checking := req.Context().Value(fetchKey{}).(*fetch)
	r := api.RequestOf(req.Context())
	if !checking || r.Priority == api.PriorityLogin || r.Endpoint == "discovery" || r.Endpoint == "login" {
		return next.RoundTrip(req)
	}
	if f.once && f.good.Load() {
		f.stopped.Store(true)
		return nil, errEnough
	}
	f.sent.Store(true)
	resp, err := next.RoundTrip(req)
	if err == nil && resp.StatusCode/100 == 2 {
		f.good.Store(true)
	}
	return resp, err
}
