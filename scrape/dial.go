package scrape

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

const maxHeaderBytes = 64 << 10

// newTransport returns the connections of an account. Verification can't be
// switched off, and no proxy is taken from the environment: credentials go
// where the file says. A nil resolver is the system's.
func newTransport(c config.Account, resolver *net.Resolver) *http.Transport {
	return &http.Transport{
		DialContext:            newEgress(c, net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, Resolver: resolver}).dial,
		TLSHandshakeTimeout:    10 * time.Second,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots(c.CA)},
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    max(2, c.Limits.MaxConcurrent),
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}
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
