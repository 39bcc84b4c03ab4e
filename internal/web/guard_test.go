package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
)

// checker stands for exporter-toolkit: it lets in who knows the password. Wrong
// ones take until release is closed.
type checker struct {
	pages    http.Handler
	release  chan struct{}
	password string

	mu      sync.Mutex
	checked int
}

func (c *checker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, password, _ := r.BasicAuth()
	c.mu.Lock()
	c.checked++
	right := password == c.password
	c.mu.Unlock()
	if right {
		c.pages.ServeHTTP(w, r)
		return
	}
	if password != "" {
		<-c.release
	}
	text(w, http.StatusUnauthorized, "no")
}

func (c *checker) change(password string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.password = password
}

func (c *checker) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.checked
}

// guarded is a server whose pages need the password right.
func guarded(t *testing.T) (*http.Server, *checker) {
	t.Helper()
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, "page") })}
	Guard(s)
	c := &checker{pages: s.Handler, release: make(chan struct{}), password: "right"}
	s.Handler = c
	mine, other := net.Pipe()
	t.Cleanup(func() { mine.Close(); other.Close() })
	s.ConnContext(t.Context(), mine)
	return s, c
}

// login asks a server for a page and returns the status.
func login(ctx context.Context, s *http.Server, password string) int {
	r := httptest.NewRequest(http.MethodGet, "/", nil).WithContext(ctx)
	if password != "" {
		r.SetBasicAuth("prometheus", password)
	}
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	return w.Code
}

func TestTheRightPasswordDoesNotWaitBehindWrongOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := guarded(t)
		if got := login(t.Context(), s, "right"); got != 200 {
			t.Fatalf("the right password: %d", got)
		}
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				if got := login(t.Context(), s, fmt.Sprint("wrong", i)); got != 401 {
					t.Errorf("a wrong password: %d", got)
				}
			})
		}
		synctest.Wait()
		if n := c.count(); n != 2 {
			t.Errorf("%d passwords are checked at once, want 1", n-1)
		}
		for range 3 {
			if got := login(t.Context(), s, "right"); got != 200 {
				t.Errorf("the right password among wrong ones: %d", got)
			}
			if got := login(t.Context(), s, ""); got != 401 {
				t.Errorf("without a password: %d", got)
			}
		}
		close(c.release)
		wg.Wait()
	})
}

// A scraper that gives up while it waits is known when it comes back.
func TestAPasswordIsCheckedForAClientThatHasGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := guarded(t)
		var wg sync.WaitGroup
		wg.Go(func() { login(t.Context(), s, "wrong") })
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		wg.Go(func() { login(ctx, s, "right") })
		synctest.Wait()
		wg.Go(func() { login(t.Context(), s, "wrong as well") })
		cancel()
		synctest.Wait()
		c.release <- struct{}{} // the first one
		synctest.Wait()         // the last one is being checked now
		if got := login(t.Context(), s, "right"); got != 200 {
			t.Errorf("the right password: %d", got)
		}
		close(c.release)
		wg.Wait()
	})
}

func TestAPasswordThatWasChangedIsRefusedAndForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := guarded(t)
		login(t.Context(), s, "right")
		c.change("new")
		close(c.release)
		if got := login(t.Context(), s, "right"); got != 401 {
			t.Errorf("the old password: %d", got)
		}
		c.release = make(chan struct{})
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { login(t.Context(), s, "right") })
		}
		before := c.count()
		synctest.Wait()
		if n := c.count() - before; n != 1 {
			t.Errorf("the old password goes past the queue: %d are checked at once", n)
		}
		close(c.release)
		wg.Wait()
	})
}

func TestNotEverybodyMayWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := guarded(t)
		var wg sync.WaitGroup
		for i := range maxWaiting {
			wg.Go(func() { login(t.Context(), s, fmt.Sprint("wrong", i)) })
		}
		synctest.Wait()
		if got := login(t.Context(), s, "one more"); got != 503 {
			t.Errorf("one more than may wait: %d", got)
		}
		close(c.release)
		wg.Wait()
		if got := login(t.Context(), s, "right"); got != 200 {
			t.Errorf("when they have gone: %d", got)
		}
	})
}

// connection is one end of nothing, from an address.
type connection struct {
	net.Conn
	host   string
	closed bool
}

func (c *connection) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.ParseIP(c.host), Port: 1}
}

func (c *connection) Close() error {
	c.closed = true
	return nil
}

func TestOneConnectionTooManyEndsTheOneThatIsMissedLeast(t *testing.T) {
	type guest struct {
		host         string
		served, idle bool
	}
	for name, test := range map[string]struct {
		guests []guest
		leaves int
	}{
		"who was never let in":                   {[]guest{{"192.0.2.1", true, true}, {"192.0.2.1", false, false}, {"192.0.2.1", true, false}}, 1},
		"of the address with the most":           {[]guest{{"192.0.2.1", false, false}, {"192.0.2.2", false, false}, {"192.0.2.2", false, false}}, 1},
		"the oldest of one address":              {[]guest{{"192.0.2.1", false, false}, {"192.0.2.1", false, false}, {"192.0.2.1", false, false}}, 0},
		"who asks for nothing, if all were in":   {[]guest{{"192.0.2.1", true, false}, {"192.0.2.1", true, false}, {"192.0.2.2", true, true}}, 2},
		"the oldest of those who ask in the end": {[]guest{{"192.0.2.1", true, false}, {"192.0.2.1", true, false}, {"192.0.2.1", true, false}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCrowd(len(test.guests))
			var conns []*connection
			for _, g := range test.guests {
				conn := &connection{host: g.host}
				conns = append(conns, conn)
				ctx := context.WithValue(t.Context(), visitorKey{}, c.come(conn))
				c.state(conn, http.StateActive)
				if g.served {
					c.serve(ctx)
				}
				if g.idle {
					c.state(conn, http.StateIdle)
				}
			}
			c.come(&connection{host: "192.0.2.9"})
			for i, conn := range conns {
				if conn.closed != (i == test.leaves) {
					t.Errorf("connection %d is closed: %v", i, conn.closed)
				}
			}
			c.state(conns[test.leaves], http.StateClosed) // as the server says afterwards
			for _, conn := range conns {
				c.state(conn, http.StateClosed)
			}
			if len(c.visitors) != 1 || len(c.hosts) != 1 {
				t.Errorf("%d connections of %d addresses are left, want 1", len(c.visitors), len(c.hosts))
			}
		})
	}
}
