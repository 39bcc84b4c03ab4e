package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are pipes.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// open sends a request and returns the connection.
func (p *pipes) open(t *testing.T, request string) net.Conn {
	t.Helper()
	mine, theirs := net.Pipe()
	p.conns <- theirs
	if _, err := io.WriteString(mine, request); err != nil {
		t.Fatal(err)
	}
	return mine
}

// slowReaders are more than there are places for scrapes.
const slowReaders = 50

func TestSlowReadersAreCutOffAndKeepNobodyAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := make([]byte, 1<<20)
		o := options()
		o.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
		o.MaxRequests = 4
		p := newPipes()
		s := &http.Server{Handler: Handler(o)}
		Guard(s, nil)
		var wg sync.WaitGroup
		wg.Go(func() { _ = s.Serve(p) })

		requests := []string{
			"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
			"GET /metrics?name[]=y HTTP/1.1\r\nHost: x\r\n\r\n",
			"GET /metrics?account=z HTTP/1.1\r\nHost: x\r\n\r\n",
		}
		begin := time.Now()
		var readers sync.WaitGroup
		for i := range slowReaders {
			conn := p.open(t, requests[i%len(requests)])
			readers.Go(func() {
				defer conn.Close()
				slowly := make([]byte, 10)
				for {
					if _, err := conn.Read(slowly); err != nil {
						if got := time.Since(begin); got > sendTime+2*time.Second {
							t.Errorf("a reader of 10 bytes a second was cut off after %s", got)
						}
						return
					}
					time.Sleep(time.Second)
				}
			})
		}
		synctest.Wait()
		conn := p.open(t, requests[0])
		got, err := io.ReadFull(conn, make([]byte, len(body)))
		if err != nil || time.Since(begin) > time.Second {
			t.Errorf("beside slow readers a scrape reads %d bytes within %s: %v", got, time.Since(begin), err)
		}
		conn.Close()
		readers.Wait()
		s.Close()
		wg.Wait()
	})
}

// A place is held until the answer begins to be sent, and a scrape waits for one.
func TestAScrapeWaitsALittleForAPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options()
		o.MaxRequests = 1
		o.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(placeWait * 3 / 4)
			text(w, http.StatusOK, "begins")
		})
		h := Handler(o)
		var wg sync.WaitGroup
		for i := range 3 {
			want := 200
			if i == 2 {
				want = 503
			}
			wg.Go(func() {
				if w := get(t, h, "GET", "/metrics"); w.Code != want {
					t.Errorf("scrape %d: %d, want %d", i, w.Code, want)
				}
			})
			synctest.Wait()
		}
		wg.Wait()
	})
}

func TestAScrapeThatWaitsForDataIsNotCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options()
		o.Tried = func() bool { return false }
		o.Wait = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		p := newPipes()
		s := &http.Server{Handler: Handler(o), WriteTimeout: sendTime}
		var wg sync.WaitGroup
		wg.Go(func() { _ = s.Serve(p) })
		conn := p.open(t, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Prometheus-Scrape-Timeout-Seconds: 120\r\n\r\n")
		answer, err := io.ReadAll(conn)
		if err != nil || len(answer) == 0 {
			t.Errorf("after two minutes %q, %v", answer, err)
		}
		conn.Close()
		s.Close()
		wg.Wait()
	})
}
