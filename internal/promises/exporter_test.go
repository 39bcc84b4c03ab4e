package promises

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/page"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// exporter is an exporter at work, as a process would run it: a state
// directory, a manager and a page.
type exporter struct {
	t    testing.TB
	wire http.RoundTripper
	dir  string // "": state in memory, where it outlives stop and start
	file string // the configuration
	log  log.Logger
	// resolver finds the vendors' hosts where wire is nil; nil for the system's.
	resolver *net.Resolver
	fail     func(string) error  // see state.Options.Fail
	own      prometheus.Gatherer // shown besides; nil for nothing
	store    *state.Store
	manager  *scrape.Manager
	page     *page.Page
}

// run starts an exporter that reaches the vendors through wire; nil for real
// connections. It stops with the test, if not before.
func run(t testing.TB, wire http.RoundTripper, dir, file string) *exporter {
	t.Helper()
	x := &exporter{t: t, wire: wire, dir: dir, file: file, log: log.NewNopLogger()}
	x.start()
	t.Cleanup(x.stop)
	return x
}

func (x *exporter) start() {
	x.t.Helper()
	c, err := config.Parse("promise.yml", []byte(x.file), vendortest.Configs())
	if err != nil {
		x.t.Fatal(err)
	}
	if x.dir != "" || x.store == nil {
		if x.store, err = state.Open(x.dir, state.Options{MemoryOnly: x.dir == "", BackupEvery: -1, Fail: x.fail}); err != nil {
			x.t.Fatal(err)
		}
	}
	spread := 5 * time.Second
	if x.wire == nil {
		spread = 100 * time.Millisecond // of the real clock
	}
	x.manager = scrape.New(scrape.Options{Vendors: vendortest.Vendors(), Store: x.store, Log: x.log, Transport: x.wire, Resolver: x.resolver, StartSpread: spread})
	x.page = page.New(x.manager.Gather, page.Options{Own: x.own})
	if err := x.manager.Apply(c); err != nil {
		x.t.Fatal(err)
	}
}

func (x *exporter) stop() {
	if x.manager == nil {
		return
	}
	if err := x.manager.Stop(); err != nil {
		x.t.Error(err)
	}
	if x.dir != "" {
		if err := x.store.Close(); err != nil {
			x.t.Error(err)
		}
	}
	x.manager = nil
}

// scrape returns the page in the format that accept asks for.
func (x *exporter) scrape(accept string) *httptest.ResponseRecorder {
	x.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	x.page.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		x.t.Fatalf("the page answers %d", w.Code)
	}
	return w
}

// hosts are the vendors' hosts in a test; others have no address.
type hosts map[string]http.RoundTripper

func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	if to := h[r.URL.Host]; to != nil {
		return to.RoundTrip(r)
	}
	return nil, &net.DNSError{Err: "no such host", Name: r.URL.Host, IsNotFound: true}
}

// roundTrip makes an http.RoundTripper of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// shop is a LivePerson account of s; more are further lines of its entry.
func shop(name, host string, s *simulator.Simulator, more ...string) string {
	me := s.LivePerson()
	return entry(fmt.Sprintf(`- name: %s
vendor: liveperson
account_id: %q
discovery_url: %s
auth: {oauth2: {client_id: %q, client_secret: %q}}`, name, me.AccountID, address(host), me.ClientID, me.ClientSecret), more)
}

// dialer is a LiveVox account of s.
func dialer(name, host string, s *simulator.Simulator, more ...string) string {
	me := s.LiveVox()
	return entry(fmt.Sprintf(`- name: %s
vendor: livevox
base_url: %s
auth: {client_name: %q, username: %q, password: %q, access_token: %q}`, name, address(host), me.ClientName, me.Username, me.Password, me.AccessToken), more)
}

func address(host string) string {
	if strings.Contains(host, "://") {
		return host
	}
	return "https://" + host
}

// entry indents the lines of an account.
func entry(head string, more []string) string {
	lines := strings.Split(head, "\n")
	for _, m := range more {
		lines = append(lines, strings.Split(m, "\n")...)
	}
	return "  " + strings.Join(lines, "\n    ") + "\n"
}

func accounts(entries ...string) string { return "accounts:\n" + strings.Join(entries, "") }

// generous are limits that are none.
const generous = "limits: {requests_per_second: 1000, burst: 1000, max_concurrent: 32, timeout: 30s}"

// The hosts of the two vendors in tests with one simulator.
const (
	shopHost   = "shop.liveperson.net"
	dialerHost = "dialer.example.com"
)

func both(s *simulator.Simulator) hosts { return hosts{shopHost: s, dialerHost: s} }

// sized is long with PROMISES=long and without the race detector, else short: the same
// promise with fewer repetitions.
func sized(long, short int) int {
	if raced || os.Getenv("PROMISES") != "long" {
		return short
	}
	return long
}

// requests returns how many requests each endpoint has got.
func requests(s *simulator.Simulator) map[string]int {
	out := map[string]int{}
	for endpoint, byStatus := range s.Requests().Counts {
		for _, n := range byStatus {
			out[endpoint] += n
		}
	}
	return out
}

// since returns what has been asked since before.
func since(s *simulator.Simulator, before map[string]int) map[string]int {
	out := map[string]int{}
	for endpoint, n := range requests(s) {
		if n > before[endpoint] {
			out[endpoint] = n - before[endpoint]
		}
	}
	return out
}

// newYork is the zone of LiveVox's day in the tests.
func newYork(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("this system has no time zones")
	}
	return zone
}

// mustFault puts a fault in force.
func mustFault(t testing.TB, s *simulator.Simulator, f simulator.Fault) {
	t.Helper()
	if err := s.AddFault(f); err != nil {
		t.Fatal(err)
	}
}

// play sets a scene.
func play(t testing.TB, s *simulator.Simulator, scene string) {
	t.Helper()
	if err := s.Play(simulator.Scene{Scene: scene}); err != nil {
		t.Fatal(err)
	}
}
