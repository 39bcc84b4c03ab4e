package liveperson

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// vendorDomain is the domain of all services of LivePerson.
const vendorDomain = "liveperson.net"

// hosts says which hosts may be given credentials: what the Domain API answers
// is not believed without it.
type hosts struct {
	allowed   []string
	discovery *url.URL
	allowHTTP bool
}

// base returns the base URL of the host that the Domain API named, or an error
// if it is not allowed. The Domain API writes a bare host; a scheme before it is
// tolerated and not believed, anything behind it is refused.
func (h hosts) base(answer string) (*url.URL, error) {
	_, rest, ok := strings.Cut(answer, "://")
	if !ok {
		rest = answer
	}
	u, err := url.Parse("https://" + rest)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, api.Schema.Errorf("baseURI is not a host")
	}
	if !h.trusts(u) {
		return nil, api.ClientError.Errorf("the host %.100q is neither below %s nor in allowed_hosts: nothing is sent to it", u.Host, vendorDomain)
	}
	u.Scheme, u.Path = h.scheme(u), ""
	return u, nil
}

func (h hosts) trusts(u *url.URL) bool {
	if below(u.Hostname(), vendorDomain) {
		return u.Port() == "" || u.Port() == "443"
	}
	return h.local(u) || slices.ContainsFunc(h.allowed, func(suffix string) bool { return below(u.Hostname(), suffix) })
}

// local reports whether both a host and the Domain API are on this machine.
func (h hosts) local(u *url.URL) bool {
	return loopback(u.Hostname()) && loopback(h.discovery.Hostname())
}

// scheme returns https, but where the Domain API itself is on the same machine
// or is permitted to speak plain http: its answers have no scheme of their own.
func (h hosts) scheme(u *url.URL) string {
	same := h.allowHTTP && strings.EqualFold(u.Hostname(), h.discovery.Hostname())
	if h.local(u) || same {
		return h.discovery.Scheme
	}
	return "https"
}

// below reports whether host is domain or lies below it.
func below(host, domain string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	domain = strings.ToLower(strings.Trim(domain, "."))
	return domain != "" && (host == domain || strings.HasSuffix(host, "."+domain))
}

// loopback reports whether the host is this machine.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// unreachable reports whether an error of a call says that the host itself can't be
// reached, so that it may have moved.
func unreachable(err error) bool {
	switch api.ClassOf(err) {
	case api.DNS, api.Connect, api.TLS, api.Timeout:
		return true
	}
	return false
}
