package liveperson

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// sentry gives out numbered tokens that end after life, and answers as the API
// does with a token that it gave and that hasn't ended.
type sentry struct {
	life time.Duration

	mu     sync.Mutex
	logins int
	ends   map[string]time.Time
	denied map[string]bool // by path
}

func (s *sentry) fake() *fake {
	s.ends = map[string]time.Time{}
	return &fake{token: s.token, api: s.api}
}

func (s *sentry) token(w http.ResponseWriter, _ url.Values) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logins++
	value := fmt.Sprintf("token-%d", s.logins)
	s.ends[value] = time.Now().Add(s.life)
	fmt.Fprintf(w, `{"access_token":%q,"expires_in":"%d"}`, value, int(s.life.Seconds()))
}

func (s *sentry) api(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	value := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !time.Now().Before(s.ends[value]) || s.denied[r.URL.Path] {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if strings.HasSuffix(r.URL.Path, "/agentactivity") {
		io.WriteString(w, `{"agentsMetrics":{"metricsPerAgent":{},"metricsTotals":[]}}`)
		return
	}
	io.WriteString(w, noAgents)
}

// revoke ends all tokens.
func (s *sentry) revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.ends)
}

func askStatus(c *Client) error {
	_, err := c.AgentStatus(context.Background(), AgentStatusQuery{Limit: 10})
	return err
}

func askActivity(c *Client) error {
	_, err := c.AgentActivity(context.Background(), AgentActivityQuery{AgentIDs: []string{"all"}, Timeframe: time.Hour})
	return err
}

func TestTokenRequest(t *testing.T) {
	f := &fake{api: respond(noAgents)}
	if err := askStatus(f.client(t)); err != nil {
		t.Fatal(err)
	}
	login := f.requests("/app/token")[0]
	if got, want := login.URL.String(), "https://va.sentinel.liveperson.net/sentinel/api/v2/account/12345678/app/token"; got != want {
		t.Errorf("address %s, want %s", got, want)
	}
	if want := "client_id=id&client_secret=s3cret&grant_type=client_credentials"; login.body != want || login.Method != http.MethodPost {
		t.Errorf("%s %s, want POST %s", login.Method, login.body, want)
	}
	if ct := login.Header.Get("Content-Type"); ct != "application/x-www-form-urlencoded" {
		t.Errorf("Content-Type %s", ct)
	}
	if _, idempotent := login.Header["Idempotency-Key"]; idempotent {
		t.Error("the login may be sent again by the transport")
	}
	if got := f.requests("/agent-view/status")[0].Header.Get("Authorization"); got != "Bearer token" {
		t.Errorf("Authorization %q", got)
	}
}

func TestOneLoginForAllSources(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sentry{life: time.Hour}
		f := s.fake()
		f.token = func(w http.ResponseWriter, form url.Values) {
			time.Sleep(time.Second)
			s.token(w, form)
		}
		c := f.client(t)
		ask := func() {
			var wait sync.WaitGroup
			for range 50 {
				wait.Go(func() {
					if err := askStatus(c); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
		}
		ask()
		if s.logins != 1 {
			t.Errorf("%d logins, want 1", s.logins)
		}
		s.revoke()
		ask()
		if s.logins != 2 {
			t.Errorf("%d logins after a revocation, want 2", s.logins)
		}
	})
}

func TestTokenIsRenewedBeforeItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sentry{life: time.Hour}
		f := s.fake()
		c := f.client(t)
		for range 6 * 60 {
			if err := askStatus(c); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		if s.logins != 7 { // every 59 minutes
			t.Errorf("%d logins in six hours, want 7", s.logins)
		}
		if n := f.count("/agent-view/status"); n != 6*60 {
			t.Errorf("%d requests, want %d: none was refused", n, 6*60)
		}
	})
}

// Run (c) of the promises: no fetch fails because of a token.
func TestTokensOfTwoSecondsUnderSixSources(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sentry{life: 2 * time.Second}
		f := s.fake()
		c := f.client(t, func(o *Options) {
			o.HTTP = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				time.Sleep(700 * time.Millisecond) // it waits its turn
				return f.RoundTrip(r)
			})}
		})
		end := time.Now().Add(2 * time.Minute)
		var wait sync.WaitGroup
		for i := range 6 {
			wait.Go(func() {
				for time.Now().Before(end) {
					if err := askStatus(c); err != nil {
						t.Errorf("source %d: %v", i, err)
					}
					time.Sleep(time.Duration(300+50*i) * time.Millisecond)
				}
			})
		}
		wait.Wait()
	})
}

func TestTokenThatEndsOnItsWayIsNoRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sentry{life: 2 * time.Second}
		f := s.fake()
		late := 2
		c := f.client(t, func(o *Options) {
			o.HTTP = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if late > 0 && strings.HasSuffix(r.URL.Path, "/agent-view/status") {
					late--
					time.Sleep(3 * time.Second)
				}
				return f.RoundTrip(r)
			})}
		})
		if err := askStatus(c); err != nil {
			t.Errorf("two requests that waited for longer than their token lived: %v", err)
		}
	})
}

func TestRevokedTokenIsReplacedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sentry{life: time.Hour}
		f := s.fake()
		c := f.client(t)
		for i := range 10 {
			if err := askStatus(c); err != nil {
				t.Fatal(err)
			}
			s.revoke()
			time.Sleep(4 * time.Minute) // there are five logins in a quarter of an hour
			if s.logins != i+1 {
				t.Fatalf("%d logins after %d revocations", s.logins, i)
			}
		}
	})
}

func TestMissingPermissionIsNoReasonToLogInForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sentry{life: 24 * time.Hour, denied: map[string]bool{"/messaging_history/api/account/12345678/agent-view/status": true}}
		f := s.fake()
		c := f.client(t)
		for range 2*60 - 5 { // nearly an hour
			if err := askStatus(c); api.ClassOf(err) != api.Auth {
				t.Fatalf("error %v", err)
			}
			if err := askActivity(c); err != nil {
				t.Fatalf("another source suffers: %v", err)
			}
			time.Sleep(30 * time.Second)
		}
		if s.logins > 6 {
			t.Errorf("%d logins in an hour, want at most one in 15 minutes", s.logins)
		}
		delete(s.denied, "/messaging_history/api/account/12345678/agent-view/status")
		if err := askStatus(c); err != nil {
			t.Errorf("the permission came: %v", err)
		}
		s.revoke()
		if err := askStatus(c); err != nil {
			t.Errorf("a token that was revoked after the permission came: %v", err)
		}
	})
}

func TestLateRefusalDropsNoNewToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sentry{life: time.Hour}
		f := s.fake()
		var slow atomic.Bool
		c := f.client(t, func(o *Options) {
			o.HTTP = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				resp, err := f.RoundTrip(r)
				if strings.HasSuffix(r.URL.Path, "/agentactivity") && slow.CompareAndSwap(true, false) {
					time.Sleep(10 * time.Second)
				}
				return resp, err
			})}
		})
		if err := askStatus(c); err != nil {
			t.Fatal(err)
		}
		s.revoke()
		slow.Store(true)
		var wait sync.WaitGroup
		wait.Go(func() {
			if err := askActivity(c); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(time.Second)
		if err := askStatus(c); err != nil {
			t.Error(err)
		}
		wait.Wait()
		if s.logins != 2 {
			t.Errorf("%d logins, want 2: the second one served both", s.logins)
		}
	})
}
