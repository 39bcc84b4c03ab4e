package otlp

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/common/version"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/conntrack"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/proxy"
)

// connection is what the requests of all signals go through, over HTTP or gRPC.
type connection struct {
	target   target
	headers  func() map[string]string // may be nil
	dialer   *conntrack.Dialer
	next     *http.Transport  // nil over gRPC
	grpc     *grpc.ClientConn // nil over HTTP
	gzip     bool
	timeout  time.Duration // of one request over HTTP
	interval time.Duration
}

func newConnection(o Options) (*connection, error) {
	t, err := o.target()
	if err != nil {
		return nil, err
	}
	certificates, err := o.certificates()
	if err != nil {
		return nil, err
	}
	compression := o.env("COMPRESSION")
	c := &connection{
		target: t, headers: o.Headers, timeout: o.timeout(), interval: o.Interval,
		gzip:   compression == "" || compression == "gzip",
		dialer: &conntrack.Dialer{Dial: o.dial},
	}
	if o.Proxy != nil {
		c.dialer.Dial = proxy.Dialer{URL: o.Proxy, Direct: o.dial}.DialContext
	}
	if !t.grpc {
		c.next = c.transport(certificates)
		return c, nil
	}
	c.grpc, err = grpc.NewClient("passthrough:///"+t.host, c.dialOptions(certificates)...)
	return c, err
}

// transport returns what HTTP requests go through. It takes no proxy from the
// environment.
func (c *connection) transport(certificates *tls.Config) *http.Transport {
	return &http.Transport{
		DialContext:         c.dialer.DialContext,
		TLSClientConfig:     certificates,
		TLSHandshakeTimeout: c.timeout,
		ForceAttemptHTTP2:   true,
		HTTP2:               conntrack.HTTP2(),
		MaxIdleConns:        2,
		IdleConnTimeout:     90 * time.Second,
	}
}

// dialOptions returns the options of a connection over gRPC. It is tried again at
// least once for each interval, however long the receiver was away, and tested
// while a request is under way, which servers allow.
func (c *connection) dialOptions(certificates *tls.Config) []grpc.DialOption {
	delay := backoff.DefaultConfig
	delay.MaxDelay = min(c.interval, delay.MaxDelay)
	delay.BaseDelay = min(c.interval, delay.BaseDelay)
	secure := insecure.NewCredentials()
	if c.target.secure {
		secure = credentials.NewTLS(certificates)
	}
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(secure),
		grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			return c.dialer.DialContext(ctx, "tcp", address)
		}),
		grpc.WithUnaryInterceptor(c.intercept),
		grpc.WithUserAgent(version.ComponentUserAgent("contactcenter_exporter")), // gRPC adds its own
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: delay, MinConnectTimeout: c.timeout}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: conntrack.PingInterval, Timeout: conntrack.PingTimeout}),
	}
	if c.gzip {
		options = append(options, grpc.WithDefaultCallOptions(grpc.UseCompressor(gzip.Name)))
	}
	return options
}

// client returns an HTTP client that follows no redirect: headers would travel
// with it.
func (c *connection) client() *http.Client {
	return &http.Client{
		Transport:     c,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// close ends all connections.
func (c *connection) close() {
	if c.grpc != nil {
		_ = c.grpc.Close()
	}
	c.dialer.Close()
}

// ended notes how a request ended.
func (c *connection) ended(ctx context.Context, a answer, timedOut bool) {
	note(ctx, a)
	c.dialer.Ended(c.target.host, timedOut)
}

// proxyError returns why the newest connection failed, if it is the proxy's doing.
func (c *connection) proxyError() error {
	var own *api.Error
	if errors.As(c.dialer.Failed(), &own) && own.Class == api.Proxy {
		return own
	}
	return nil
}

// RoundTrip implements http.RoundTripper. The answer has come as a whole when it
// returns.
func (c *connection) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), c.timeout)
	defer cancel()
	req = req.Clone(ctx)
	req.Header.Set("User-Agent", version.ComponentUserAgent("contactcenter_exporter"))
	if c.headers != nil {
		for name, value := range c.headers() {
			req.Header.Set(name, value)
		}
	}
	resp, err := c.next.RoundTrip(req)
	if err == nil {
		err = readAnswer(resp)
	}
	if err != nil {
		c.ended(ctx, answerError(err), api.ClassOf(err) == api.Timeout)
		return nil, err
	}
	c.ended(ctx, answerHTTP(resp.StatusCode), false)
	return resp, nil
}

// intercept implements grpc.UnaryClientInterceptor.
func (c *connection) intercept(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	if c.headers != nil {
		for name, value := range c.headers() {
			ctx = metadata.AppendToOutgoingContext(ctx, name, value)
		}
	}
	err := invoke(ctx, method, req, reply, conn, opts...)
	code := status.Code(err)
	a := answerGRPC(code)
	if refused := c.proxyError(); code == codes.Unavailable && refused != nil {
		a = answerError(refused)
	}
	c.ended(ctx, a, code == codes.DeadlineExceeded)
	return err
}
