package liveperson

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

const (
	// discoveryTTL is how long an answer of the Domain API is good: LivePerson doesn't say.
	discoveryTTL = time.Hour
	// minDiscoveryPause is the least time between two answers, however often the
	// host can't be reached.
	minDiscoveryPause = 10 * time.Second
	// discoveryRetry is the pause after a failure.
	discoveryRetry = 5 * time.Second
	// refreshTimeout is how long a refresh may take while the old answer is good enough.
	refreshTimeout = 5 * time.Second
)

// domains finds the hosts of the account's services.
type domains struct {
	account string
	http    *http.Client
	hosts   hosts
	fixed   map[string]*url.URL

	mu    sync.Mutex
	found map[string]*domain // by service name
}

// domain is what is known of one service.
type domain struct {
	turn *semaphore.Weighted

	// guarded by the mutex of domains
	base  *url.URL
	err   error
	asked time.Time
	due   time.Time
}

// loginAddress is where the configuration says that logins go.
func (d *domains) loginAddress() string {
	if u := d.fixed[Sentinel]; u != nil {
		return u.String()
	}
	return d.hosts.discovery.String()
}

// base returns the base URL of a service. It asks the Domain API only if it
// wasn't asked for an hour, or if the host it named can't be reached; if that
// fails, the host named before still serves.
func (d *domains) base(ctx context.Context, service string) (*url.URL, error) {
	if u := d.fixed[service]; u != nil {
		return u, nil
	}
	known := d.of(service)
	if base, due, err := d.state(known); !due {
		return base, err
	}
	if err := known.turn.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	defer known.turn.Release(1)
	base, due, err := d.state(known)
	if !due {
		return base, err
	}
	if base != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, refreshTimeout)
		defer cancel()
	}
	base, err = d.ask(ctx, service)
	return d.keep(ctx, known, base, err)
}

func (d *domains) of(service string) *domain {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.found[service] == nil {
		d.found[service] = &domain{turn: semaphore.NewWeighted(1)}
	}
	return d.found[service]
}

// state returns what is known, and whether it is time to ask.
func (d *domains) state(known *domain) (base *url.URL, due bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	due = !time.Now().Before(known.due)
	if known.base != nil {
		return known.base, due, nil
	}
	return nil, due, known.err
}

// keep notes the outcome of a question and returns what is known now.
func (d *domains) keep(ctx context.Context, known *domain, base *url.URL, err error) (*url.URL, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		return nil, err // says nothing about the Domain API
	}
	known.asked = time.Now()
	known.err = err
	if err == nil {
		known.base = base
		known.due = known.asked.Add(discoveryTTL)
		return base, nil
	}
	known.due = known.asked.Add(discoveryRetry)
	if known.base != nil {
		known.due = known.asked.Add(time.Minute)
		return known.base, nil
	}
	return nil, err
}

// answered takes how a call to a service ended: if the host can't be reached
// it may have moved.
func (d *domains) answered(ctx context.Context, service string, err error) {
	if err == nil || errors.Is(ctx.Err(), context.Canceled) || !unreachable(err) {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if known := d.found[service]; known != nil {
		if soon := known.asked.Add(minDiscoveryPause); soon.Before(known.due) {
			known.due = soon
		}
	}
}

// ask asks the Domain API. It needs no credentials and gets none.
func (d *domains) ask(ctx context.Context, service string) (*url.URL, error) {
	u := d.hosts.discovery.JoinPath("api/account", d.account, "service", service, "baseURI.json")
	u.RawQuery = "version=1.0"
	call := api.Call{Endpoint: "discovery", Method: http.MethodGet, URL: u, Header: http.Header{"Accept": {"application/json"}}}
	var answer baseURIs
	if _, err := call.JSON(ctx, d.http, &answer); err != nil {
		return nil, fmt.Errorf("%w (service %s)", err, service)
	}
	host := answer.of(service)
	if host == "" {
		return nil, api.Schema.Errorf("discovery: no baseURI for the service %s", service)
	}
	base, err := d.hosts.base(host)
	if err != nil {
		return nil, fmt.Errorf("discovery of %s: %w", service, err)
	}
	return base, nil
}

// baseURIs mirrors the answer of the Domain API. Its page shows the list under
// the address of a single service, which in fact answers one object.
type baseURIs struct {
	baseURI
	List api.List[baseURI] `json:"baseURIs"`
}

type baseURI struct {
	Service api.Text `json:"service"`
	BaseURI api.Text `json:"baseURI"`
}

// of returns the host of a service; "" if the answer has none.
func (b *baseURIs) of(service string) string {
	for _, one := range append(b.List.Items, b.baseURI) {
		if one.Service == "" || strings.EqualFold(string(one.Service), service) {
			if host := strings.TrimSpace(string(one.BaseURI)); host != "" {
				return host
			}
		}
	}
	return ""
}
