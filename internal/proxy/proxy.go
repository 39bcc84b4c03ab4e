// Package proxy opens connections through an HTTP proxy with the method CONNECT,
// whatever protocol is spoken inside them. It knows neither the vendors nor the
// configuration file, and reads nothing from the environment.
package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/common/version"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

const (
	// connectTimeout bounds one attempt: the connection to the proxy and its answer.
	connectTimeout = 10 * time.Second
	// maxHeader bounds the proxy's answer, in bytes.
	maxHeader = 64 << 10
)

// ErrCredentials is in the chain of the error of a proxy that wants a user and a
// password, or others: it answers 407, or 401 as tinyproxy does to wrong ones.
var ErrCredentials = errors.New("check proxy_url")

// Dial opens a connection, as net.Dialer.DialContext does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Dialer opens connections through a proxy. All its errors are of class
// api.Proxy; none holds the proxy's URL or anything that the proxy wrote.
type Dialer struct {
	// URL returns http(s)://[user:password@]host:port. It is called for each
	// connection, so that changed credentials are used at once.
	URL func() string
	// Direct opens the connection to the proxy. Rules on addresses belong here.
	Direct Dial
	// TLS is used where the proxy's URL begins with https; nil means the system's
	// roots. The name to verify is that of the URL.
	TLS *tls.Config
}

// DialContext connects to address, a host and port that the proxy resolves.
func (d Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	u, err := url.Parse(d.URL())
	if err != nil || u.Port() == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, api.Proxy.Errorf("the proxy's URL is not of the form http(s)://[user:password@]host:port")
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	conn, err := d.reach(ctx, network, u)
	if err != nil {
		return nil, api.Proxy.Errorf("no connection to the proxy: %w", err)
	}
	tunnel, err := connect(ctx, conn, u.User, address)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return tunnel, nil
}

// reach opens the connection to the proxy itself.
func (d Dialer) reach(ctx context.Context, network string, u *url.URL) (net.Conn, error) {
	conn, err := d.Direct(ctx, network, u.Host)
	if err != nil || u.Scheme == "http" {
		return conn, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if d.TLS != nil {
		config = d.TLS.Clone()
	}
	config.ServerName, config.NextProtos = u.Hostname(), nil
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secure, nil
}

// connect asks the proxy at the other end of conn for a tunnel to address.
func connect(ctx context.Context, conn net.Conn, user *url.Userinfo, address string) (net.Conn, error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	req := &http.Request{
		Method: http.MethodConnect, URL: &url.URL{Opaque: address}, Host: address,
		Header: http.Header{"User-Agent": {version.ComponentUserAgent("contactcenter_exporter")}},
	}
	if user != nil {
		password, _ := user.Password()
		credentials := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		req.Header.Set("Proxy-Authorization", "Basic "+credentials)
	}
	// The other end of the tunnel may speak at once: what comes after the header is
	// read through the same buffer.
	limited := &io.LimitedReader{R: conn, N: maxHeader}
	t := &tunnel{Conn: conn, buffer: bufio.NewReader(limited)}
	if err := exchange(conn, t.buffer, req); err != nil {
		return nil, err
	}
	if !stop() {
		return nil, api.Proxy.Errorf("no answer from the proxy: %w", ctx.Err())
	}
	limited.N = math.MaxInt64
	return t, nil
}

// exchange sends the request and judges the answer.
func exchange(conn net.Conn, answer *bufio.Reader, req *http.Request) error {
	if err := req.Write(conn); err != nil {
		return api.Proxy.Errorf("the request to the proxy failed: %w", transportError(err))
	}
	resp, err := http.ReadResponse(answer, req) //nolint:bodyclose // what follows the header is the tunnel
	if err != nil {
		return api.Proxy.Errorf("no answer from the proxy: %w", transportError(err))
	}
	switch {
	case resp.StatusCode == http.StatusProxyAuthRequired, resp.StatusCode == http.StatusUnauthorized:
		return api.Proxy.Errorf("the proxy wants other credentials (HTTP %d): %w", resp.StatusCode, ErrCredentials)
	case resp.StatusCode/100 != 2:
		// The status is not in the chain: it is not one that the target has answered.
		return api.Proxy.Errorf("the proxy refuses the connection: %s", (&api.StatusError{Code: resp.StatusCode}).Error())
	}
	return nil
}

// transportError returns err, or a text of our own if err may quote the proxy.
func transportError(err error) error {
	var network net.Error
	if errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return errors.New("it does not speak HTTP")
}

// tunnel is a connection whose first bytes may have been read already.
type tunnel struct {
	net.Conn
	buffer *bufio.Reader
}

// Read reads what the buffer holds first.
func (t *tunnel) Read(p []byte) (int, error) { return t.buffer.Read(p) }
