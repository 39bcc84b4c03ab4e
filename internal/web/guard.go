package web

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net"
	"net/http"
	"sync"
)

// maxKnown is how many passwords are remembered.
const maxKnown = 1000

// Guard keeps the pages of s reachable for clients with the password while others
// try wrong ones or hold connections open. It must be called before
// exporter-toolkit adds TLS and passwords to s.
//
// A check by bcrypt takes a core for 50 ms and more on purpose, and checks run
// one at a time. A password that was right before needs no place in the queue,
// and the queue prefers clients that have not failed: see queue. A request that trusted
// accepts, which may be nil, needs no password.
func Guard(s *http.Server, trusted func(*http.Request) bool) {
	limiter := newConnLimiter(maxConnections)
	g := &guard{
		connLimiter: limiter,
		queue:       queue{conns: limiter},
		inner:       s.Handler,
		trusted:     trusted,
		key:         []byte(rand.Text()),
		known:       map[[sha256.Size]byte]bool{},
	}
	s.Handler = http.HandlerFunc(g.serveInner)
	s.ConnState = limiter.setState
	var once sync.Once
	s.ConnContext = func(ctx context.Context, nc net.Conn) context.Context {
		// By the first connection s has the handler that checks passwords.
		once.Do(func() {
			g.outer = s.Handler
			s.Handler = http.HandlerFunc(g.serveOuter)
		})
		return context.WithValue(ctx, connKey{}, limiter.add(nc))
	}
}

// guard wraps a handler that checks passwords, from both sides.
type guard struct {
	*connLimiter
	queue        queue
	outer, inner http.Handler
	trusted      func(*http.Request) bool
	key          []byte // of the digests in known

	mu    sync.Mutex
	known map[[sha256.Size]byte]bool // digests of passwords that were right
}

// attempt is a request before authentication.
type attempt struct {
	passed bool
	onPass func()
}

type attemptKey struct{}

// serveOuter passes on a request without a password, which costs nothing to
// refuse, or with one that was right before. All others wait in the queue.
func (g *guard) serveOuter(w http.ResponseWriter, r *http.Request) {
	a := &attempt{onPass: func() {}}
	r = r.WithContext(context.WithValue(r.Context(), attemptKey{}, a))
	if g.trusted != nil && g.trusted(r) {
		g.serveInner(w, r)
		return
	}
	user, password, given := r.BasicAuth()
	if !given {
		g.outer.ServeHTTP(w, r)
		return
	}
	d := g.digest(user, password)
	if g.remembers(d) {
		g.outer.ServeHTTP(w, r)
		if !a.passed {
			g.forget(d)
		}
		return
	}
	if !g.queue.enter(r.Context()) {
		text(w, http.StatusServiceUnavailable, "too many passwords are being checked\n")
		return
	}
	leave := sync.OnceFunc(g.queue.leave)
	defer leave()
	a.onPass = func() { g.remember(d); leave() }
	g.outer.ServeHTTP(w, r)
	if !a.passed {
		g.update(r.Context(), func(c *conn) { c.wrong = true })
	}
}

// serveInner is reached by requests that have passed authentication.
func (g *guard) serveInner(w http.ResponseWriter, r *http.Request) {
	if a, ok := r.Context().Value(attemptKey{}).(*attempt); ok {
		a.passed = true
		a.onPass()
	}
	g.update(r.Context(), func(c *conn) { c.served, c.wrong = true, false })
	g.inner.ServeHTTP(w, r)
}

// digest identifies a password without keeping it.
func (g *guard) digest(user, password string) (d [sha256.Size]byte) {
	mac := hmac.New(sha256.New, g.key)
	mac.Write([]byte(user + "\x00" + password))
	mac.Sum(d[:0])
	return d
}

func (g *guard) remembers(d [sha256.Size]byte) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.known[d]
}

func (g *guard) remember(d [sha256.Size]byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.known) >= maxKnown {
		clear(g.known)
	}
	g.known[d] = true
}

func (g *guard) forget(d [sha256.Size]byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.known, d)
}
