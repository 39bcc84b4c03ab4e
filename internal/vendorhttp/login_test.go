package vendorhttp

import (
	"errors"
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
		if b.Err("secret", false) != nil {
			continue
		}
		if err := b.Wait(t.Context(), false); err != nil {
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
		}, true, 5, 50},
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
		if b.Err("old", false) == nil {
			t.Error("the secret that was refused is tried again within two minutes")
		}
		if err := b.Err("new", false); err != nil {
			t.Errorf("a new secret has to wait: %v", err)
		}
	})
}

func TestAnnouncedEndOfASessionIsNoReasonToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b LoginBackoff
		for range 100 {
			if err := b.Err("secret", true); err != nil {
				t.Fatal(err)
			}
			if err := b.Wait(t.Context(), true); err != nil {
				t.Fatal(err)
			}
			b.Done("secret", nil)
			b.Accepted("x")
			time.Sleep(time.Second)
		}
		b.Done("secret", api.VendorError.Errorf("down"))
		if b.Err("secret", true) == nil {
			t.Error("a login that failed is repeated at once")
		}
	})
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
