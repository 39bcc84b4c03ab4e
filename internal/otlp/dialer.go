package otlp

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"sync"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/proxy"
)

// dialer opens connections, over HTTP and gRPC alike, and can close all of them.
type dialer struct {
	dial proxy.Dial

	mu     sync.Mutex
	open   map[*openConn]struct{}
	failed error // of the newest attempt
}

// openConn is a connection that its dialer knows until it is closed.
type openConn struct {
	net.Conn
	dialer *dialer
}

// DialContext opens a connection.
func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.dial(ctx, network, address)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failed = err; err != nil {
		return nil, err
	}
	c := &openConn{Conn: conn, dialer: d}
	if d.open == nil {
		d.open = map[*openConn]struct{}{}
	}
	d.open[c] = struct{}{}
	return c, nil
}

// Close implements net.Conn.
func (c *openConn) Close() error {
	c.dialer.mu.Lock()
	delete(c.dialer.open, c)
	c.dialer.mu.Unlock()
	return c.Conn.Close()
}

// closeAll closes every connection: requests under way fail, the next ones open
// new connections.
func (d *dialer) closeAll() {
	d.mu.Lock()
	open := slices.Collect(maps.Keys(d.open))
	d.mu.Unlock()
	for _, c := range open {
		_ = c.Close()
	}
}

// proxyError returns why the newest attempt failed, if it is the proxy's doing.
func (d *dialer) proxyError() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var own *api.Error
	if errors.As(d.failed, &own) && own.Class == api.Proxy {
		return own
	}
	return nil
}
