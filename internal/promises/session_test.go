package promises

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

const busyDialer = "sources: {service_stats: {interval: 1s}, agents_status: {interval: 1s}, calls_on_hold: {interval: 1s}, call_data: {interval: 1s, max_lookups_per_minute: 600}}"

func TestASessionThatIsRevokedCostsOneLoginAndNoFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 71, Agents: 30, FeedsOff: true})
		// Answers take so long that requests of several sources are under way with
		// the session that ends.
		mustFault(t, s, simulator.Fault{Kind: "delay", Delay: simulator.Duration(200 * time.Millisecond)})
		x := run(t, hosts{dialerHost: s}, "", accounts(dialer("dialer", dialerHost, s, generous, busyDialer)))
		time.Sleep(10 * time.Second)
		if n := requests(s)["login"]; n != 1 {
			t.Fatalf("%d logins at the start, want 1", n)
		}
		const revocations = 9 // with the first login, five in a quarter of an hour
		for i := range revocations {
			if i == 4 {
				time.Sleep(15 * time.Minute)
			}
			mustFault(t, s, simulator.Fault{Kind: "session_revoked", Endpoint: "agents_status", Count: 1})
			time.Sleep(8*time.Second + 170*time.Millisecond)
		}
		got := x.shown("dialer")
		got.healthy(t)
		if n := requests(s)["login"]; n != 1+revocations {
			t.Errorf("%d logins, want one at the start and one for each of %d revocations", n, revocations)
		}
		if n := got.value(t, "contactcenter_auth_renewals_total", "outcome", "success"); n != 1+revocations {
			t.Errorf("%v renewals are counted", n)
		}
		if n := got.value(t, "contactcenter_auth_renewals_total", "outcome", "failure"); n != 0 {
			t.Errorf("%v failures are counted", n)
		}
	})
}

func TestASessionThatIsIdleForTooLongIsRenewedAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 72, Agents: 20, FeedsOff: true})
		x := run(t, hosts{dialerHost: s}, "", accounts(dialer("dialer", dialerHost, s, generous,
			"sources: {service_stats: {interval: 3h}, agents_status: {enabled: false}, agent_stats: {enabled: false}, calls_on_hold: {enabled: false}, campaign_stats: {enabled: false}}")))
		time.Sleep(24 * time.Hour)
		got := x.shown("dialer")
		got.healthy(t)
		if n := s.Requests().Counts["service_stats"]["401"]; n != 0 {
			t.Errorf("%d requests were sent with a session that had ended", n)
		}
		if days := (got.value(t, "livevox_session_password_expiry_timestamp_seconds") - float64(time.Now().Unix())) / 86400; days < 1 || days > 41 {
			t.Errorf("the password expires in %v days", days)
		}
	})
}

func TestAMissingRoleIsAskedForSlowlyAndCostsNoLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 73, Agents: 20, FeedsOff: true})
		mustFault(t, s, simulator.Fault{Kind: "role_missing", Endpoint: "campaign_stats"})
		x := run(t, hosts{dialerHost: s}, "", accounts(dialer("dialer", dialerHost, s, generous)))
		time.Sleep(2 * time.Hour)
		got := x.shown("dialer")
		if n := got.value(t, "contactcenter_source_fetch_errors_total", "source", "campaign_stats", "class", "forbidden"); n < 3 || n > 8 {
			t.Errorf("asked %v times in two hours, want a few", n)
		}
		if n := requests(s)["login"]; n != 1 {
			t.Errorf("%d logins, want 1", n)
		}
		if up := got.value(t, "contactcenter_source_up", "source", "service_stats"); up != 1 {
			t.Error("another source suffers")
		}
	})
}

// However often an account is changed: it is one account for the vendor.
func TestAChangedAccountIsTheSameForTheVendor(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(file string, i int) string{
		"another password": func(file string, i int) string {
			return strings.Replace(file, `password: "`, fmt.Sprintf(`password: "%d`, i), 1)
		},
		"another name": func(file string, i int) string {
			return strings.Replace(file, "name: dialer", fmt.Sprintf("name: dialer%d", i), 1)
		},
		"another limit": func(file string, i int) string {
			return strings.Replace(file, "max_concurrent: 32", fmt.Sprintf("max_concurrent: %d", 10+i), 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Options{Seed: 74, Agents: 20, FeedsOff: true})
				x := run(t, hosts{dialerHost: s}, "", accounts(dialer("dialer", dialerHost, s, generous, "sources: {service_stats: {interval: 1s}}")))
				time.Sleep(time.Minute)
				file := x.file
				for i := range 15 {
					x.apply(change(file, i))
					time.Sleep(2 * time.Second)
				}
				logins := requests(s)["login"]
				if logins > 5 || name != "another password" && logins != 1 {
					t.Errorf("%d logins after 15 reloads in half a minute", logins)
				}
				time.Sleep(15 * time.Minute)
				x.apply(file)
				time.Sleep(20 * time.Second)
				if up := x.shown("dialer").value(t, "contactcenter_source_up", "source", "service_stats"); up != 1 {
					t.Error("the account stays down")
				}
			})
		})
	}
}
