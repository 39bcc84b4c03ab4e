package promises

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

func TestFaultsOfLogins(t *testing.T) { perform(t, loginFaults()) }

// loginFaults are what goes wrong with sessions, tokens and permissions.
func loginFaults() []stagedFault {
	return append(sessionFaults(), tokenFaults()...)
}

// refused answers a login in a way, and ends every session or token, so that
// there must be a login.
func refused(at, ends string, status int, body string) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			header := http.Header{"Content-Type": {"application/json"}}
			if strings.HasSuffix(r.URL.Path, pathOf(at)) {
				return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
			}
			if r.Header.Get("LV-Session") == "" && r.Header.Get("Authorization") == "" {
				return next.RoundTrip(r)
			}
			return &http.Response{StatusCode: http.StatusUnauthorized, Header: header, Body: io.NopCloser(strings.NewReader(ends)), Request: r}, nil
		})
	}
}

// atMost is the check that an endpoint was asked no more often than that.
func atMost(endpoint string, n int) func(*stage) {
	return func(st *stage) {
		if got := st.asked(endpoint); got > n {
			st.t.Errorf("%s was asked %d times in %s, want %d at most", endpoint, got, st.row.lasts, n)
		}
	}
}

func sessionFaults() []stagedFault {
	row := func(id, injected, class, holds string, status int, body string) stagedFault {
		return stagedFault{fault: fault{id: id, injected: injected, class: api.Class(class), holds: holds}, at: "livevox", wire: refused("login", "{}", status, body), back: 31 * time.Minute}
	}
	shared := stagedFault{
		fault: fault{id: "A07", injected: "another program ends the session every minute", holds: "a login for each, no event lost"},
		at:    "livevox", Fault: simulator.Fault{Kind: "session_revoked", Every: 40}, check: atMost("login", 40),
	}
	role := func(id, at string) stagedFault {
		return stagedFault{
			fault: fault{id: id, injected: "the user may no longer call " + at, class: api.Forbidden, holds: "asked a few times, without a login"},
			at:    at, Fault: simulator.Fault{Kind: "role_missing"}, back: 31 * time.Minute, lasts: 30 * time.Minute,
			check: func(st *stage) { atMost(at, 5)(st); atMost("login", 0)(st) },
		}
	}
	useless := stagedFault{
		fault: fault{id: "A14", injected: "a login that succeeds, after which every call is refused all the same", class: api.Auth, holds: "few logins"},
		at:    "service_stats", Fault: says(http.StatusUnauthorized), lasts: 15 * time.Minute, back: 16 * time.Minute, check: atMost("login", 5),
	}
	return []stagedFault{
		row("A01", "the password is no longer valid", "auth", "few logins", 401, `{"code":401,"message":"no"}`),
		row("A02", "429 of the login", "rate_limited", "few logins", 429, `{}`),
		row("A03", "the user is blocked (451)", "auth", "few logins", 451, `{}`),
		row("A05", "500 of the login", "vendor_error", "few logins", 500, `{}`),
		row("A06", "a login that answers without a session", "auth", "few logins", 200, `{}`),
		shared, role("A13a", "agents_status"), role("A13b", "agent_stats"), useless,
	}
}

func tokenFaults() []stagedFault {
	row := func(id, injected, class, holds string, status int, body string) stagedFault {
		return stagedFault{fault: fault{id: id, injected: injected, class: api.Class(class), holds: holds}, at: "liveperson", wire: refused("token", "{}", status, body), back: 31 * time.Minute}
	}
	revoked := stagedFault{
		fault: fault{id: "A04", injected: "LivePerson revokes every access token, again and again", holds: "a new token, no fetch fails"},
		at:    "liveperson", Fault: simulator.Fault{Kind: "token_revoked", Every: 15}, check: atMost("token", 12),
	}
	scope := stagedFault{
		fault: fault{id: "A13c", injected: "403 of one endpoint of LivePerson", class: api.Forbidden, holds: "asked a few times"},
		at:    "agent_status", Fault: says(http.StatusForbidden), lasts: 30 * time.Minute, back: 31 * time.Minute, check: atMost("agent_status", 10),
	}
	return []stagedFault{
		row("A08a", "401 of the token endpoint", "auth", "few logins", 401, `{"error":"invalid_client"}`),
		row("A08b", "500 of the token endpoint, and the old token is refused", "vendor_error", "few logins", 500, ``),
		row("A08c", "a token answer without a token", "auth", "few logins", 200, `{}`),
		row("A08d", "a token answer that is no JSON", "schema", "few logins", 200, `<html>`),
		revoked, scope,
	}
}
