package vendorhttp

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

const (
	// loginSpacing is the least time between two logins of an account.
	loginSpacing = 5 * time.Second
	// maxLogins is how many logins there are at most within loginWindow. One of them is
	// not used to try a secret again that was refused: it is for another one.
	maxLogins   = 5
	loginWindow = 15 * time.Minute
	// maxUseless is how many logins there are within loginWindow of which no session
	// is accepted by any call.
	maxUseless = 3

	// LoginPace is the time between two logins at which they may go on for ever.
	LoginPace = loginWindow / maxLogins
)

// LoginBackoff decides when an account may log in. Vendors lock accounts that log in
// too often, whether the logins succeed or not: there is one login in five seconds and
// there are five in a quarter of an hour at most, and failures are further apart. It
// outlasts the clients of its account, and keeps their session for the next one.
//
// The zero value has seen no login. Its methods may be called at the same time.
type LoginBackoff struct {
	mu       sync.Mutex
	logins   []time.Time // within loginWindow
	useless  []time.Time // logins within loginWindow that replaced a session that no call had accepted
	failures int         // since the last success
	next     time.Time   // no login before with the same secret, after a failure
	err      error       // of the last login
	secret   string      // of the last login
	session  any         // of the last login
	accepted bool        // a call accepted the session of the last login
	refused  map[string]time.Time
}

// LoginsOf returns the LoginBackoff of the account whose requests an http.Client sends;
// a new one for a client that is not of this package.
func LoginsOf(c *http.Client) *LoginBackoff {
	if t, ok := c.Transport.(*transport); ok {
		return &t.limiter.logins
	}
	return &LoginBackoff{}
}

// Err returns why no login may be sent now; nil if it may, after Wait. After a failed
// login that is its error, until its pause is over or secret is another one. A secret
// is all that a login depends on: who logs in, and where.
func (b *LoginBackoff) Err(secret string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.expire(now)
	again := secret == b.secret
	failed := b.err != nil && again
	switch full := len(b.logins) >= maxLogins; {
	case failed && (now.Before(b.next) || len(b.logins) >= maxLogins-1), full && b.err != nil:
		return b.err
	case full:
		return api.Auth.Errorf("login: there were %d in %s; no more for now", len(b.logins), loginWindow)
	case again && !failed && !b.accepted && len(b.useless) >= maxUseless-1:
		return api.Auth.Errorf("login: succeeds, but no call accepts the session; is this the environment of the account?")
	}
	return nil
}

// Wait waits until the last login is long enough ago: five seconds at most.
func (b *LoginBackoff) Wait(ctx context.Context) error {
	b.mu.Lock()
	pause := b.spacing(time.Now())
	b.mu.Unlock()
	if pause <= 0 {
		return nil
	}
	return Sleep(ctx, pause)
}

// Keep keeps the session of the last login for the next client of the account.
func (b *LoginBackoff) Keep(session any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.session = session
}

// Session returns what was kept of the last login, if that was with secret; else nil.
func (b *LoginBackoff) Session(secret string) any {
	b.mu.Lock()
	defer b.mu.Unlock()
	if secret != b.secret {
		return nil
	}
	return b.session
}

// spacing is how long the last login is not long enough ago.
func (b *LoginBackoff) spacing(now time.Time) time.Duration {
	if len(b.logins) == 0 {
		return 0
	}
	return loginSpacing - now.Sub(b.logins[len(b.logins)-1])
}

// expire forgets the logins that no longer count.
func (b *LoginBackoff) expire(now time.Time) {
	b.logins, b.useless = recent(b.logins, now), recent(b.useless, now)
}

// recent returns the times that are in the window before now.
func recent(times []time.Time, now time.Time) []time.Time {
	for len(times) > 0 && now.Sub(times[0]) >= loginWindow {
		times = times[1:]
	}
	return times
}

// Done takes the outcome of a login that was sent with a secret.
func (b *LoginBackoff) Done(secret string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.expire(now)
	if err == nil && b.err == nil && !b.accepted && len(b.logins) > 0 && secret == b.secret {
		b.useless = append(b.useless, now)
	}
	if secret != b.secret {
		b.failures, b.session, b.refused = 0, nil, nil
	}
	b.logins = append(b.logins, now)
	b.secret, b.err, b.accepted = secret, err, false
	if err == nil {
		b.failures = 0
		return
	}
	b.failures++
	b.next = now.Add(loginPause(api.ClassOf(err), b.failures))
}

// Abandoned takes a login that was sent and whose caller gave up: nothing is known of
// its outcome.
func (b *LoginBackoff) Abandoned() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.logins = append(b.logins, time.Now())
}

// Accepted notes that an endpoint accepted the session of the last login.
func (b *LoginBackoff) Accepted(endpoint string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.accepted = true
	delete(b.refused, endpoint)
}

// Refused notes that an endpoint refused a session that had just been made: it refuses
// every session, and must not cause another login within loginWindow.
func (b *LoginBackoff) Refused(endpoint string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refused == nil {
		b.refused = map[string]time.Time{}
	}
	b.refused[endpoint] = time.Now()
}

// RefusesAnySession reports whether an endpoint has recently refused a session that had just
// been made.
func (b *LoginBackoff) RefusesAnySession(endpoint string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	at, ok := b.refused[endpoint]
	return ok && time.Since(at) < loginWindow
}

// loginPause is how long to wait after the nth failure in a row. A vendor that is down
// is asked more steadily than one that refuses the credentials.
func loginPause(class api.Class, n int) time.Duration {
	steps := []time.Duration{loginSpacing, 30 * time.Second, 2 * time.Minute, 225 * time.Second}
	if class == api.Auth {
		steps = []time.Duration{loginSpacing, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute}
	}
	return steps[min(n, len(steps))-1]
}

// LoginError gives the refusal of a login, which vendors write with any status from 400
// to 499, the class auth. A redirect and a vendor that is down or asks to wait refuse
// nothing.
func LoginError(err error) error {
	if status := api.StatusOf(err); status != nil && status.Code < http.StatusBadRequest {
		return err
	}
	switch api.ClassOf(err) {
	case api.Forbidden, api.ClientError:
		return &api.Error{Class: api.Auth, Err: err}
	}
	return err
}
