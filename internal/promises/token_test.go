package promises

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

func TestTokensThatLiveForTwoSecondsFailNoFetch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		faults []simulator.Fault
	}{
		{name: "told by a number"},
		{name: "told by a text", faults: []simulator.Fault{{Kind: "expires_string", Endpoint: "token"}}},
		{name: "told by the token alone", faults: []simulator.Fault{{Kind: "expires_absent", Endpoint: "token"}}},
		{name: "revoked before their end", faults: []simulator.Fault{{Kind: "token_revoked", Every: 37}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if raced && c.faults != nil {
				t.Skip("the same goroutines")
			}
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Options{Seed: 31, Agents: 40, TokenLife: 2 * time.Second})
				// Answers take so long that tokens end between two pages and on their way.
				mustFault(t, s, simulator.Fault{Kind: "delay", Delay: simulator.Duration(300 * time.Millisecond)})
				for _, f := range c.faults {
					mustFault(t, s, f)
				}
				const often = "sources: {agent_status: {interval: 1s, page_size: 5}, agent_activity: {interval: 1s}, status_changes: {interval: 1s, page_size: 50, lookback: 4h}}"
				x := run(t, hosts{shopHost: s}, "", accounts(
					shop("one", shopHost, s, generous, often), shop("two", shopHost, s, generous, often)))
				time.Sleep(30 * time.Second)
				for _, account := range []string{"one", "two"} {
					got := x.shown(account)
					got.healthy(t)
					if n := got.of("contactcenter_source_fetches_total").sum(); n < 30 {
						t.Errorf("only %v fetches", n)
					}
					// A token serves all sources: at most one login per half of its life and
					// per revocation.
					n := got.value(t, "contactcenter_auth_renewals_total", "outcome", "success")
					if n < 15 || n > 30+20 {
						t.Errorf("%v logins in half a minute", n)
					}
					if n := got.value(t, "contactcenter_auth_renewals_total", "outcome", "failure"); n != 0 {
						t.Errorf("%v logins failed", n)
					}
				}
			})
		})
	}
}
