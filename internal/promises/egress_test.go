package promises

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// sink is a server that nothing must reach.
type sink struct {
	*httptest.Server
	got atomic.Int64 // connections
}

func newSink(t *testing.T) *sink {
	t.Helper()
	s := &sink{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.got.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func TestNothingFollowsARedirect(t *testing.T) {
	t.Parallel()
	to := newSink(t)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(to.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	targets := []string{to.URL, "http://localhost:" + port + "/", "//127.0.0.1:" + port + "/x", "http://127.1:" + port, "http://user:pass@127.0.0.1:" + port + "/", "https://127.0.0.1:" + port + "/"}
	s := simulator.New(simulator.Options{Seed: 91, Agents: 4, Services: 1, FeedsOff: true})
	var entries []string
	var names []string
	for _, status := range []int{301, 302, 303, 307, 308} {
		for i, target := range targets {
			vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if i%2 == 0 || strings.Contains(r.URL.Path, "/session/login") || strings.HasSuffix(r.URL.Path, "/app/token") {
					w.Header().Set("Location", target)
					w.WriteHeader(status)
					return
				}
				s.ServeHTTP(w, r)
			}))
			t.Cleanup(vendor.Close)
			name := strings.Join([]string{"r", http.StatusText(status)[:4], string(rune('a' + i))}, "-")
			name = strings.ReplaceAll(name, " ", "") + string(rune('0'+status%10))
			names = append(names, name, name+"-lp")
			entries = append(entries, dialer(name, vendor.URL, s, generous, liveSources), shop(name+"-lp", vendor.URL, s, generous, "domains: {sentinel: "+vendor.URL+", msgHist: "+vendor.URL+"}", "sources: {status_changes: {enabled: false}}"))
		}
	}
	x := run(t, nil, "", accounts(entries...))
	if err := x.manager.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		for k, v := range x.shown(name).of("contactcenter_source_up") {
			if v != 0 {
				t.Errorf("%s: %s is up", name, k)
			}
		}
	}
	if n := to.got.Load(); n != 0 {
		t.Errorf("%d connections to where the redirects lead", n)
	}
}

// spellings are hosts that are not allowed, as the Domain API might tell them.
func spellings() []string {
	return strings.Fields(`evil.example.com evil.example.com:443 https://evil.example.com liveperson.net.evil.example.com liveperson.net@evil.example.com
		https://liveperson.net@evil.example.com https://liveperson.net:443@evil.example.com evilliveperson.net liveperson.net.  liveperson.net:8443
		va.liveperson.net:80 http://evil.example.com//liveperson.net evil.example.com/liveperson.net evil.example.com?liveperson.net evil.example.com#.liveperson.net
		evil.example.com\.liveperson.net evil.example.com%2f.liveperson.net evil.example.com%00.liveperson.net 169.254.169.254 169.254.169.254:443 [fd00:ec2::254]
		localhost localhost:443 127.0.0.1 127.1 2130706433 0x7f000001 017700000001 0.0.0.0 [::1] [::ffff:127.0.0.1] 10.0.0.5 192.168.1.1 metadata.google.internal
		//evil.example.com ///evil.example.com ftp://evil.example.com file:///etc/passwd javascript:alert(1) .liveperson.net. xn--liveperson-.net
		liveperson。net liveperson.net℀.evil.example.com evil.example.com;.liveperson.net evil.example.com,liveperson.net`)
}

func TestAHostThatIsNotAllowedGetsNothing(t *testing.T) {
	t.Parallel()
	if n := len(spellings()); n < 30 {
		t.Fatalf("only %d spellings", n)
	}
	for _, spelling := range spellings() {
		synctest.Test(t, func(t *testing.T) {
			s := simulator.New(simulator.Options{Seed: 92, Agents: 4})
			var mu sync.Mutex
			asked := map[string]int{}
			wire := roundTrip(func(r *http.Request) (*http.Response, error) {
				mu.Lock()
				asked[r.URL.Host]++
				mu.Unlock()
				host := strings.TrimSuffix(r.URL.Hostname(), ".")
				if host != "liveperson.net" && !strings.HasSuffix(host, ".liveperson.net") || r.URL.Scheme != "https" || r.URL.Port() != "" && r.URL.Port() != "443" {
					t.Errorf("%q: a request goes to %s", spelling, r.URL.Host)
				}
				if strings.HasSuffix(r.URL.Path, "/baseURI.json") {
					body, err := json.Marshal(map[string]string{"service": "sentinel", "baseURI": spelling})
					return answerOf(r, string(body)), err
				}
				return answerOf(r, "{}"), nil
			})
			x := run(t, wire, "", accounts(shop("shop", "api.liveperson.net", s, generous)))
			time.Sleep(time.Minute)
			for k, v := range x.shown("shop").of("contactcenter_source_up") {
				if v != 0 {
					t.Errorf("%q: %s is up", spelling, k)
				}
			}
			x.stop()
			if asked["api.liveperson.net"] == 0 {
				t.Errorf("%q: the Domain API was not asked", spelling)
			}
		})
	}
}

func answerOf(r *http.Request, body string) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

func TestANameThatIsRebound(t *testing.T) {
	t.Parallel()
	to := newSink(t)
	u, err := url.Parse(to.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := simulator.New(simulator.Options{Seed: 93, Agents: 4})
	n := &names{}
	n.set("api.livevox.com", dnsAnswer{address: netip.MustParseAddr("127.0.0.1")})
	n.set("va.sentinel.liveperson.net", dnsAnswer{address: netip.MustParseAddr("127.0.0.1")})
	n.set("msg.liveperson.net", dnsAnswer{address: netip.MustParseAddr("10.0.0.1")})
	discovery := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := "va.sentinel.liveperson.net"
		if strings.Contains(r.URL.Path, "msgHist") {
			host = "msg.liveperson.net"
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"baseURI": host})
	}))
	t.Cleanup(discovery.Close)
	x := &exporter{t: t, log: &lines{}, resolver: n.resolver(t), file: accounts(
		dialer("named", "https://api.livevox.com:"+u.Port(), s, generous, liveSources),
		shop("told", discovery.URL, s, generous))}
	x.start()
	t.Cleanup(x.stop)
	if err := x.manager.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, st := range x.manager.Status() {
		for _, source := range st.Sources {
			if source.Class != "dns" || !strings.Contains(source.Err.Error(), "nothing is sent to it") {
				t.Errorf("%s %s: class %q, %v", st.Account, source.Name, source.Class, source.Err)
			}
		}
	}
	if got := to.got.Load(); got != 0 {
		t.Errorf("%d connections to the address that the name leads to", got)
	}
}
