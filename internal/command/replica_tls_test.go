package command

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"
)

// A replica that asks for certificates of its own authority is reached by those that
// have one.
func TestReplicasMayAskForCertificates(t *testing.T) {
	dir := t.TempDir()
	pool := certificate(t, dir)
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12}
	s.Config.ErrorLog = nil
	s.StartTLS()
	defer s.Close()
	for _, c := range []struct {
		name  string
		r     Replica
		works bool
	}{
		{"all", Replica{CAFile: certFile, CertFile: certFile, KeyFile: keyFile}, true},
		{"no certificate", Replica{CAFile: certFile}, false},
		{"no authority", Replica{CertFile: certFile, KeyFile: keyFile}, false},
	} {
		request := httptest.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
		resp, err := c.r.transport().RoundTrip(request)
		if (err == nil) != c.works {
			t.Errorf("%s: works is %v: %v", c.name, err == nil, err)
		}
		if err == nil {
			_ = resp.Body.Close()
		}
	}
	for _, wrong := range []Replica{{CAFile: keyFile}, {CAFile: "absent"}, {CertFile: certFile}, {KeyFile: keyFile}} {
		wrong.StateURL, wrong.LeaseTTL = "postgres://localhost/x", time.Second
		if wrong.check() == nil {
			t.Errorf("%+v is accepted", wrong)
		}
	}
}
