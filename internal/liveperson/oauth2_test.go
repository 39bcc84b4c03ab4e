package liveperson

import (
	"cmp"
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
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

// sentry gives out numbered tokens that end after life, and answers as the API
// does with a token that it gave and that hasn't ended.
type sentry struct {
	life      time.Duration
	announced time.Duration // in place of life, if not 0

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
	fmt.Fprintf(w, `{"access_token":%q,"expires_in":"%d"}`, value, int(cmp.Or(s.announced, s.life).Seconds()))
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

// Tokens that end soon are renewed no more often than logins may go on for ever, and
// serve until they are refused.
func TestShortTokensCauseFewLogins(t *testing.T) {
	for name, test := range map[string]struct {
		announced, life time.Duration
		refused         int // at most, of two fetches a second for 25 minutes
	}{
		"one second":                     {time.Second, time.Second, 3000},
		"one minute":                     {time.Minute, time.Minute, 2200},
		"a token that lives on":          {time.Second, time.Hour, 0},
		"renewed as announced, and soon": {5 * time.Minute, 5 * time.Minute, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &sentry{life: test.life, announced: test.announced}
				f := s.fake()
				var logins []time.Time
				token := f.token
				f.token = func(w http.ResponseWriter, form url.Values) {
					logins = append(logins, time.Now())
					token(w, form)
				}
				c := f.client(t)
				refused, worked := 0, time.Now()
				for range 1500 {
					for range 2 {
						if askStatus(c) != nil {
							refused++
						} else {
							worked = time.Now()
						}
					}
					if time.Since(worked) > vendorhttp.LoginPace+5*time.Second {
						t.Fatalf("no answer for %s: %v", time.Since(worked), logins)
					}
					time.Sleep(time.Second)
				}
				for i := range logins {
					if i > 0 && logins[i].Sub(logins[i-1]) < 5*time.Second || i >= 5 && logins[i].Sub(logins[i-5]) < 15*time.Minute {
						t.Fatalf("logins at %v", logins)
					}
				}
				if refused > test.refused {
					t.Errorf("%d fetches failed, want %d at most", refused, test.refused)
				}
			})
		})
	}
}

func TestASessionOutlastsAReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sentry{life: time.Hour}
		account := vendorhttp.New(vendorhttp.Options{
			Limiter: vendorhttp.NewLimiter(vendorhttp.Limits{RequestsPerSecond: 100, Burst: 100, MaxConcurrent: 10}), Transport: s.fake(),
			Limits: vendorhttp.Limits{Timeout: time.Minute, MaxResponseBytes: 1 << 20},
		})
		f := s.fake()
		secret := "old"
		load := func() *Client {
			return f.client(t, func(o *Options) {
				o.HTTP = account.HTTP()
				o.Auth = OAuth2{ClientID: "id", Secret: func() string { return secret }}
			})
		}
		for i := range 50 {
			if err := askStatus(load()); err != nil {
				t.Fatalf("after %d reloads: %v", i, err)
			}
			time.Sleep(time.Second)
		}
		if s.logins != 1 {
			t.Errorf("%d logins, want 1", s.logins)
		}
		secret = "new"
		if err := askStatus(load()); err != nil || s.logins != 2 {
			t.Errorf("another secret: %d logins, want 2: %v", s.logins, err)
		}
	})
}

func TestTokenThatEndsOnItsWayIsNoRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sentry{life: vendorhttp.LoginPace + 10*time.Second}
		f := s.fake()
		late := 0
		c := f.client(t, func(o *Options) {
			o.HTTP = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if late > 0 && strings.HasSuffix(r.URL.Path, "/agent-view/status") {
					late--
					time.Sleep(30 * time.Second)
				}
				return f.RoundTrip(r)
			})}
		})
		if err := askStatus(c); err != nil {
			t.Fatal(err)
		}
		time.Sleep(vendorhttp.LoginPace - time.Second)
		late = 2
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
