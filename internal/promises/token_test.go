package promises

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// A token whose end is near serves until the vendor refuses it: an announced end is no
// reason for more logins than an account may have.
func TestTokensThatEndSoonCauseFewLogins(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		life   time.Duration
		faults []simulator.Fault
	}{
		{name: "told by a number", life: 200 * time.Second},
		{name: "told by a text", life: 200 * time.Second, faults: []simulator.Fault{{Kind: "expires_string", Endpoint: "token"}}},
		{name: "told by the token alone", life: 200 * time.Second, faults: []simulator.Fault{{Kind: "expires_absent", Endpoint: "token"}}},
		{name: "two seconds", life: 2 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			if raced && c.faults != nil {
				t.Skip("the same goroutines")
			}
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Options{Seed: 31, Agents: 20, TokenLife: c.life})
				// Answers take so long that tokens end between two pages and on their way.
				mustFault(t, s, simulator.Fault{Kind: "delay", Delay: simulator.Duration(300 * time.Millisecond)})
				for _, f := range c.faults {
					mustFault(t, s, f)
				}
				const often = "sources: {agent_status: {interval: 10s, page_size: 10}, agent_activity: {interval: 10s}, status_changes: {interval: 10s, page_size: 25, lookback: 2h}}"
				x := run(t, hosts{shopHost: s}, "", accounts(
					shop("one", shopHost, s, generous, often), shop("two", shopHost, s, generous, often)))
				time.Sleep(14 * time.Minute)
				for _, account := range []string{"one", "two"} {
					got := x.shown(account)
					if c.life > time.Minute {
						got.healthy(t)
					}
					if n := got.value(t, "contactcenter_auth_renewals_total", "outcome", "success"); n < 4 || n > 5 {
						t.Errorf("%v logins in 14 minutes", n)
					}
					if n := got.value(t, "contactcenter_auth_renewals_total", "outcome", "failure"); n != 0 {
						t.Errorf("%v logins failed", n)
					}
				}
			})
		})
	}
}
