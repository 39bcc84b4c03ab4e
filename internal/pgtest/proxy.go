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

	target   int // port
	listener net.Listener
	delay    atomic.Int64 // nanoseconds

	gate sync.RWMutex // locked while bytes are held

	mu     sync.Mutex
	held   bool
	conns  map[net.Conn]bool
	decide func() Fate
}

// Fate is what becomes of a COMMIT.
type Fate int

// A COMMIT gets to the server and its answer to the client; or the connection ends
// before the answer, or before the COMMIT.
const (
	Passed Fate = iota
	AnswerLost
	CommitLost
)

// NewProxy returns a proxy to a port of this machine. It ends with the test.
func NewProxy(t testing.TB, target int) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a test
	check(t, err)
	p := &Proxy{Port: l.Addr().(*net.TCPAddr).Port, target: target, listener: l, conns: map[net.Conn]bool{}}
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
	if !p.held {
		p.held = true
		p.gate.Lock()
	}
}

// Pass ends Hold.
func (p *Proxy) Pass() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held {
		p.held = false
		p.gate.Unlock()
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

// OnCommit calls decide at each COMMIT of a transaction that writes the state of an
// account, before it is passed on. Without decide all of them pass.
func (p *Proxy) OnCommit(decide func() Fate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.decide = decide
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
	w := &watched{proxy: p}
	var both sync.WaitGroup
	both.Go(func() { p.copy(server, client, w.sent) })
	both.Go(func() { p.copy(client, server, w.answered) })
	both.Wait()
	p.mu.Lock()
	delete(p.conns, client)
	delete(p.conns, server)
	p.mu.Unlock()
}

// watched is a connection that is looked at for a COMMIT.
type watched struct {
	proxy  *Proxy
	writes bool // the transaction writes the state of an account
	lost   atomic.Bool
}

// sent reports whether bytes of the client are passed on.
func (w *watched) sent(b []byte) bool {
	w.writes = w.writes || bytes.Contains(b, []byte("contactcenter_account set seq"))
	if !w.writes || !bytes.Contains(b, []byte("commit\x00")) {
		return true
	}
	w.writes = false
	w.proxy.mu.Lock()
	decide := w.proxy.decide
	w.proxy.mu.Unlock()
	if decide == nil {
		return true
	}
	fate := decide()
	w.lost.Store(fate == AnswerLost)
	return fate != CommitLost
}

// answered reports whether bytes of the server are passed on.
func (w *watched) answered([]byte) bool { return !w.lost.Load() }

// copy passes bytes on until a connection ends, or some are not to be passed on.
func (p *Proxy) copy(to, from net.Conn, passes func([]byte) bool) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		p.gate.RLock()
		delay := time.Duration(p.delay.Load())
		p.gate.RUnlock()
		time.Sleep(delay)
		if n > 0 {
			if !passes(buf[:n]) {
				return
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
