// Package vendorhttp sends the requests of an account to its vendor: within the
// account's limits, again where that may help, not at all while the vendor is down,
// and only to permitted addresses. It knows no vendor and no configuration: what is
// special about a request stands in its api.Request.
package vendorhttp

import (
	"net/http"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/conntrack"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/proxy"
)

// Options are what a Client works with.
type Options struct {
	Limits Limits
	// Limiter is the account's.
	Limiter *Limiter
	// Hosts are those that connections may be made to.
	Hosts Hosts
	// Proxy, if not nil, returns the URL of the proxy through which all connections
	// go: see proxy.Dialer. It is never taken from the environment.
	Proxy func() string
	// Transport, if not nil, carries the requests in place of real connections.
	Transport http.RoundTripper
	// NoRetry is true if nothing is sent again, as for a person who waits.
	NoRetry bool
	// LongestBreak bounds the pause between two requests to a vendor that is down.
	LongestBreak time.Duration
	// Permitted, if not nil, reports right before each request whether it may be sent.
	Permitted func() bool
	// Log receives a line for each request at debug level; nil for none.
	Log log.Logger
	// Changed, if not nil, is called whenever Samples change.
	Changed func()

	connect proxy.Dial // opens connections; nil but in tests
}

// Client sends the requests of one account. Its methods may be called at the same
// time.
type Client struct {
	transport transport
}

// New returns a Client. It sends nothing yet.
func New(o Options) *Client {
	if o.Changed == nil {
		o.Changed = func() {}
	}
	if o.Log == nil {
		o.Log = log.NewNopLogger()
	}
	credit := float64(maxCredit)
	if o.NoRetry {
		credit = 0
	}
	conns := &conntrack.Dialer{Dial: o.dial()}
	next := o.Transport
	if next == nil {
		next = newTransport(o.Hosts, conns, o.Limits.MaxConcurrent)
	}
	return &Client{transport{
		next:    next,
		conns:   conns,
		limiter: o.Limiter,
		permit:  o.Permitted,
		breaker: &breaker{longest: o.LongestBreak},
		timeout: o.Limits.Timeout,
		maxBody: o.Limits.MaxResponseBytes,
		retry:   newRetryPolicy(credit),
		traffic: newTraffic(o.Changed),
		log:     level.Debug(o.Log),
	}}
}

// HTTP returns the http.Client of the account. It follows no redirect: headers and
// bodies with credentials would go along.
func (c *Client) HTTP() *http.Client {
	return &http.Client{
		Transport:     &c.transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ContinueFrom takes the counts of a Client that has stopped.
func (c *Client) ContinueFrom(stopped *Client) {
	c.transport.traffic.continueFrom(stopped.transport.traffic)
}

// Recovered returns a channel that is closed when the vendor answers again, or at
// the end of the next outage if there is none now.
func (c *Client) Recovered() <-chan struct{} { return c.transport.breaker.recovered() }

// Renewed counts a login or token request by its outcome.
func (c *Client) Renewed(err error) { c.transport.traffic.renewed(err) }

// Samples returns the metrics of the account's requests.
func (c *Client) Samples() []metric.Sample { return c.transport.traffic.samples() }

// Descs returns the metrics of Samples.
func Descs() []*metric.Desc {
	return []*metric.Desc{apiRequests, apiDuration, apiWait, apiRetries, apiThrottled, authRenewals}
}

// CloseIdleConnections closes the connections that no request uses.
func (c *Client) CloseIdleConnections() {
	if t, ok := c.transport.next.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}
