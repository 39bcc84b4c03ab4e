package vendorhttp

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/conntrack"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/proxy"
)

// Hosts are the hosts that an account may connect to.
type Hosts struct {
	// Named are base URLs of the configuration, Allowed suffixes of host names.
	Named, Allowed []string
	// Local permits loopback addresses behind a name of the configuration.
	Local bool
	// CA holds certificates in PEM that are trusted besides the system's.
	CA []byte
	// Resolver finds the addresses; nil is the system's.
	Resolver *net.Resolver
}

const maxHeaderBytes = 64 << 10

// newTransport returns what the requests of an account go through. Verification
// can't be switched off, and no proxy is taken from the environment: credentials go
// where the file says. idle is how many unused connections are kept.
func newTransport(h Hosts, conns *conntrack.Dialer, idle int) *http.Transport {
	return &http.Transport{
		DialContext:            conns.DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots(h.CA)},
		ForceAttemptHTTP2:      true,
		HTTP2:                  conntrack.HTTP2(),
		MaxIdleConnsPerHost:    max(2, idle),
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}
}

// dial returns what opens the connections of an account. Through a proxy the rules on
// addresses hold for the proxy: it is the one who finds the vendor's.
func (o Options) dial() proxy.Dial {
	e := newEgress(o.Hosts, net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, Resolver: o.Hosts.Resolver})
	direct := e.dial
	if o.connect != nil {
		direct = o.connect
	}
	if o.Proxy == nil {
		return direct
	}
	e.proxy = true
	return proxy.Dialer{
		URL: o.Proxy, Direct: direct,
		TLS: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots(o.Hosts.CA)},
	}.DialContext
}

// roots returns the system's certificates and those of ca; nil for the system's
// alone.
func roots(ca []byte) *x509.CertPool {
	if len(ca) == 0 {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pool.AppendCertsFromPEM(ca)
	return pool
}
