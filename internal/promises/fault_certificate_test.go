package promises

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	stdlog "log"
	"math/big"
	"net"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// certificateFaults are those of TLS. Nothing of a request is sent in any of them.
func certificateFaults() []liveFault {
	row := func(id, injected, class string, change func(l *live, c *tls.Config)) liveFault {
		return liveFault{fault{id: id, injected: injected, class: api.Class(class), holds: "nothing is sent"}, secured(change)}
	}
	cert := func(name string, from, to time.Duration, by func(l *live) *authority) func(*live, *tls.Config) {
		return func(l *live, c *tls.Config) {
			c.Certificates = []tls.Certificate{by(l).issue(name, time.Now().Add(from), time.Now().Add(to))}
		}
	}
	ours := func(l *live) *authority { return l.ca }
	stranger := func(l *live) *authority { return newAuthority(l.t) }
	const day = 24 * time.Hour
	return []liveFault{
		row("H25a", "a certificate that has expired", "tls", cert("localhost", -2*day, -day, ours)),
		row("H25b", "a certificate that is not valid yet", "tls", cert("localhost", day, 2*day, ours)),
		row("H25c", "a certificate for another name", "tls", cert("other.example.com", -day, day, ours)),
		row("H25d", "a certificate of an authority that is not trusted", "tls", cert("localhost", -day, day, stranger)),
		row("H25e", "a certificate that is its own authority", "tls", func(l *live, c *tls.Config) { c.Certificates = []tls.Certificate{newAuthority(l.t).own} }),
		row("H25f", "TLS 1.1 at most", "tls", func(_ *live, c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }),
		row("H25g", "TLS 1.0 only", "tls", func(_ *live, c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 }),
		row("H25h", "a vendor that wants a certificate of the client", "tls", func(_ *live, c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12 }),
		{fault{id: "H25i", injected: "a handshake that stalls", class: "timeout", holds: "nothing is sent"}, gatedTLS(hold)},
		{fault{id: "H25j", injected: "plain HTTP where TLS belongs", class: "tls", holds: "nothing is sent"}, gatedTLS(plainly)},
		{fault{id: "H26", injected: "the certificate is replaced by another good one", holds: "no fetch fails"}, secured(cert("localhost", -day, day, ours))},
	}
}

func plainly(c net.Conn) {
	_, _ = c.Read(make([]byte, 1<<10))
	_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
}

// secured is a rig of a TLS server, whose configuration is changed while the
// fault is in force.
func secured(change func(l *live, c *tls.Config)) func(*testing.T, *live) rig {
	return func(t *testing.T, l *live) rig {
		var bad atomic.Pointer[tls.Config]
		s := httptest.NewUnstartedServer(l.sim)
		s.Config.ErrorLog = quiet()
		s.TLS = l.ca.server("localhost")
		s.TLS.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return bad.Load(), nil }
		s.StartTLS()
		t.Cleanup(s.Close)
		return rig{
			url: "https://localhost:" + portOf(t, s.URL), lines: []string{"ca_file: " + l.ca.file},
			begin: func() {
				c := l.ca.server("localhost")
				change(l, c)
				bad.Store(c)
				s.Config.SetKeepAlivesEnabled(false) // a request that is under way gets its answer
			},
			end: func() {
				bad.Store(nil)
				s.Config.SetKeepAlivesEnabled(true)
			},
		}
	}
}

// gatedTLS is a rig of a TLS server behind a gate.
func gatedTLS(behave func(net.Conn)) func(*testing.T, *live) rig {
	return func(t *testing.T, l *live) rig {
		s := httptest.NewUnstartedServer(l.sim)
		s.TLS = l.ca.server("localhost")
		s.StartTLS()
		t.Cleanup(s.Close)
		g := newGate(t, strings.TrimPrefix(s.URL, "https://"))
		return rig{
			url: "https://localhost:" + portOf(t, "https://"+g.address), lines: []string{"ca_file: " + l.ca.file},
			begin: func() { g.set(behave) }, end: func() { g.turn(nil) },
		}
	}
}

func portOf(t *testing.T, text string) string {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}

// quiet is a log of a server that expects its clients to leave.
func quiet() *stdlog.Logger { return stdlog.New(io.Discard, "", 0) }

// authority issues certificates.
type authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	own  tls.Certificate
	file string
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	a := &authority{t: t, key: newKey(t)}
	a.cert = template("Invented Authority", time.Now().Add(-time.Hour), time.Now().Add(240*time.Hour))
	a.cert.IsCA, a.cert.BasicConstraintsValid, a.cert.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature
	a.own = a.sign(a.cert, a.key)
	a.file = filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.own.Certificate[0]})
	if err := os.WriteFile(a.file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func template(name string, from, to time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: from, NotAfter: to, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
}

func (a *authority) sign(c *x509.Certificate, key *ecdsa.PrivateKey) tls.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, key.Public(), a.key)
	if err != nil {
		a.t.Error(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func (a *authority) issue(name string, from, to time.Time) tls.Certificate {
	return a.sign(template(name, from, to), newKey(a.t))
}

// server is the configuration of a server that is as it should be.
func (a *authority) server(name string) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{a.issue(name, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))},
		NextProtos:   []string{"h2", "http/1.1"}, MinVersion: tls.VersionTLS12,
	}
}
