package livevox

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestLoginSendsCredentialsOnceAndSessionAlways(t *testing.T) {
	v := statsVendor()
	c := newClient(t, v)
	for range 3 {
		if _, err := c.ServiceStats(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(v.sent("session/login")); got != 1 {
		t.Errorf("%d logins for three calls, want 1", got)
	}
	for _, r := range v.sent("realtime/service/stats") {
		if r.header.Get("LV-Session") == "" || r.header.Get("LV-Access") != "" || strings.Contains(r.body, password) {
			t.Errorf("a call carries the session %q and the access token %q", r.header.Get("LV-Session"), r.header.Get("LV-Access"))
		}
		if r.body != "{}" {
			t.Errorf("the body is %q, want {}", r.body)
		}
	}
}

func TestSecretIsReadAnewAtEachLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		secret := "old"
		c := newClient(t, statsVendor(), func(c *Config) { c.Password = func() string { return secret } })
		if err := c.Login(t.Context()); api.ClassOf(err) != api.Auth {
			t.Fatalf("the old password: %v", err)
		}
		secret = password
		time.Sleep(time.Minute)
		if err := c.Login(t.Context()); err != nil {
			t.Fatalf("the new password: %v", err)
		}
	})
}

func TestAbandonedLoginSpoilsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := statsVendor()
		v.delay = 3 * time.Second
		c := newClient(t, v)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Login(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("an abandoned login: %v", err)
		}
		begin := time.Now()
		if err := c.Login(t.Context()); err != nil {
			t.Errorf("the next login: %v", err)
		}
		if took := time.Since(begin); took < 5*time.Second {
			t.Errorf("the next login took %s, want to wait 5 s for it", took)
		}
	})
}

func TestFailureOfTheVendorProvesNoSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vendor{}
		calls := 0
		v.answers = map[string]http.HandlerFunc{"realtime/service/stats": func(w http.ResponseWriter, _ *http.Request) {
			calls++
			refuse(w, []int{http.StatusUnauthorized, http.StatusBadGateway}[calls%2], 1)
		}}
		c := newClient(t, v)
		for range 60 {
			_, _ = c.ServiceStats(t.Context())
			time.Sleep(10 * time.Second)
		}
		if v.logins > 3 {
			t.Errorf("%d logins in ten minutes, want 3 at most", v.logins)
		}
	})
}

func TestPasswordExpiryIsThatOfTheLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, statsVendor())
		if _, ok := c.PasswordExpiry(); ok {
			t.Error("there is a time before the login")
		}
		if err := c.Login(t.Context()); err != nil {
			t.Fatal(err)
		}
		login := time.Now()
		time.Sleep(49 * time.Hour)
		if at, ok := c.PasswordExpiry(); !ok || !at.Equal(login.Add(41*24*time.Hour)) {
			t.Errorf("%v, %v; want 41 days after the login", at, ok)
		}
	})
}

func TestRenewedIsToldOfEachLogin(t *testing.T) {
	var outcomes []error
	v := statsVendor()
	c := newClient(t, v, func(c *Config) { c.Renewed = func(err error) { outcomes = append(outcomes, err) } })
	v.login = func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusForbidden, 9) }
	_ = c.Login(t.Context())
	_ = c.Login(t.Context()) // held back: no login
	if len(outcomes) != 1 || api.ClassOf(outcomes[0]) != api.Auth {
		t.Errorf("outcomes %v, want one of class auth", outcomes)
	}
}

func TestLogoutOnlyIfAsked(t *testing.T) {
	for _, logout := range []bool{false, true} {
		v := statsVendor()
		c := newClient(t, v, func(c *Config) { c.Logout = logout })
		if err := c.Login(t.Context()); err != nil {
			t.Fatal(err)
		}
		path := "session/logout/" + v.session
		if err := c.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := len(v.sent(path)); (got == 1) != logout {
			t.Errorf("logout %v: %d requests", logout, got)
		}
	}
}

func TestLoginWithoutSessionIsAnAuthError(t *testing.T) {
	for name, body := range map[string]string{
		"empty":   `{}`,
		"fault":   `{"code":7,"message":"no"}`,
		"control": `{"sessionId":"a\nb"}`,
	} {
		v := statsVendor()
		v.login = says(body)
		if err := newClient(t, v).Login(t.Context()); api.ClassOf(err) != api.Auth {
			t.Errorf("%s: %v, want class auth", name, err)
		}
	}
}
