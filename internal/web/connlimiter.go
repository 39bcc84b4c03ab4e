package web

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// maxConnections is how many connections a server has at once. It is far more
	// than scrapers need and far fewer than the process could open.
	maxConnections = 1024
	// minConnTime is how long each connection has to log in. Beyond maxConnections
	// the server accepts no faster than that allows: clients that only connect
	// would otherwise push out a scraper during its TLS handshake.
	minConnTime = 250 * time.Millisecond
)

// connLimiter bounds the connections of a server. A server at its limit closes
// the one that is evicted first for a new one. A limit that makes new connections wait
// (netutil.LimitListener) is no replacement: clients without a password hold a
// connection for as long as the idle timeout. With 2,400 of them 16 of 20 scrapes
// take more than 5 s; here none takes 0.2 s.
type connLimiter struct {
	limit int
	freed chan struct{} // receives when a connection has ended

	mu    sync.Mutex
	seq   uint64 // of the newest connection
	conns map[net.Conn]*conn
	hosts map[string]int // connections by address
}

// conn is one connection. connLimiter.mu guards its fields.
type conn struct {
	host   string
	seq    uint64
	opened time.Time
	idle   bool
	served bool // a request has passed authentication
	wrong  bool // a request has had a wrong password
}

func newConnLimiter(limit int) *connLimiter {
	return &connLimiter{limit: limit, freed: make(chan struct{}, 1), conns: map[net.Conn]*conn{}, hosts: map[string]int{}}
}

// add records a new connection. At the limit it waits until a connection has
// ended or the one to evict has had its time, and closes that one.
func (c *connLimiter) add(nc net.Conn) *conn {
	host, _, err := net.SplitHostPort(nc.RemoteAddr().String())
	if err != nil {
		host = nc.RemoteAddr().String()
	}
	for {
		added, wait := c.tryAdd(nc, host)
		if added != nil {
			return added
		}
		select {
		case <-c.freed:
		case <-time.After(wait):
		}
	}
}

// tryAdd records a connection, or returns how long to wait before the next try.
func (c *connLimiter) tryAdd(nc net.Conn, host string) (*conn, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.conns) >= c.limit {
		evicted := c.evictable()
		if wait := minConnTime - time.Since(c.conns[evicted].opened); wait > 0 {
			return nil, wait
		}
		c.remove(evicted)
		closeNow(evicted)
	}
	c.seq++
	added := &conn{host: host, seq: c.seq, opened: time.Now()}
	c.conns[nc] = added
	c.hosts[host]++
	return added, 0
}

// evictable returns the connection to close first, of equal ones the oldest. The
// caller holds mu.
func (c *connLimiter) evictable() (first net.Conn) {
	for nc, v := range c.conns {
		if w := c.conns[first]; w == nil || cmp.Or(c.compare(v, w), cmp.Compare(v.seq, w.seq)) < 0 {
			first = nc
		}
	}
	return first
}

// compare is positive if a is better than b: a connection that has passed
// authentication, then one that also has a request under way, then one without a
// wrong password, then one of the address with fewer connections. The caller
// holds mu.
func (c *connLimiter) compare(a, b *conn) int {
	return cmp.Or(
		compareBool(a.served, b.served),
		compareBool(a.served && !a.idle, b.served && !b.idle),
		compareBool(b.wrong, a.wrong),
		cmp.Compare(c.hosts[b.host], c.hosts[a.host]),
	)
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// remove forgets a connection, if it is known. The caller holds mu.
func (c *connLimiter) remove(nc net.Conn) {
	v := c.conns[nc]
	if v == nil {
		return
	}
	delete(c.conns, nc)
	if c.hosts[v.host]--; c.hosts[v.host] == 0 {
		delete(c.hosts, v.host)
	}
	select {
	case c.freed <- struct{}{}:
	default:
	}
}

// setState follows the states of connections; it is for http.Server.ConnState.
func (c *connLimiter) setState(nc net.Conn, s http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch s {
	case http.StateClosed, http.StateHijacked:
		c.remove(nc)
	case http.StateIdle, http.StateActive:
		if v := c.conns[nc]; v != nil {
			v.idle = s == http.StateIdle
		}
	}
}

// update changes the connection of a request.
func (c *connLimiter) update(ctx context.Context, change func(*conn)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(connOf(ctx))
}

// connOf returns the connection of a request; without a server that is an empty
// one.
func connOf(ctx context.Context) *conn {
	if v, ok := ctx.Value(connKey{}).(*conn); ok {
		return v
	}
	return &conn{}
}

type connKey struct{}

// closeNow closes a connection without the farewell of TLS, which could block.
func closeNow(nc net.Conn) {
	if t, ok := nc.(*tls.Conn); ok {
		nc = t.NetConn()
	}
	_ = nc.Close()
}
