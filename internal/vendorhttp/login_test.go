package vendorhttp

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// logIn asks for a login every second for a time, by calls of endpoints in turn, and
// returns when there was one. outcome is that of the nth login, after that the session
// is accepted if helps.
func logIn(t *testing.T, b *LoginBackoff, long time.Duration, outcome func(n int) error, helps bool) (times []time.Time) {
	t.Helper()
	for end := time.Now().Add(long); time.Now().Before(end); time.Sleep(time.Second) {
		if b.Err("secret") != nil {
			continue
		}
		if err := b.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		times = append(times, time.Now())
		err := outcome(len(times))
		b.Done("secret", err)
		if err == nil && helps {
			b.Accepted("x")
		}
	}
	return times
}

func TestLoginsAreFewWhetherTheyHelpOrNot(t *testing.T) {
	good := func(int) error { return nil }
	for name, c := range map[string]struct {
		outcome func(n int) error
		helps   bool
		most    int // in a quarter of an hour
		least   int // in three hours
	}{
		"each helps":         {good, true, 5, 55},
		"none helps":         {good, false, 3, 24},
		"all are refused":    {func(int) error { return api.Auth.Errorf("no") }, false, 5, 8},
		"the vendor is down": {func(int) error { return api.VendorError.Errorf("down") }, false, 5, 40},
		"every second one fails": {func(n int) error {
			if n%2 == 0 {
				return errors.New("reset")
			}
			return nil
		}, true, 5, 44},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var b LoginBackoff
				times := logIn(t, &b, 3*time.Hour, c.outcome, c.helps)
				for i := range times {
					if i > 0 && times[i].Sub(times[i-1]) < loginSpacing {
						t.Fatalf("two logins within %s", times[i].Sub(times[i-1]))
					}
					if i >= c.most && times[i].Sub(times[i-c.most]) < loginWindow {
						t.Fatalf("%d logins within %s", c.most+1, times[i].Sub(times[i-c.most]))
					}
				}
				if len(times) < c.least {
					t.Errorf("%d logins in three hours, want %d at least", len(times), c.least)
				}
			})
		})
	}
}

func TestLoginWithAnotherSecretIsTriedSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b LoginBackoff
		for range 3 {
			b.Done("old", api.Auth.Errorf("no"))
			time.Sleep(time.Minute)
		}
		if b.Err("old") == nil {
			t.Error("the secret that was refused is tried again within two minutes")
		}
		if err := b.Err("new"); err != nil {
			t.Errorf("a new secret has to wait: %v", err)
		}
	})
}

// Whatever the secrets are, and whether they are right: they are of one account.
func TestChangedSecretsDoNotRaiseTheBoundOfLogins(t *testing.T) {
	for name, outcome := range map[string]error{"each is right": nil, "none is right": api.Auth.Errorf("no")} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var b LoginBackoff
				var times []time.Time
				for i := range 2 * 60 * 60 {
					if secret := fmt.Sprint(i); b.Err(secret) == nil {
						if err := b.Wait(t.Context()); err != nil {
							t.Fatal(err)
						}
						times = append(times, time.Now())
						b.Done(secret, outcome)
						b.Accepted("x")
					}
					time.Sleep(time.Second)
				}
				for i := range times {
					if i > 0 && times[i].Sub(times[i-1]) < loginSpacing || i >= maxLogins && times[i].Sub(times[i-maxLogins]) < loginWindow {
						t.Fatalf("logins at %v", times)
					}
				}
				if len(times) < 8*maxLogins-1 {
					t.Errorf("%d logins in two hours", len(times))
				}
			})
		})
	}
}

// A person corrects a password at any moment after the wrong one was first refused.
func TestOneCorrectedSecretIsTriedAtOnce(t *testing.T) {
	for after := time.Second; after < 2*time.Hour; after += 97 * time.Second {
		synctest.Test(t, func(t *testing.T) {
			var b LoginBackoff
			for end := time.Now().Add(after); time.Now().Before(end); time.Sleep(time.Second) {
				if b.Err("wrong") == nil {
					if err := b.Wait(t.Context()); err != nil {
						t.Fatal(err)
					}
					b.Done("wrong", api.Auth.Errorf("no"))
				}
			}
			if err := b.Err("right"); err != nil {
				t.Fatalf("after %s: %v", after, err)
			}
			begin := time.Now()
			if err := b.Wait(t.Context()); err != nil || time.Since(begin) > loginSpacing {
				t.Errorf("after %s: waited for %s, %v", after, time.Since(begin), err)
			}
		})
	}
}

func TestASessionIsKeptForItsSecretOnly(t *testing.T) {
	var b LoginBackoff
	b.Done("old", nil)
	b.Keep("session")
	if b.Session("old") != "session" || b.Session("new") != nil {
		t.Errorf("%v, %v", b.Session("old"), b.Session("new"))
	}
	b.Done("new", nil)
	if b.Session("new") != nil {
		t.Error("the session of another secret is that of the new one")
	}
}

func TestAnEndpointThatRefusesAnySessionCausesNoLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b LoginBackoff
		b.Refused("x")
		if !b.RefusesAnySession("x") || b.RefusesAnySession("y") {
			t.Error("x refuses sessions, and y doesn't")
		}
		b.Accepted("x")
		if b.RefusesAnySession("x") {
			t.Error("x accepts the session")
		}
		b.Refused("x")
		time.Sleep(loginWindow)
		if b.RefusesAnySession("x") {
			t.Error("x is never tried again")
		}
	})
}

func TestOnlyAStatusOfFourHundredsRefusesALogin(t *testing.T) {
	for code, want := range map[int]api.Class{
		302: api.ClientError, 307: api.ClientError, 400: api.Auth, 401: api.Auth, 403: api.Auth, 404: api.Auth, 451: api.Auth,
		429: api.RateLimited, 500: api.VendorError,
	} {
		if got := api.ClassOf(LoginError(fmt.Errorf("login: %w", &api.StatusError{Code: code}))); got != want {
			t.Errorf("%d: %s, want %s", code, got, want)
		}
	}
}
