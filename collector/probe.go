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

// probed is what came of the request of a source that is off.
// stopped is true where it would have asked for more.
type probed struct{ sent, good, stopped atomic.Bool }

type probeKey struct{}

// probe asks a source that is off for one answer: whether the credentials can read it.
func (c Collector) probe(a config.Account) Step {
	return Step{
		Name: "source " + c.Name, Source: c.Name,
		Try: func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, probeTime)
			defer cancel()
			var p probed
			_, err := c.Collect(context.WithValue(ctx, probeKey{}, &p), Position{Now: time.Now()})
			switch {
			case p.stopped.Load():
				return nil
			case err == nil && !p.sent.Load():
				return errNotAsked
			}
			return err
		},
		Advice: func(err error) string { return c.AdviceOn(a, err) },
	}
}

var (
	errNotAsked = errors.New("there was nothing to ask for")
	errEnough   = errors.New("a check asks once")
)

// oneRequest lets one request for data through to the vendor for each probe; logins,
// and what is no probe, pass.
type oneRequest struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (o oneRequest) RoundTrip(req *http.Request) (*http.Response, error) {
	next := o.next
	if next == nil {
		next = http.DefaultTransport
	}
	p, probing := req.Context().Value(probeKey{}).(*probed)
	r := api.RequestOf(req.Context())
	if !probing || r.Priority == api.PriorityLogin || r.Endpoint == "discovery" || r.Endpoint == "login" {
		return next.RoundTrip(req)
	}
	if p.good.Load() {
		p.stopped.Store(true)
		return nil, errEnough
	}
	p.sent.Store(true)
	resp, err := next.RoundTrip(req)
	if err == nil && resp.StatusCode/100 == 2 {
		p.good.Store(true)
	}
	return resp, err
}
