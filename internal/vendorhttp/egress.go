package vendorhttp

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// egress decides by the address that a name really leads to, at the moment of
// connecting, whether anything is sent there: an attacker who controls a name must
// not make the exporter send requests into its own network.
//
//	host                                    private   loopback                 link-local and others
//	written as an address, or localhost     yes       yes                      yes
//	named in the file by another name       yes       with allow_http, ca_file no
//	named by the vendor                     no        no                       no
//
// A public address is always good, since only verified TLS is spoken.
type egress struct {
	named  map[string]bool // hosts of the file
	below  []string        // allowed_hosts
	local  bool            // whether loopback may be behind a name of the file
	proxy  bool            // the only host is that of a proxy, which the file names
	dialer net.Dialer
}

func newEgress(h Hosts, dialer net.Dialer) *egress {
	e := &egress{named: map[string]bool{}, below: h.Allowed, local: h.Local, dialer: dialer}
	for _, base := range h.Named {
		e.name(base)
	}
	return e
}

func (e *egress) name(base string) {
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		e.named[canonical(u.Hostname())] = true
	}
}

// canonical is one way to write a host name.
func canonical(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// dial connects to an address that is permitted for the host. Of several it
// takes the next one.
func (e *egress) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := e.dialer
	d.Control = func(_, resolved string, _ syscall.RawConn) error { return e.check(canonical(host), resolved) }
	return d.DialContext(ctx, network, address)
}

// check returns an error if nothing may be sent for host to an address.
func (e *egress) check(host, address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return api.Connect.Errorf("%.100q is no address to connect to", address)
	}
	if asWritten(host) {
		return nil
	}
	switch kind := kindOf(at.Addr()); {
	case kind == public:
	case !e.trusts(host):
		return api.DNS.Errorf("%.100q leads to %s, a %s address: nothing is sent to it, since the file doesn't name the host", host, at.Addr(), kind)
	case kind == loopback && !e.local:
		return api.DNS.Errorf("%.100q leads to %s, a %s address: nothing is sent to it without allow_http or ca_file", host, at.Addr(), kind)
	case kind == reserved:
		return api.DNS.Errorf("%.100q leads to %s, a %s address: nothing is sent to it", host, at.Addr(), kind)
	}
	return nil
}

// trusts reports whether the file names the host.
func (e *egress) trusts(host string) bool {
	if e.proxy || e.named[host] {
		return true
	}
	for _, suffix := range e.below {
		if host == suffix || strings.HasSuffix(host, "."+suffix) {
			return true
		}
	}
	return false
}

// asWritten reports whether the host is found without a name server. The clients
// accept such a host only if the file has it, or if the vendor's directory in the
// file is on this machine too.
func asWritten(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || host == "localhost"
}

// addressKind is what an address is for.
type addressKind string

const (
	public   addressKind = "public"
	private  addressKind = "private"
	loopback addressKind = "loopback"
	reserved addressKind = "link-local or reserved"
)

// kindOf returns what an address is for. One that holds another, to be reached by
// way of a translator or a tunnel, is for what that one is for.
func kindOf(a netip.Addr) addressKind {
	a = embedded(a.WithZone("").Unmap())
	switch {
	case a.IsLoopback():
		return loopback
	case within(a, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"):
		return private
	case !a.IsGlobalUnicast(), within(a,
		"0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "fec0::/10"):
		return reserved
	}
	return public
}

// embedded returns the IPv4 address that NAT64 (RFC 6052) or 6to4 (RFC 3056) will
// take a packet to, or else the address itself.
func embedded(a netip.Addr) netip.Addr {
	b := a.As16()
	switch {
	case within(a, "64:ff9b::/96"):
		return netip.AddrFrom4([4]byte(b[12:16]))
	case within(a, "2002::/16"):
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return a
}

func within(a netip.Addr, prefixes ...string) bool {
	for _, p := range prefixes {
		if netip.MustParsePrefix(p).Contains(a) {
			return true
		}
	}
	return false
}
