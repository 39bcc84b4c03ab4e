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

const (
	// maxWaiting is how many requests with a password that isn't known yet wait to
	// have it checked.
	maxWaiting = 1024
	// maxKnown is how many passwords are remembered.
	maxKnown = 1000
)

// Guard keeps clients who may not see the pages of s from keeping away those who
// may. It must be called before exporter-toolkit adds TLS and passwords to s.
//
// A password is checked by bcrypt, which takes a core for a while on purpose, one
// at a time: with enough wrong ones, right ones wait in vain. So who has given
// the right one before does not wait behind those who haven't. And connections
// are bounded by taking one from who deserves it least.
func Guard(s *http.Server) {
	g := &guard{
		crowd: newCrowd(maxConnections),
		inner: s.Handler,
		turn:  make(chan struct{}, 1),
		key:   []byte(rand.Text()),
		known: map[[sha256.Size]byte]bool{},
	}
	s.Handler = http.HandlerFunc(g.letIn)
	s.ConnState = g.crowd.state
	var once sync.Once
	s.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		// By the first connection s has the handler that checks passwords.
		once.Do(func() {
			g.outer = s.Handler
			s.Handler = http.HandlerFunc(g.ask)
		})
		return context.WithValue(ctx, visitorKey{}, g.crowd.come(conn))
	}
}

// guard stands on both sides of a handler that checks passwords.
type guard struct {
	*crowd
	outer, inner http.Handler
	turn         chan struct{} // holds whose password is being checked
	key          []byte        // of the marks in known

	mu      sync.Mutex
	waiting int
	known   map[[sha256.Size]byte]bool // passwords that were right
}

// entry is a request on its way to the pages.
type entry struct {
	in    bool
	admit func() // what is to be done when it is in
}

type entryKey struct{}

// ask passes on a request without a password, which costs nothing to refuse, or
// with one that was right before. All others wait for their turn.
func (g *guard) ask(w http.ResponseWriter, r *http.Request) {
	e := &entry{admit: func() {}}
	r = r.WithContext(context.WithValue(r.Context(), entryKey{}, e))
	user, password, given := r.BasicAuth()
	if !given {
		g.outer.ServeHTTP(w, r)
		return
	}
	m := g.mark(user, password)
	if g.remembers(m) {
		g.outer.ServeHTTP(w, r)
		g.forget(m, !e.in)
		return
	}
	if !g.queue() {
		text(w, http.StatusServiceUnavailable, "too many passwords are being checked\n")
		return
	}
	leave := sync.OnceFunc(g.leave)
	defer leave()
	e.admit = func() { g.remember(m); leave() }
	g.outer.ServeHTTP(w, r)
}

// letIn is reached by requests that may see the pages.
func (g *guard) letIn(w http.ResponseWriter, r *http.Request) {
	if e, ok := r.Context().Value(entryKey{}).(*entry); ok {
		e.in = true
		e.admit()
	}
	g.serve(r.Context())
	g.inner.ServeHTTP(w, r)
}

// queue waits for the turn to have a password checked, even for a client that
// has gone: its next request needn't wait then. It reports whether there is
// room to wait.
func (g *guard) queue() bool {
	g.mu.Lock()
	full := g.waiting >= maxWaiting
	if !full {
		g.waiting++
	}
	g.mu.Unlock()
	if full {
		return false
	}
	g.turn <- struct{}{}
	return true
}

func (g *guard) leave() {
	<-g.turn
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting--
}

// mark stands for a password where it should not be kept.
func (g *guard) mark(user, password string) (m [sha256.Size]byte) {
	mac := hmac.New(sha256.New, g.key)
	mac.Write([]byte(user + "\x00" + password))
	mac.Sum(m[:0])
	return m
}

func (g *guard) remembers(m [sha256.Size]byte) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.known[m]
}

func (g *guard) remember(m [sha256.Size]byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.known) >= maxKnown {
		clear(g.known)
	}
	g.known[m] = true
}

// forget forgets a password that is no longer right.
func (g *guard) forget(m [sha256.Size]byte, wrong bool) {
	if !wrong {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.known, m)
}
