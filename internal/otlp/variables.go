package otlp

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// env returns a variable of the exporters: that for metrics alone, else the
// general one.
func (o Options) env(name string) string {
	if value := o.Env("OTEL_EXPORTER_OTLP_METRICS_" + name); value != "" {
		return value
	}
	return o.Env("OTEL_EXPORTER_OTLP_" + name)
}

// timeout returns how long one request may take.
func (o Options) timeout() time.Duration {
	if ms, err := strconv.ParseInt(o.env("TIMEOUT"), 10, 32); err == nil && ms > 0 {
		return time.Duration(ms) * time.Millisecond
	}
	return 10 * time.Second
}

// endpointVariable returns the endpoint that the variables name, in the form of
// Options.Endpoint; "" if they name none.
func (o Options) endpointVariable() string {
	endpoint := o.env("ENDPOINT")
	if general := o.Env("OTEL_EXPORTER_OTLP_ENDPOINT"); endpoint == general && endpoint != "" {
		endpoint = strings.TrimRight(endpoint, "/") + metricsPath
	}
	if o.env("PROTOCOL") != "grpc" {
		return endpoint
	}
	endpoint = strings.TrimSuffix(endpoint, metricsPath)
	if rest, found := strings.CutPrefix(endpoint, "http"); found {
		return "grpc" + rest
	}
	return endpoint
}

// certificates returns which authorities are trusted and which certificate is
// shown: by default the system's roots and none.
func (o Options) certificates() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if path := o.env("CERTIFICATE"); path != "" {
		pem, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("certificate: %s holds none", path)
		}
	}
	own, key := o.env("CLIENT_CERTIFICATE"), o.env("CLIENT_KEY")
	if own == "" && key == "" {
		return config, nil
	}
	pair, err := tls.LoadX509KeyPair(own, key)
	if err != nil {
		return nil, fmt.Errorf("client certificate: %w", err)
	}
	config.Certificates = []tls.Certificate{pair}
	return config, nil
}
