package promises

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/proxytest"
)

// proxyFaults are those of the proxy on the way to the vendor.
func proxyFaults() []liveFault {
	row := func(id, injected string, begin func(*proxyRig)) liveFault {
		return liveFault{fault{id: id, injected: injected, class: api.Proxy}, proxied(begin)}
	}
	refusing := func(status int) func(*proxyRig) {
		return func(r *proxyRig) { r.proxy.Refuse(status); r.gate.set(nil) }
	}
	return []liveFault{
		row("H35a", "the proxy wants other credentials (407)", refusing(http.StatusProxyAuthRequired)),
		row("H35g", "the proxy answers 401 to its credentials, as tinyproxy does", refusing(http.StatusUnauthorized)),
		row("H35b", "the proxy forbids the vendor's host (403)", refusing(http.StatusForbidden)),
		row("H35c", "the proxy does not reach the vendor (502)", refusing(http.StatusBadGateway)),
		row("H35d", "the proxy is away", func(r *proxyRig) { r.gate.close() }),
		row("H35e", "the proxy does not speak HTTP", func(r *proxyRig) { r.gate.set(saying("SSH-2.0-OpenSSH_9.9\r\n", hold)) }),
		row("H35f", "the proxy's name leads to the address of a cloud's metadata service", func(r *proxyRig) {
			r.live.names.set(r.name, dnsAnswer{address: netip.MustParseAddr("169.254.169.254")})
			r.gate.set(nil)
		}),
	}
}

// proxyRig is a proxy behind a gate, with a name of its own.
type proxyRig struct {
	live  *live
	gate  *gate
	proxy *proxytest.Proxy
	name  string
}

// proxied is a rig of a vendor whose name only its proxy knows.
func proxied(begin func(*proxyRig)) func(*testing.T, *live) rig {
	return func(t *testing.T, l *live) rig {
		p := proxytest.New(t)
		p.Address = strings.TrimPrefix(l.vendor.URL, "http://")
		g := newGate(t, strings.TrimPrefix(p.Server.URL, "http://"))
		port := portOf(t, "http://"+g.address)
		r := &proxyRig{live: l, gate: g, proxy: p, name: "proxy-" + port + ".example.com"}
		well := dnsAnswer{address: netip.MustParseAddr("127.0.0.1")}
		l.names.set(r.name, well)
		_, host, _ := strings.Cut(p.URL(), "@")
		url := strings.Replace(p.URL(), host, r.name+":"+port, 1)
		return rig{
			url: "http://vendor.invalid", lines: []string{"allow_http: true", "proxy_url: " + url},
			begin: func() { begin(r) },
			end: func() {
				p.Refuse(0)
				l.names.set(r.name, well)
				g.turn(nil)
				if err := g.start(); err != nil && !isTaken(err) {
					t.Error(err)
				}
			},
		}
	}
}

// isTaken reports whether a gate was open already.
func isTaken(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "listen"
}

// agents collects the User-Agent of every request to a vendor.
type agents struct {
	next http.Handler

	mu   sync.Mutex
	seen map[string]int
}

func (a *agents) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.seen[r.UserAgent()]++
	a.mu.Unlock()
	a.next.ServeHTTP(w, r)
}

// behindProxy is a file with an account of each vendor, whose names nothing but the
// proxy knows.
func behindProxy(t *testing.T, s *simulator.Simulator, p *proxytest.Proxy) *exporter {
	domains := []string{}
	for _, service := range []string{"sentinel", "msgHist", "leDataReporting", "agentActivityDomain", "agentManagerWorkspace"} {
		domains = append(domains, service+": http://liveperson.invalid")
	}
	file := "proxy_url: " + p.URL() + "\n" + accounts(
		dialer("dialer", "http://livevox.invalid", s, generous, "allow_http: true"),
		shop("shop", "http://liveperson.invalid", s, generous, "allow_http: true", "domains: {"+strings.Join(domains, ", ")+"}"))
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		t.Error("a name is looked up here")
		return nil, net.ErrClosed
	}}
	x := &exporter{t: t, log: &lines{}, resolver: resolver, file: file}
	x.start()
	t.Cleanup(x.stop)
	if err := x.manager.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestEveryRequestGoesThroughTheProxy(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(name, "http://metrics:s3cret@proxy.invalid:3128")
	}
	s := simulator.New(simulator.Options{Seed: 94, Agents: 4})
	vendor := &agents{next: s, seen: map[string]int{}}
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	p := proxytest.New(t)
	p.Address = strings.TrimPrefix(server.URL, "http://")
	x := behindProxy(t, s, p)
	for _, account := range []string{"dialer", "shop"} {
		x.shown(account).healthy(t)
	}
	hosts := map[string]bool{}
	for _, asked := range p.Asked() {
		hosts[asked] = true
	}
	if len(hosts) != 2 || !hosts["CONNECT livevox.invalid:80"] || !hosts["CONNECT liveperson.invalid:80"] {
		t.Errorf("the proxy was asked for %v", hosts)
	}
	vendor.mu.Lock()
	defer vendor.mu.Unlock()
	for agent, n := range vendor.seen {
		if !strings.HasPrefix(agent, "contactcenter_exporter/") {
			t.Errorf("%d requests of %q", n, agent)
		}
	}
	if len(vendor.seen) != 1 {
		t.Errorf("the vendors were asked by %v", vendor.seen)
	}
}

func TestAProxyThatWantsOtherCredentialsIsNamedWithoutThem(t *testing.T) {
	t.Parallel()
	p := proxytest.New(t)
	p.Refuse(http.StatusProxyAuthRequired)
	x := behindProxy(t, simulator.New(simulator.Options{Seed: 95, Agents: 4}), p)
	var said strings.Builder
	for _, st := range x.manager.Status() {
		for _, source := range st.Sources {
			said.WriteString(source.Err.Error() + source.Advice)
			if source.Class != "proxy" || !strings.Contains(source.Err.Error(), "407") || !strings.Contains(source.Advice, "percent-encoded") {
				t.Errorf("%s %s: class %q, %v: %s", st.Account, source.Name, source.Class, source.Err, source.Advice)
			}
		}
	}
	said.WriteString(x.log.(*lines).String() + x.scrape(acceptText).Body.String())
	for _, secret := range []string{proxytest.Password, "pa%3Ass", "s3cret"} {
		if strings.Contains(said.String(), secret) {
			t.Errorf("%q is shown", secret)
		}
	}
	if n := len(p.Asked()); n > 20 {
		t.Errorf("refused credentials were sent %d times", n)
	}
}
