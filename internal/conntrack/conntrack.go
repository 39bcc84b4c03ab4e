// Package conntrack knows the connections that are open, and closes those to a host
// that lets several requests in a row time out, so that the next request opens a new
// one. A connection of HTTP/2 or gRPC serves all requests: while the client believes
// that a dead one is alive, no request gets an answer.
package conntrack

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// PingInterval is how long an HTTP/2 connection may be silent before it is
	// tested.
	PingInterval = 15 * time.Second
	// PingTimeout is how long the answer to the test may take.
	PingTimeout = 5 * time.Second
	// maxTimeouts is how many requests to a host may time out in a row before its
	// connections are closed: a front may answer pings while what is behind it is
	// dead.
	maxTimeouts = 3
)

// HTTP2 returns the settings with which an http.Transport tests its connections.
func HTTP2() *http.HTTP2Config {
	return &http.HTTP2Config{SendPingTimeout: PingInterval, PingTimeout: PingTimeout}
}

// Dialer opens connections. Its methods may be called at the same time.
type Dialer struct {
	// Dial opens one, as net.Dialer.DialContext does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	mu       sync.Mutex
	open     map[*conn]struct{}
	timeouts map[string]int // requests in a row without an answer in time, by host
	failed   error          // of the newest attempt
}

// conn is a connection that its dialer knows until it is closed.
type conn struct {
	net.Conn
	host   string
	dialer *Dialer
}

// DialContext opens a connection.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	opened, err := d.Dial(ctx, network, address)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failed = err; err != nil {
		return nil, err
	}
	c := &conn{Conn: opened, host: hostOf(address), dialer: d}
	if d.open == nil {
		d.open = map[*conn]struct{}{}
	}
	d.open[c] = struct{}{}
	return c, nil
}

// Failed returns the error of the newest attempt to open a connection; nil if it
// succeeded.
func (d *Dialer) Failed() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failed
}

// Ended notes how a request to a host, with or without a port, has ended: timedOut
// is true if no answer came in time. After several of them in a row the connections
// to the host are closed. Requests under way on them fail, and may succeed over others.
func (d *Dialer) Ended(host string, timedOut bool) {
	host = hostOf(host)
	d.mu.Lock()
	if !timedOut {
		delete(d.timeouts, host)
		d.mu.Unlock()
		return
	}
	if d.timeouts == nil {
		d.timeouts = map[string]int{}
	}
	d.timeouts[host]++
	dead := d.timeouts[host] >= maxTimeouts
	if dead {
		delete(d.timeouts, host)
	}
	d.mu.Unlock()
	if dead {
		d.close(func(c *conn) bool { return c.host == host })
	}
}

// Close closes every connection. New ones can be opened.
func (d *Dialer) Close() { d.close(func(*conn) bool { return true }) }

// close closes the connections that which accepts.
func (d *Dialer) close(which func(*conn) bool) {
	var chosen []*conn
	d.mu.Lock()
	for c := range d.open {
		if which(c) {
			chosen = append(chosen, c)
		}
	}
	d.mu.Unlock()
	for _, c := range chosen {
		_ = c.Close()
	}
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.dialer.mu.Lock()
	delete(c.dialer.open, c)
	c.dialer.mu.Unlock()
	return c.Conn.Close()
}

// hostOf returns the host of an address, in one way to write it.
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	return strings.ToLower(strings.Trim(address, "[]"))
}
