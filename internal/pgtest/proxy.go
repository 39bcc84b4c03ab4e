package pgtest

import (
	"bytes"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Proxy passes connections on to a server, and fails as networks do.
type Proxy struct {
	Port int

	target   int          // port
	swallow  atomic.Int64 // answers to COMMIT that are still to be lost
	drop     atomic.Bool  // whether the COMMIT is lost as well
	listener net.Listener

	delay atomic.Int64 // nanoseconds

	mu    sync.Mutex
	gate  chan struct{} // closed while bytes pass
	conns map[net.Conn]bool
}

// NewProxy returns a proxy to a port of this machine. It ends with the test.
func NewProxy(t testing.TB, target int) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a test
	check(t, err)
	p := &Proxy{Port: l.Addr().(*net.TCPAddr).Port, target: target, listener: l, conns: map[net.Conn]bool{}, gate: make(chan struct{})}
	close(p.gate)
	go p.accept()
	t.Cleanup(func() {
		_ = l.Close()
		p.Pass()
		p.Cut()
	})
	return p
}

// URL returns the URL of the database behind the proxy.
func (p *Proxy) URL() string { return URL(p.Port) }

// Hold keeps all bytes until Pass.
func (p *Proxy) Hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.gate:
		p.gate = make(chan struct{})
	default:
	}
}

// Pass ends Hold.
func (p *Proxy) Pass() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.gate:
	default:
		close(p.gate)
	}
}

// Cut ends all connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
	clear(p.conns)
}

// Slow delays all bytes by d from now on.
func (p *Proxy) Slow(d time.Duration) { p.delay.Store(int64(d)) }

// Swallow loses the answer to one more COMMIT, with its connection; the COMMIT as well
// if drop is true.
func (p *Proxy) Swallow(drop bool) {
	p.drop.Store(drop)
	p.swallow.Add(1)
}

// Swallowed reports whether all answers that were to be lost are.
func (p *Proxy) Swallowed() bool { return p.swallow.Load() <= 0 }

func (p *Proxy) open() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.gate
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.serve(c)
	}
}

func (p *Proxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", p.target)) //nolint:noctx // a test
	if err != nil {
		_ = client.Close()
		return
	}
	p.mu.Lock()
	p.conns[client], p.conns[server] = true, true
	p.mu.Unlock()
	var lost atomic.Bool
	var both sync.WaitGroup
	both.Go(func() { p.copy(server, client, func(b []byte) { p.watch(b, &lost) }, &lost) })
	both.Go(func() { p.copy(client, server, nil, &lost) })
	both.Wait()
	p.mu.Lock()
	delete(p.conns, client)
	delete(p.conns, server)
	p.mu.Unlock()
}

// watch notes when a COMMIT passes whose answer is to be lost.
func (p *Proxy) watch(b []byte, lost *atomic.Bool) {
	if bytes.Contains(b, []byte("commit\x00")) && p.swallow.Add(-1) >= 0 {
		lost.Store(true)
	}
}

// copy passes bytes on until a connection ends, or an answer is lost.
func (p *Proxy) copy(to, from net.Conn, watch func([]byte), lost *atomic.Bool) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		<-p.open()
		time.Sleep(time.Duration(p.delay.Load()))
		if watch != nil {
			watch(buf[:n])
		}
		if lost.Load() && (watch == nil || p.drop.Load()) {
			return
		}
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
