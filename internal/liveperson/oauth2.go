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
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

// OAuth2 are client credentials for the version 2 token endpoint of Sentinel.
// The scopes belong to the application: none are asked for.
type OAuth2 struct {
	ClientID string
	// Secret is called at each login, so that a rotated secret is used.
	Secret func() string
}

func (o OAuth2) authorizer(c *Client) authorizer {
	return &tokens{OAuth2: o, client: c, turn: semaphore.NewWeighted(1), backoff: c.logins}
}

const (
	// renewAhead is how long before its end a token is renewed, but not before
	// vendorhttp.LoginPace.
	renewAhead = time.Minute
	// renewSoon is how near to its renewal a token that is refused counts as ended.
	renewSoon = 5 * time.Second
)

// tokens gets access tokens and renews them before they end.
//
// golang.org/x/oauth2/clientcredentials would do the request, but cites the
// answer's body in its errors, refuses an expires_in of 3600.0, reads a token
// without expires_in as one that never ends, and can neither share a renewal
// among sources nor pause after a failure.
type tokens struct {
	OAuth2
	client  *Client
	turn    *semaphore.Weighted
	backoff *vendorhttp.LoginBackoff

	mu    sync.Mutex
	token token
}

func (t *tokens) authorize(ctx context.Context, _ api.Call) (string, error) {
	if value, done, err := t.state(time.Now()); done {
		return value, err
	}
	if err := t.turn.Acquire(ctx, 1); err != nil {
		return "", fmt.Errorf("login: %w", err)
	}
	defer t.turn.Release(1)
	if value, done, err := t.state(time.Now()); done {
		return value, err
	}
	if err := t.backoff.Wait(ctx); err != nil {
		return "", fmt.Errorf("login: %w", err)
	}
	secret := t.Secret()
	token, err := t.login(ctx, secret)
	return t.keep(ctx, secret, token, err)
}

// state returns the token or error that there is, and whether that is all that
// can be done now.
func (t *tokens) state(now time.Time) (value string, done bool, err error) {
	secret := t.identity(t.Secret())
	token := t.newest(secret)
	if token.value != "" && now.Before(token.renew) {
		return token.header(), true, nil
	}
	blocked := t.backoff.Err(secret)
	if blocked == nil {
		return "", false, nil
	}
	value, err = token.usable(now, blocked)
	return value, true, err
}

// newest returns the token that there is: that of the client before, until this one
// has asked for one.
func (t *tokens) newest(secret string) token {
	t.mu.Lock()
	token := t.token
	t.mu.Unlock()
	if before, _ := t.backoff.Session(secret).(*tokens); token.value == "" && before != nil && before != t {
		before.mu.Lock()
		token = before.token
		before.mu.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		t.token = token
		t.backoff.Keep(t)
	}
	return token
}

// identity is all that a login with a secret depends on.
func (t *tokens) identity(secret string) string {
	return strings.Join([]string{t.client.domains.loginAddress(), t.client.account, t.ClientID, secret}, "\x00")
}

func (t *tokens) keep(ctx context.Context, secret string, fresh token, err error) (string, error) {
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		t.backoff.Abandoned()
		return "", err // it says nothing about the credentials
	}
	if !errors.Is(err, api.ErrHeld) { // else it was not sent
		t.client.renewed(err)
		t.backoff.Done(t.identity(secret), err)
		t.backoff.Keep(t)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		return t.token.usable(time.Now(), err)
	}
	t.token = fresh
	return fresh.header(), nil
}

// answered drops a refused token, so that the next call logs in, unless another login
// is not allowed now: the token may still be good for other calls.
func (t *tokens) answered(endpoint, value string, try int, err error) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if unauthorized(err) == nil {
		if status := api.StatusOf(err); err == nil || status != nil && status.Code < http.StatusInternalServerError {
			t.backoff.Accepted(endpoint)
		}
		return false
	}
	now := time.Now()
	switch {
	case t.token.header() != value:
		return true // another call has renewed it meanwhile
	case !now.Before(t.token.ends):
		// It ended, maybe on its way: no refusal. One that ends before the next login is
		// due, so that there are not too many, serves until then for what it still opens.
		return !now.Before(t.token.renew)
	case try > 1:
		t.backoff.Refused(endpoint)
		return false
	case t.backoff.RefusesAnySession(endpoint):
		return false
	case t.token.renew.Sub(now) < renewSoon:
		t.token.renew, t.token.ends = now, now
	case t.backoff.Err(t.identity(t.Secret())) != nil:
		return false
	default:
		t.token = token{}
	}
	return true
}

// login asks for a token. A refusal and an answer without a token are errors of
// class auth.
func (t *tokens) login(ctx context.Context, secret string) (token, error) {
	base, err := t.client.domains.base(ctx, Sentinel)
	if err != nil {
		return token{}, fmt.Errorf("login: %w", unlocated{err})
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {t.ClientID}, "client_secret": {secret}}
	call := api.Call{
		Endpoint: "login",
		Priority: api.PriorityLogin,
		Method:   http.MethodPost,
		URL:      base.JoinPath("sentinel/api/v2/account", t.client.account, "app/token"),
		Header:   http.Header{"Accept": {"application/json"}, "Content-Type": {"application/x-www-form-urlencoded"}},
		Body:     []byte(form.Encode()),
		Problem:  problem,
	}
	var answer tokenAnswer
	asked := time.Now()
	_, err = call.JSON(ctx, t.client.http, &answer)
	t.client.domains.answered(ctx, Sentinel, err)
	if err == nil && !headerSafe(string(answer.AccessToken)) {
		err = errors.New("login: the answer has no access_token")
		return token{}, &api.Error{Class: api.Auth, Err: err}
	}
	if err != nil {
		return token{}, vendorhttp.LoginError(err)
	}
	return answer.token(asked), nil
}

// ErrNoHost is in the errors of a login for which no host is known: no token
// was asked for.
var ErrNoHost = errors.New("no host is known")

// unlocated is an error of finding a host.
type unlocated struct{ error }

func (u unlocated) Unwrap() []error { return []error{u.error, ErrNoHost} }
