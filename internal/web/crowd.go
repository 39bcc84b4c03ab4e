package web

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// maxConnections is how many connections a server has at once. It is far more
// than scrapers need and far fewer than the process could open.
const maxConnections = 512

// crowd bounds the connections of a server. One more is never refused: whoever
// deserves it least has to leave, so that nobody can keep others out by holding
// connections open.
type crowd struct {
	most int

	mu       sync.Mutex
	arrivals uint64
	visitors map[net.Conn]*visitor
	hosts    map[string]int // connections by address
}

// visitor is one connection. Its fields belong to the crowd's lock.
type visitor struct {
	host    string
	arrival uint64
	idle    bool
	served  bool // has been let in to a page
}

func newCrowd(most int) *crowd {
	return &crowd{most: most, visitors: map[net.Conn]*visitor{}, hosts: map[string]int{}}
}

// come adds a connection and, if there are too many, ends another one.
func (c *crowd) come(conn net.Conn) *visitor {
	host, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		host = conn.RemoteAddr().String()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.visitors) >= c.most {
		hangUp(c.worst())
	}
	c.arrivals++
	v := &visitor{host: host, arrival: c.arrivals}
	c.visitors[conn] = v
	c.hosts[host]++
	return v
}

// worst takes out the connection that is missed least. It needs the lock.
func (c *crowd) worst() (worst net.Conn) {
	for conn, v := range c.visitors {
		if worst == nil || c.worse(v, c.visitors[worst]) {
			worst = conn
		}
	}
	c.remove(worst)
	return worst
}

// worse reports whether a is missed less than b: who was never let in to a page,
// then who asks for nothing now, then one of an address that has more
// connections, then the older one.
func (c *crowd) worse(a, b *visitor) bool {
	switch {
	case a.served != b.served:
		return !a.served
	case a.served && a.idle != b.idle:
		return a.idle
	case c.hosts[a.host] != c.hosts[b.host]:
		return c.hosts[a.host] > c.hosts[b.host]
	}
	return a.arrival < b.arrival
}

// remove forgets a connection, if it is known. It needs the lock.
func (c *crowd) remove(conn net.Conn) {
	v := c.visitors[conn]
	if v == nil {
		return
	}
	delete(c.visitors, conn)
	if c.hosts[v.host]--; c.hosts[v.host] == 0 {
		delete(c.hosts, v.host)
	}
}

// state follows what becomes of connections; it is for http.Server.ConnState.
func (c *crowd) state(conn net.Conn, s http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch s {
	case http.StateClosed, http.StateHijacked:
		c.remove(conn)
	case http.StateIdle, http.StateActive:
		if v := c.visitors[conn]; v != nil {
			v.idle = s == http.StateIdle
		}
	}
}

// serve notes that the connection of a request has been let in to a page.
func (c *crowd) serve(ctx context.Context) {
	v, ok := ctx.Value(visitorKey{}).(*visitor)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	v.served = true
}

type visitorKey struct{}

// hangUp ends a connection without saying farewell, which could take a while.
func hangUp(conn net.Conn) {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	_ = conn.Close()
}
