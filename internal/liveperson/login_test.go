package liveperson

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestRefusedLoginPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{token: func(w http.ResponseWriter, _ url.Values) {
			w.WriteHeader(http.StatusUnauthorized)
			io.WriteString(w, `{"error":"invalid_client","error_description":"the secret s3cret is wrong"}`)
		}}
		var outcomes []error
		c := f.client(t, func(o *Options) { o.Renewed = func(err error) { outcomes = append(outcomes, err) } })
		begin := time.Now()
		var logins []time.Duration
		for range 2 * 60 * 60 {
			err := askStatus(c)
			if api.ClassOf(err) != api.Auth || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "invalid_client") {
				t.Fatalf("error %v", err)
			}
			for len(logins) < f.count("/app/token") {
				logins = append(logins, time.Since(begin))
			}
			time.Sleep(time.Second)
		}
		if f.count("/agent-view/status") != 0 {
			t.Error("a request was sent without a token")
		}
		if len(outcomes) != len(logins) {
			t.Errorf("%d outcomes of %d logins", len(outcomes), len(logins))
		}
		for i := range logins {
			if i > 0 && logins[i]-logins[i-1] < 5*time.Second {
				t.Errorf("logins at %v: two within 5 s", logins)
			}
			if i >= 5 && logins[i]-logins[i-5] < 15*time.Minute {
				t.Errorf("logins at %v: six within 15 minutes", logins)
			}
		}
		if len(logins) < 8 {
			t.Errorf("logins at %v: it gave up", logins)
		}
	})
}

func TestLoginComesBackSoonAfterAnOutage(t *testing.T) {
	for outage := 50 * time.Minute; outage < time.Hour; outage += time.Minute {
		synctest.Test(t, func(t *testing.T) {
			s := &sentry{life: time.Hour}
			f := s.fake()
			good := f.token
			f.token = func(w http.ResponseWriter, _ url.Values) { w.WriteHeader(http.StatusServiceUnavailable) }
			c := f.client(t)
			for begin := time.Now(); time.Since(begin) < outage; time.Sleep(time.Second) {
				if err := askStatus(c); api.ClassOf(err) != api.VendorError {
					t.Fatalf("error %v", err)
				}
			}
			if n := f.count("/app/token"); n > 35 {
				t.Errorf("%d logins in %s", n, outage)
			}
			f.token = good
			begin := time.Now()
			for askStatus(c) != nil {
				time.Sleep(time.Second)
			}
			if took := time.Since(begin); took > 4*time.Minute {
				t.Errorf("it took %s to come back", took)
			}
		})
	}
}

func TestRotatedSecretIsUsedWithoutWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		secret := "old"
		f := &fake{api: respond(noAgents), token: func(w http.ResponseWriter, form url.Values) {
			if form.Get("client_secret") != "new" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			io.WriteString(w, `{"access_token":"t"}`)
		}}
		c := f.client(t, func(o *Options) { o.Auth = OAuth2{ClientID: "id", Secret: func() string { return secret }} })
		for range 600 {
			askStatus(c)
			time.Sleep(time.Second)
		}
		secret = "new"
		if err := askStatus(c); err != nil {
			t.Error(err)
		}
	})
}

func TestTokenServesToItsEndWhileItCannotBeRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sentry{life: time.Hour}
		f := s.fake()
		c := f.client(t)
		if err := askStatus(c); err != nil {
			t.Fatal(err)
		}
		f.token = func(w http.ResponseWriter, _ url.Values) { w.WriteHeader(http.StatusInternalServerError) }
		time.Sleep(time.Hour - renewAhead)
		for range 59 {
			if err := askStatus(c); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		time.Sleep(time.Second)
		if err := askStatus(c); api.ClassOf(err) != api.VendorError {
			t.Errorf("after its end: %v", err)
		}
	})
}

func TestBadTokenAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		body  string
		class api.Class
	}{
		"HTML":                {"<html>", api.Schema},
		"empty":               {"", api.Schema},
		"no token":            {`{"token_type":"Bearer"}`, api.Auth},
		"null":                {`{"access_token":null}`, api.Auth},
		"a line break":        {`{"access_token":"a\r\nX-Evil: 1"}`, api.Auth},
		"endless":             {`{"access_token":"` + strings.Repeat("a", 20_000) + `"}`, api.Auth},
		"an object":           {`{"access_token":{}}`, api.Auth},
		"a token as a number": {`{"access_token":7}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{api: respond(noAgents), token: func(w http.ResponseWriter, _ url.Values) { io.WriteString(w, test.body) }}
			if err := askStatus(f.client(t)); api.ClassOf(err) != test.class {
				t.Errorf("class %q, want %q: %v", api.ClassOf(err), test.class, err)
			}
		})
	}
}

func TestUnreachableSentinelKeepsItsClass(t *testing.T) {
	f := &fake{broken: map[string]error{"va.sentinel.liveperson.net": context.DeadlineExceeded}}
	if err := askStatus(f.client(t)); api.ClassOf(err) != api.Timeout {
		t.Errorf("class %s: %v", api.ClassOf(err), err)
	}
}

func TestGivingUpALoginIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{api: respond(noAgents)}
		failures := 0
		slow := true
		c := f.client(t, func(o *Options) {
			o.Renewed = func(err error) {
				if err != nil {
					failures++
				}
			}
			o.HTTP = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if slow && strings.HasSuffix(r.URL.Path, "/app/token") {
					<-r.Context().Done()
				}
				return f.RoundTrip(r)
			})}
		})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := c.AgentStatus(ctx, AgentStatusQuery{Limit: 10}); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		slow = false
		if err := askStatus(c); err != nil {
			t.Errorf("the next one has to wait: %v", err)
		}
		if failures != 0 {
			t.Errorf("%d failures", failures)
		}
	})
}
