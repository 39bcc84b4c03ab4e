package promises

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

func TestAnAccountInTroubleNeitherDelaysNorHidesAnother(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		class string                            // of the errors of the one in trouble
		fault *simulator.Fault                  // at its vendor
		wire  http.RoundTripper                 // instead of its vendor
		spoil func(entry, secret string) string // of its entry in the file
	}{
		{name: "is down", class: "vendor_error", fault: &simulator.Fault{Kind: "outage"}},
		{name: "resets every connection", class: "connect", fault: &simulator.Fault{Kind: "reset"}},
		{name: "has no address", class: "dns", wire: hosts{}},
		{name: "hangs", class: "timeout", fault: &simulator.Fault{Kind: "hang"}},
		{name: "sends a byte a second", class: "timeout", fault: &simulator.Fault{Kind: "slow_body", Rate: 1}},
		{name: "never stops sending", class: "too_large", fault: &simulator.Fault{Kind: "huge_body", Size: 8 << 20}},
		{name: "sends a bomb", class: "too_large", fault: &simulator.Fault{Kind: "gzip_bomb", Size: 64 << 20}},
		{name: "redirects elsewhere", class: "client_error", fault: &simulator.Fault{Kind: "redirect", Path: "/realtime", URL: "https://elsewhere.example.com/"}},
		{name: "throttles", class: "rate_limited", fault: &simulator.Fault{Kind: "status", Status: 429, RetryAfter: "3600"}},
		{name: "refuses the password", class: "auth", spoil: func(entry, secret string) string {
			return strings.ReplaceAll(entry, secret, "wrong")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if raced && c.class != "timeout" && c.class != "vendor_error" {
				t.Skip("the same goroutines")
			}
			synctest.Test(t, func(t *testing.T) {
				well, ill := simulator.New(simulator.Options{Seed: 3, Agents: 10}), simulator.New(simulator.Options{Seed: 4, Agents: 10})
				wire := hosts{shopHost: well, dialerHost: well, "ill.liveperson.net": ill, "ill.example.com": ill}
				if f := c.fault; f != nil {
					mustFault(t, ill, *f)
					if f.Path != "" {
						f.Path = "/messaging_history"
						mustFault(t, ill, *f)
					}
				}
				if c.wire != nil {
					wire["ill.liveperson.net"], wire["ill.example.com"] = c.wire, c.wire
				}
				const small = "limits: {max_response_bytes: 1MiB}"
				illShop, illDialer := shop("ill-shop", "ill.liveperson.net", ill, small), dialer("ill-dialer", "ill.example.com", ill, small)
				if c.spoil != nil {
					illShop, illDialer = c.spoil(illShop, ill.LivePerson().ClientSecret), c.spoil(illDialer, ill.LiveVox().Password)
				}
				x := run(t, wire, "", accounts(illShop, shop("shop", shopHost, well), illDialer, dialer("dialer", dialerHost, well)))
				x.goesOn(t, c.class)
			})
		})
	}
}

// goesOn watches the accounts that are well for minutes: their newest data is
// never older than an interval. Then it looks at the others.
func (x *exporter) goesOn(t *testing.T, class string) {
	t.Helper()
	time.Sleep(10 * time.Second) // their first fetches are spread over five
	for range sized(60, 18) {
		time.Sleep(10 * time.Second)
		before := time.Now()
		x.scrape(acceptText)
		if took := time.Since(before); took != 0 {
			t.Fatalf("a scrape waited %s", took)
		}
		shop, dialer := x.shown("shop"), x.shown("dialer")
		shop.healthy(t)
		dialer.healthy(t)
		if age := shop.age("agent_status"); age > 30*time.Second {
			t.Errorf("agent_status is %s old, asked every 30s", age)
		}
		if age := dialer.age("agents_status"); age > 15*time.Second {
			t.Errorf("agents_status is %s old, asked every 15s", age)
		}
		if t.Failed() {
			return
		}
	}
	for account, source := range map[string]string{"ill-shop": "agent_status", "ill-dialer": "agents_status"} {
		s := x.shown(account)
		if n := s.value(t, "contactcenter_source_fetch_errors_total", "source", source, "class", class); n == 0 {
			t.Errorf("%s: no error of class %s, but %v", account, class, s.errors(source))
		}
		if up := s.value(t, "contactcenter_source_up", "source", source); up != 0 {
			t.Errorf("%s: %s is up", account, source)
		}
	}
}

// age returns how old the data of a source is.
func (s sheet) age(source string) time.Duration {
	at := s[id("contactcenter_source_last_success_timestamp_seconds", "source", source)]
	return time.Since(time.UnixMilli(int64(at * 1000)))
}

// errors returns the classes of errors that a source has had.
func (s sheet) errors(source string) sheet {
	out := sheet{}
	for k, v := range s.of("contactcenter_source_fetch_errors_total") {
		if v > 0 && strings.Contains(k, `source="`+source+`"`) {
			out[k] = v
		}
	}
	return out
}

func TestStopLeavesNothingBehind(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	s := simulator.New(simulator.Options{Seed: 5, Agents: 20})
	vendors := httptest.NewServer(s)
	mustFault(t, s, simulator.Fault{Kind: "hang", Endpoint: "campaign_stats"})
	mustFault(t, s, simulator.Fault{Kind: "slow_body", Endpoint: "status_changes", Rate: 1})
	x := run(t, nil, t.TempDir(), accounts(
		shop("shop", vendors.URL, s, generous),
		dialer("dialer", vendors.URL, s, generous, "sources: {interaction_events: {}, agent_events: {}}"),
		dialer("stream", vendors.URL, s, generous, "sources: {interaction_events: {mode: sse}}"),
	))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	_ = x.manager.Wait(ctx) // it does not end: some sources hang
	begin := time.Now()
	x.stop()
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("stopping took %s", took)
	}
	vendors.CloseClientConnections()
	vendors.Close()
	goleak.VerifyNone(t, ignore)
}
