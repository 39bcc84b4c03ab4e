package otlp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// client is what the exporters of metrics and of traces are made of.
type client struct {
	target   target
	tls      *tls.Config
	headers  func() map[string]string
	interval time.Duration
	timeout  time.Duration // of one request over HTTP
	gzip     bool
}

func newClient(o Options) (*client, error) {
	t, err := o.target()
	if err != nil {
		return nil, err
	}
	certificates, err := o.certificates()
	if err != nil {
		return nil, err
	}
	compression := o.env("COMPRESSION")
	return &client{
		target: t, tls: certificates, headers: o.Headers, interval: o.Interval, timeout: o.timeout(),
		gzip: compression == "" || compression == "gzip",
	}, nil
}

// timeout returns how long one request may take.
func (o Options) timeout() time.Duration {
	if ms, err := strconv.ParseInt(o.env("TIMEOUT"), 10, 32); err == nil && ms > 0 {
		return time.Duration(ms) * time.Millisecond
	}
	return 10 * time.Second
}

// certificates returns whom to trust and what to show, as the standard variables
// say; by default the system's roots and nothing.
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

// newWire returns what requests of one signal go through.
func (c *client) newWire() *wire { return &wire{headers: c.headers} }

// http returns a client that follows no redirect: headers would travel with it.
func (c *client) http(w *wire) *http.Client {
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSClientConfig:     c.tls.Clone(),
		TLSHandshakeTimeout: c.timeout,
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        2,
		IdleConnTimeout:     90 * time.Second,
	}
	w.next = transport
	return &http.Client{
		Transport:     w,
		Timeout:       c.timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// dial returns the options of a connection over gRPC. It is tried again at least
// once for each interval, however long the receiver was away.
func (c *client) dial(w *wire) []grpc.DialOption {
	delay := backoff.DefaultConfig
	delay.MaxDelay = min(c.interval, delay.MaxDelay)
	delay.BaseDelay = min(c.interval, delay.BaseDelay)
	return []grpc.DialOption{
		grpc.WithUnaryInterceptor(w.intercept),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: delay, MinConnectTimeout: c.timeout}),
	}
}

func (c *client) credentials() credentials.TransportCredentials {
	if c.target.secure {
		return credentials.NewTLS(c.tls.Clone())
	}
	return insecure.NewCredentials()
}

// firstRetry is about when a request is sent a second time. Retries end with the
// interval, when newer data is due.
func (c *client) firstRetry() time.Duration { return min(time.Second, c.interval/4) }

// lastRetry bounds the time between two retries.
const lastRetry = 5 * time.Second

// metricExporter returns the SDK's exporter of metrics.
func (c *client) metricExporter(ctx context.Context) (sdkmetric.Exporter, *wire, error) {
	w := c.newWire()
	if c.target.grpc {
		e, err := otlpmetricgrpc.New(ctx, c.metricGRPC(w)...)
		return e, w, err
	}
	e, err := otlpmetrichttp.New(ctx, c.metricHTTP(w)...)
	return e, w, err
}

func (c *client) metricHTTP(w *wire) []otlpmetrichttp.Option {
	options := []otlpmetrichttp.Option{
		otlpmetrichttp.WithEndpointURL(c.target.url(c.target.path)),
		otlpmetrichttp.WithHTTPClient(c.http(w)),
		otlpmetrichttp.WithRetry(otlpmetrichttp.RetryConfig{
			Enabled: true, InitialInterval: c.firstRetry(), MaxInterval: lastRetry, MaxElapsedTime: c.interval,
		}),
	}
	if c.headers != nil {
		options = append(options, otlpmetrichttp.WithHeaders(nil))
	}
	if c.gzip {
		options = append(options, otlpmetrichttp.WithCompression(otlpmetrichttp.GzipCompression))
	}
	return options
}

func (c *client) metricGRPC(w *wire) []otlpmetricgrpc.Option {
	options := []otlpmetricgrpc.Option{
		otlpmetricgrpc.WithEndpointURL(c.target.url("")),
		otlpmetricgrpc.WithTLSCredentials(c.credentials()),
		otlpmetricgrpc.WithDialOption(c.dial(w)...),
		otlpmetricgrpc.WithRetry(otlpmetricgrpc.RetryConfig{
			Enabled: true, InitialInterval: c.firstRetry(), MaxInterval: lastRetry, MaxElapsedTime: c.interval,
		}),
	}
	if c.headers != nil {
		options = append(options, otlpmetricgrpc.WithHeaders(nil))
	}
	if c.gzip {
		options = append(options, otlpmetricgrpc.WithCompressor("gzip"))
	}
	return options
}
