package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
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
	Guard(s, nil)
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
		for range 2 {
			c.release <- struct{}{}
		}
		synctest.Wait() // the one that has gone is checked last
		wg.Go(func() { login(t.Context(), s, "wrong again") })
		synctest.Wait()
		if got := login(t.Context(), s, "right"); got != 200 {
			t.Errorf("the right password: %d", got)
		}
		close(c.release)
		wg.Wait()
	})
}

// The order in which passwords are checked decides how long a scraper waits that
// the server doesn't know yet, as after a start.
func TestAScraperThatIsNotKnownYetIsCheckedBeforeClientsWithWrongPasswords(t *testing.T) {
	const attackers = 200
	for name, test := range map[string]struct {
		host      func(i int) string // of each attacker
		reconnect bool               // for each try
		late      bool               // the scraper comes last, otherwise first
		most      int                // wrong passwords that may be checked before the right one
	}{
		"it comes after them":               {host: sameHost, late: true, most: 1},
		"after them, they reconnect":        {host: sameHost, late: true, reconnect: true, most: 1},
		"after them, from other addresses":  {host: otherHost, late: true, reconnect: true, most: 1},
		"it comes before them":              {host: sameHost, most: attackers + 1},
		"before those of one other address": {host: func(int) string { return "192.0.2.2" }, most: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, c := guarded(t)
				ctx, stop := context.WithCancel(t.Context())
				var wg sync.WaitGroup
				attack := func(i int) {
					conn := connected(t, s, test.host(i))
					for ctx.Err() == nil {
						login(conn, s, fmt.Sprint("wrong", i))
						if test.reconnect {
							conn = connected(t, s, test.host(i))
						}
					}
				}
				in := false
				scraper := func() { in = login(connected(t, s, sameHost(0)), s, "right") == 200 }
				wg.Go(func() { attack(0) })
				synctest.Wait()
				if !test.late {
					wg.Go(scraper)
					synctest.Wait()
				}
				for i := range attackers {
					wg.Go(func() { attack(i) })
				}
				synctest.Wait()
				if test.late {
					wg.Go(scraper)
					synctest.Wait()
				}
				checked := 0
				for ; !in && checked < 10*attackers; checked++ {
					c.release <- struct{}{}
					synctest.Wait()
				}
				if checked > test.most {
					t.Errorf("%d wrong passwords were checked before the right one, want at most %d", checked, test.most)
				}
				stop()
				close(c.release)
				wg.Wait()
			})
		})
	}
}

func sameHost(int) string { return "192.0.2.1" }

func otherHost(i int) string { return fmt.Sprintf("198.51.100.%d", i) }

// connected returns the context of requests on a new connection from host.
func connected(t *testing.T, s *http.Server, host string) context.Context {
	t.Helper()
	return s.ConnContext(t.Context(), &connection{host: host})
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

func TestRequestsThatWaitForTheirPasswordAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := guarded(t)
		var wg sync.WaitGroup
		var refused atomic.Int64
		for i := range 1 + maxWaiting + 10 {
			wg.Go(func() {
				if login(t.Context(), s, fmt.Sprint("wrong", i)) == 503 {
					refused.Add(1)
				}
			})
		}
		synctest.Wait()
		if n := refused.Load(); n != 10 {
			t.Errorf("%d requests are refused, want 10", n)
		}
		right := 0
		wg.Go(func() { right = login(t.Context(), s, "right") })
		synctest.Wait()
		c.release <- struct{}{}
		synctest.Wait()
		if right != 200 {
			t.Errorf("a request that comes when as many wait as may: %d", right)
		}
		close(c.release)
		wg.Wait()
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

func TestANewConnectionAtTheLimitEndsTheWorst(t *testing.T) {
	type opened struct {
		host         string
		served, idle bool
	}
	for name, test := range map[string]struct {
		conns  []opened
		closed int
	}{
		"one without the password":              {[]opened{{"192.0.2.1", true, true}, {"192.0.2.1", false, false}, {"192.0.2.1", true, false}}, 1},
		"one of the address with the most":      {[]opened{{"192.0.2.1", false, false}, {"192.0.2.2", false, false}, {"192.0.2.2", false, false}}, 1},
		"the oldest of one address":             {[]opened{{"192.0.2.1", false, false}, {"192.0.2.1", false, false}, {"192.0.2.1", false, false}}, 0},
		"an idle one, if all have the password": {[]opened{{"192.0.2.1", true, false}, {"192.0.2.1", true, false}, {"192.0.2.2", true, true}}, 2},
		"the oldest, if all have the password":  {[]opened{{"192.0.2.1", true, false}, {"192.0.2.1", true, false}, {"192.0.2.1", true, false}}, 0},
	} {
		synctestRun(t, name, func(t *testing.T) {
			c := newConnLimiter(len(test.conns))
			var conns []*connection
			for _, g := range test.conns {
				conn := &connection{host: g.host}
				conns = append(conns, conn)
				c.add(conn).served = g.served
				c.setState(conn, http.StateActive)
				if g.idle {
					c.setState(conn, http.StateIdle)
				}
			}
			time.Sleep(minConnTime)
			c.add(&connection{host: "192.0.2.9"})
			for i, conn := range conns {
				if conn.closed != (i == test.closed) {
					t.Errorf("connection %d is closed: %v", i, conn.closed)
				}
			}
			c.setState(conns[test.closed], http.StateClosed) // as the server says afterwards
			for _, conn := range conns {
				c.setState(conn, http.StateClosed)
			}
			if len(c.conns) != 1 || len(c.hosts) != 1 {
				t.Errorf("%d connections of %d addresses are left, want 1", len(c.conns), len(c.hosts))
			}
		})
	}
}

// A connection has its time for the TLS handshake and the password, however fast
// others connect, and an end of one makes room at once.
func TestConnectionsAtTheLimitKeepTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 10
		c := newConnLimiter(limit)
		begin := time.Now()
		var conns []*connection
		for range 3 * limit {
			conns = append(conns, &connection{host: "192.0.2.1"})
			c.add(conns[len(conns)-1])
			for i, conn := range conns {
				if conn.closed && time.Since(begin) < time.Duration(1+i/limit)*minConnTime {
					t.Fatalf("connection %d was closed after %s", i, time.Since(begin))
				}
			}
		}
		if took := time.Since(begin); took != 2*minConnTime {
			t.Errorf("%d connections were accepted in %s, want %s", len(conns), took, 2*minConnTime)
		}
		added := make(chan struct{})
		go func() { c.add(&connection{host: "192.0.2.1"}); close(added) }()
		synctest.Wait()
		before := time.Now()
		c.setState(conns[len(conns)-1], http.StateClosed)
		<-added
		if waited := time.Since(before); waited != 0 {
			t.Errorf("a connection waited %s after another one had ended", waited)
		}
	})
}

func synctestRun(t *testing.T, name string, f func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}
