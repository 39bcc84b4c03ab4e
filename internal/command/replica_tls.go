package command

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// tls returns how other replicas are reached over https: which authority is trusted
// instead of the system's, and the certificate for those that ask for one. The
// certificate is read for each connection.
func (r Replica) tls() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if r.CAFile != "" {
		ca, err := config.ReadCertificates(r.CAFile)
		if err != nil {
			return nil, fmt.Errorf("--replica.ca-file: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		c.RootCAs.AppendCertsFromPEM(ca)
	}
	if r.CertFile == "" && r.KeyFile == "" {
		return c, nil
	}
	read := func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		pair, err := tls.LoadX509KeyPair(r.CertFile, r.KeyFile)
		return &pair, err
	}
	if _, err := read(nil); err != nil {
		return nil, fmt.Errorf("--replica.cert-file, --replica.key-file: %w", err)
	}
	c.GetClientCertificate = read
	return c, nil
}

// transport carries requests to other replicas. The flags were checked before.
func (r Replica) transport() http.RoundTripper {
	c, _ := r.tls()
	return &http.Transport{TLSClientConfig: c, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 8, DisableCompression: true, IdleConnTimeout: time.Minute}
}
