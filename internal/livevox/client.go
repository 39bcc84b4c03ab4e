package livevox

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Config is what a client is made of.
type Config struct {
	// BaseURL is the vendor's environment, such as https://api.livevox.com: scheme, host
	// and path. Credentials and session go to its host and to no other.
	BaseURL string
	// HTTP sends, limits and retries the requests. It must follow no redirect.
	HTTP *http.Client
	// ClientName is the client code of the vendor's portal, not the name shown.
	ClientName, Username string
	// Password and AccessToken are read at every login, so that a rotated secret
	// is used without a restart.
	Password, AccessToken func() string
	// Filter restricts every method that knows filters.
	Filter Filter
	// Logout ends the session in Close. It would end that of every process that
	// shares user and token: the vendor gives them all the same one.
	Logout bool
	// Renewed, if not nil, is called with the outcome of each login.
	Renewed func(error)
}

// Client asks on behalf of one account. All its methods may be called at the
// same time.
type Client struct {
	base    *url.URL
	http    *http.Client
	filter  Filter
	session *session
	clock   api.Clock
	streams streams

	serviceList                services
	recentServices             recentServices
	activeCalls                activeCalls
	endedCalls                 endedCalls
	thresholds                 thresholds
	agentFeed, interactionFeed beginning
	// The memory of the newest full pages.
	agentEvents       []AgentEvent
	interactionEvents []InteractionEvent
	spellings         spellings
}

// New returns a client. No request is sent yet.
func New(c Config) (*Client, error) {
	base, err := url.Parse(c.BaseURL)
	if err != nil {
		return nil, errors.New("base_url is not a URL")
	}
	client := &Client{base: base, filter: Filter{distinct(c.Filter.ServiceIDs), distinct(c.Filter.CallCenterIDs)}}
	client.http = client.clock.Watch(c.HTTP)
	client.session = newSession(client, c)
	return client, nil
}

// Now returns the vendor's time: this machine's, corrected by what the vendor's
// answers said so far.
func (c *Client) Now() time.Time { return time.Now().Add(c.Skew()) }

// Skew returns how far the vendor's clock is ahead of this machine's, to about
// a second; 0 before the first answer.
func (c *Client) Skew() time.Duration {
	skew, _ := c.clock.Ahead()
	return significant(skew)
}

// NewestSkew is Skew by the newest answer alone: for a check, which has few.
func (c *Client) NewestSkew() time.Duration {
	skew, _ := c.clock.Newest()
	return significant(skew)
}

// skewPrecision is by how much clocks that agree seem to differ: a Date header has whole
// seconds, and an answer takes time.
const skewPrecision = 2 * time.Second

// significant returns a skew in whole seconds; 0 for one within skewPrecision.
func significant(skew time.Duration) time.Duration {
	if skew = skew.Round(time.Second); skew.Abs() <= skewPrecision {
		return 0
	}
	return skew
}

// Login makes sure that there is a session. It is what every method does by
// itself; asked alone it tells a wrong password from a missing role.
func (c *Client) Login(ctx context.Context) error {
	_, err := c.session.current(ctx)
	return err
}

// PasswordExpiry returns when the account's password expires, to the day, by what
// the newest login answered; ok is false where it didn't say.
func (c *Client) PasswordExpiry() (at time.Time, ok bool) { return c.session.passwordExpiry() }

// Close ends open streams, and the session if the configuration says so. A
// session that is gone already is no error.
func (c *Client) Close(ctx context.Context) error {
	c.streams.close()
	return c.session.close(ctx)
}
