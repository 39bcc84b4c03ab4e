// Package liveperson asks the reporting APIs of LivePerson: one file per
// endpoint with the types of its answer, the Domain API that says where an
// endpoint is, and the ways to authenticate. It knows nothing of metrics.
package liveperson

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

// The services of the Domain API that the exporter asks for. Their names are
// case sensitive.
const (
	Sentinel = "sentinel"              // OAuth 2 tokens
	History  = "msgHist"               // agent-view/status
	Realtime = "leDataReporting"       // agentactivity
	Activity = "agentActivityDomain"   // status-changes
	ReadOnly = "accountConfigReadOnly" // names, skills, groups, working hours
)

// Options say which account is asked, where, and how the client authenticates.
type Options struct {
	// Account is LivePerson's id of the account: letters and digits.
	Account string
	// HTTP sends, limits and retries the requests. It must follow no redirect.
	HTTP *http.Client
	// Auth is how the client authenticates.
	Auth Auth
	// Renewed, if not nil, is called with the outcome of each token request.
	Renewed func(error)
	// Discovery is the base URL of the Domain API.
	Discovery *url.URL
	// Domains are base URLs by service name, which are then not asked of the
	// Domain API.
	Domains map[string]*url.URL
	// AllowedHosts are suffixes of hosts that the Domain API may name besides
	// liveperson.net.
	AllowedHosts []string
	// AllowHTTP permits plain http to the host of Discovery.
	AllowHTTP bool
	// RequestSource is the parameter source of the Agent Activity API, by which
	// LivePerson tells its callers apart.
	RequestSource string
}

// Client asks on behalf of one account. It may be used by any number of
// goroutines at once.
type Client struct {
	account string
	source  string
	http    *http.Client
	domains *domains
	clock   *api.Clock
	logins  *vendorhttp.LoginBackoff
	renewed func(error)
	auth    authorizer
}

// New returns the client of an account. It sends nothing yet.
func New(o Options) *Client {
	c := &Client{account: o.Account, source: o.RequestSource, clock: &api.Clock{}, logins: vendorhttp.LoginsOf(o.HTTP), renewed: o.Renewed}
	if c.renewed == nil {
		c.renewed = func(error) {}
	}
	c.http = c.clock.Watch(o.HTTP)
	c.domains = &domains{
		account: o.Account, http: c.http, fixed: o.Domains, found: map[string]*domain{},
		hosts: hosts{allowed: o.AllowedHosts, discovery: o.Discovery, allowHTTP: o.AllowHTTP},
	}
	c.auth = o.Auth.authorizer(c)
	return c
}

// NewestSkew returns how far the vendor's clock is ahead of ours, from the Date header of
// its newest answer; false before the first one. It is for a check, which has few answers.
func (c *Client) NewestSkew() (time.Duration, bool) { return c.clock.Newest() }

// request is one to a service of the account.
type request struct {
	endpoint string
	service  string
	method   string
	path     string // below the base URL, with %s for the account
	query    url.Values
	// problem finds the code in the body of an error; nil for the usual one.
	problem  func([]byte) string
	body     any    // sent as JSON; nil for none
	revision string // of the answer that is held; "" for none
}

// ask sends a request with the account's credentials and decodes the answer
// into v. It returns the names of the fields whose values can't be read.
func (c *Client) ask(ctx context.Context, r request, v any) (malformed []string, err error) {
	a, err := c.answer(ctx, r, func(ctx context.Context, call api.Call) (api.Answer, error) { return call.JSON(ctx, c.http, v) })
	return a.Malformed, err
}

// answer is ask with a function that sends the call and reads the answer.
func (c *Client) answer(ctx context.Context, r request, read reader) (api.Answer, error) {
	base, err := c.domains.base(ctx, r.service)
	if err != nil {
		return api.Answer{}, err
	}
	call, err := r.call(base, c.account)
	if err != nil {
		return api.Answer{}, err
	}
	a, err := c.send(ctx, call, read)
	c.domains.answered(ctx, r.service, err)
	return a, err
}

// reader sends a call and reads the answer.
type reader func(context.Context, api.Call) (api.Answer, error)

func (r request) call(base *url.URL, account string) (api.Call, error) {
	call := api.Call{
		Endpoint:   r.endpoint,
		Method:     r.method,
		URL:        base.JoinPath(fmt.Sprintf(r.path, account)),
		Header:     http.Header{"Accept": {"application/json"}},
		Idempotent: true,
		Problem:    problem,
	}
	if r.problem != nil {
		call.Problem = r.problem
	}
	call.URL.RawQuery = encode(r.query)
	if r.revision != "" {
		call.Header.Set("If-Match", r.revision)
	}
	if r.body == nil {
		return call, nil
	}
	body, err := json.Marshal(r.body)
	call.Body = body
	call.Header.Set("Content-Type", "application/json")
	return call, err
}

// maxTries bounds how often one call is sent because of its credentials.
const maxTries = 4

// send attaches the credentials and sends the call; again where the answer to a
// refusal is a new token or a corrected clock.
func (c *Client) send(ctx context.Context, call api.Call, read reader) (api.Answer, error) {
	for try := 1; ; try++ {
		value, err := c.auth.authorize(ctx, call)
		if err != nil {
			return api.Answer{}, fmt.Errorf("%s: %w", call.Endpoint, err)
		}
		call.Header.Set("Authorization", value)
		a, err := read(ctx, call)
		again := c.auth.answered(call.Endpoint, value, try, err)
		if !again || try == maxTries {
			return a, err
		}
	}
}

// Find finds the host of a service, as every request does by itself.
func (c *Client) Find(ctx context.Context, service string) error {
	_, err := c.domains.base(ctx, service)
	return err
}

// Login makes sure that there are credentials to send, as every request does by
// itself. Only OAuth 2 asks LivePerson for them.
func (c *Client) Login(ctx context.Context) error {
	_, err := c.auth.authorize(ctx, api.Call{Method: http.MethodGet, URL: c.domains.hosts.discovery})
	return err
}
