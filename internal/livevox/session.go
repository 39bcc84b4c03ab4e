package livevox

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

// session keeps an account logged in, for all its sources at once. The vendor
// ends a session two hours after its last use, or when the password changes;
// logging in while there is one returns the same (Session API: login).
type session struct {
	client *Client
	config Config

	turn    *semaphore.Weighted // is taken for a login
	backoff *vendorhttp.LoginBackoff

	mu      sync.Mutex
	key     key
	used    time.Time // when the vendor last accepted key
	days    api.Number
	counted time.Time // when days was answered
}

// key is one login's session. Its number tells two logins apart that the vendor
// answered with the same id.
type key struct {
	id     string
	number int
}

// idle is how long a session may rest before it is renewed without having been
// refused: ten minutes less than the vendor keeps it.
const idle = 110 * time.Minute

func newSession(client *Client, c Config) *session {
	return &session{client: client, config: c, turn: semaphore.NewWeighted(1), backoff: vendorhttp.LoginsOf(c.HTTP)}
}

// current returns the session, after a login if there is none or if it has been
// idle for too long.
func (s *session) current(ctx context.Context) (key, error) {
	s.mu.Lock()
	k, fresh := s.key, time.Since(s.used) < idle
	s.mu.Unlock()
	if k.id != "" && fresh {
		return k, nil
	}
	return s.renew(ctx, k)
}

// renew replaces a session that the vendor refused. A caller whose session has been
// replaced meanwhile gets the new one: one login serves all sources. While no login is
// allowed, the reason is returned without a request.
func (s *session) renew(ctx context.Context, refused key) (key, error) {
	if err := s.turn.Acquire(ctx, 1); err != nil {
		return key{}, err
	}
	defer s.turn.Release(1)
	if k := s.newest(); k.number != refused.number {
		return k, nil
	}
	secret := s.secret()
	if k, ok := s.continued(secret); ok {
		return k, nil
	}
	if err := s.backoff.Err(secret); err != nil {
		return key{}, err
	}
	if err := s.backoff.Wait(ctx); err != nil {
		return key{}, err
	}
	return s.replace(ctx, secret)
}

// secret is all that a login depends on.
func (s *session) secret() string {
	c := s.config
	return strings.Join([]string{c.BaseURL, c.ClientName, c.Username, c.Password(), c.AccessToken()}, "\x00")
}

// continued takes the session of the client before, at the first request of this one:
// a configuration that is loaded again causes no login.
func (s *session) continued(secret string) (k key, ok bool) {
	before, _ := s.backoff.Session(secret).(*session)
	if s.newest().number > 0 || before == nil {
		return key{}, false
	}
	before.mu.Lock()
	id, used, days, counted := before.key.id, before.used, before.days, before.counted
	before.mu.Unlock()
	if id == "" || time.Since(used) >= idle {
		return key{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key, s.used, s.days, s.counted = key{id: id, number: 1}, used, days, counted
	s.backoff.Keep(s)
	return s.key, true
}

// newest returns the session of the last login, if there was one.
func (s *session) newest() key {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key
}

// replace logs in and keeps the result.
func (s *session) replace(ctx context.Context, secret string) (key, error) {
	reply, err := s.login(ctx)
	switch {
	case errors.Is(err, api.ErrHeld):
		return key{}, err // it was not sent
	case err != nil && ctx.Err() != nil:
		s.backoff.Abandoned()
		return key{}, ctx.Err()
	}
	s.backoff.Done(secret, err)
	s.backoff.Keep(s)
	if s.config.Renewed != nil {
		s.config.Renewed(err)
	}
	if err != nil {
		return key{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = key{id: string(reply.SessionID), number: s.key.number + 1}
	s.used = time.Now()
	s.days, s.counted = reply.DaysUntilPasswordExpires, s.used
	return s.key, nil
}

// accepted notes that an endpoint accepted the session.
func (s *session) accepted(k key, endpoint string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k.number == s.key.number {
		s.used = time.Now()
		s.backoff.Accepted(endpoint)
	}
}

// credentials is the body of a login. The password stands nowhere else.
type credentials struct {
	ClientName string `json:"clientName"`
	UserName   string `json:"userName"`
	Password   string `json:"password"`
	Agent      bool   `json:"agent"`
}

// loginReply is the answer to a login.
type loginReply struct {
	SessionID                api.Text   `json:"sessionId"`
	DaysUntilPasswordExpires api.Number `json:"daysUntilPasswordExpires"`
}

// login asks for a session: POST session/login, the only request that carries
// the access token. It is never sent again by itself.
func (s *session) login(ctx context.Context) (loginReply, error) {
	body, err := json.Marshal(credentials{ClientName: s.config.ClientName, UserName: s.config.Username, Password: s.config.Password()})
	if err != nil {
		return loginReply{}, errors.New("login: the credentials can't be written as JSON")
	}
	call := s.client.call("login", http.MethodPost, "session/login", nil)
	call.Body, call.Idempotent, call.Priority = body, false, api.PriorityLogin
	call.Header.Set("LV-Access", s.config.AccessToken())
	var reply loginReply
	if _, err := call.JSON(ctx, s.client.http, &reply); err != nil {
		return loginReply{}, vendorhttp.LoginError(err)
	}
	if id := string(reply.SessionID); id == "" || len(id) > 512 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return loginReply{}, api.Auth.Errorf("login: the answer holds no session id")
	}
	return reply, nil
}

// passwordExpiry returns when the password expires: as many days after the newest
// login as that login answered.
func (s *session) passwordExpiry() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.days.Valid || s.days.Value < 0 {
		return time.Time{}, false
	}
	return s.counted.Add(time.Duration(min(s.days.Value, 36500)) * 24 * time.Hour), true
}

// close logs out if the configuration says so.
func (s *session) close(ctx context.Context) error {
	if !s.config.Logout {
		return nil
	}
	s.mu.Lock()
	id := s.key.id
	s.key.id = ""
	s.mu.Unlock()
	if id == "" {
		return nil
	}
	call := s.client.call("logout", http.MethodDelete, "session/logout", nil)
	call.URL, call.Priority = call.URL.JoinPath(id), api.PriorityLogin
	call.Idempotent = false
	resp, err := call.Open(ctx, s.client.http)
	if err != nil {
		if api.HasStatus(err, http.StatusNotFound) {
			return nil
		}
		return err
	}
	return resp.Body.Close()
}
