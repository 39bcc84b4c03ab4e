package promises

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// connectionFaults are those of TCP and of HTTP as it goes over the wire.
func connectionFaults() []liveFault {
	row := func(id, injected, class string, behave func(net.Conn)) liveFault {
		return liveFault{fault{id: id, injected: injected, class: api.Class(class)}, gated(behave)}
	}
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	faults := []liveFault{
		{fault{id: "H01", injected: "connections are refused", class: "connect"}, refusing},
		row("H03c", "connections are accepted and nothing is sent", "timeout", func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }),
		row("H03d", "half of a header, then nothing", "timeout", saying("HTTP/1.1 200 OK\r\nContent-Ty", hold)),
		row("H04c", "a byte a second over a socket", "timeout", saying(ok+"Content-Length: 100\r\n\r\n", drip)),
		row("H05b", "a reset in the middle of the body", "connect", saying(ok+"Content-Length: 100\r\n\r\n{", reset)),
		row("H05c", "a reset before the header", "connect", saying("", reset)),
		row("H05d", "the connection is closed without an answer", "connect", saying("", nothing)),
		row("H06c", "the connection is closed before the length that was announced", "truncated", saying(ok+"Content-Length: 100\r\n\r\n{\"stats\":", nothing)),
		row("H06d", "a chunked body without its last chunk", "truncated", saying(ok+"Transfer-Encoding: chunked\r\n\r\n4\r\n{\"st\r\n", nothing)),
		row("H13g", "103 without end", "too_large", saying("", flood("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"))),
		row("H22a", "a protocol that isn't HTTP", "schema", saying("SSH-2.0-OpenSSH_9.9\r\n", hold)),
		row("H22b", "a header with a zero byte", "schema", saying("HTTP/1.1 200 OK\r\nA\x00B: c\r\n\r\n", hold)),
		row("H22c", "two lengths that differ", "schema", saying(ok+"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", hold)),
		row("H22d", "a chunk whose length is no number", "schema", saying(ok+"Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}", hold)),
		row("H23a", "a header of 10 MiB", "too_large", saying("HTTP/1.1 200 OK\r\nX: ", flood(strings.Repeat("x", 1<<16)))),
		row("H23b", "10,000 lines of header", "too_large", saying("HTTP/1.1 200 OK\r\n", flood("X-Line: something\r\n"))),
	}
	return append(faults,
		liveFault{fault{id: "H29a", injected: "every answer closes its connection", holds: "no fetch fails"}, answeringClose},
		liveFault{fault{id: "H29b", injected: "connections die while they are idle", holds: "no fetch fails"}, dying},
		liveFault{fault{id: "H27a", injected: "HTTP/2: GOAWAY after each answer", holds: "no fetch fails"}, goingAway},
		liveFault{fault{id: "H27b", injected: "HTTP/2: every stream is reset", class: "connect"}, resettingStreams},
		liveFault{fault{id: "H27c", injected: "HTTP/2: one stream at a time", holds: "no fetch fails"}, oneStream},
	)
}

// gated is a rig of a gate that behaves so while the fault is in force.
func gated(behave func(net.Conn)) func(*testing.T, *live) rig {
	return func(t *testing.T, l *live) rig {
		g := newGate(t, strings.TrimPrefix(l.vendor.URL, "http://"))
		return rig{
			url:   "http://" + g.address,
			begin: func() { g.set(behave) }, end: func() { g.turn(nil) },
		}
	}
}

// refusing closes the port, and opens it again.
func refusing(t *testing.T, l *live) rig {
	g := newGate(t, strings.TrimPrefix(l.vendor.URL, "http://"))
	return rig{
		url:   "http://" + g.address,
		begin: g.close,
		end: func() {
			if err := g.start(); err != nil {
				t.Error(err)
			}
		},
	}
}

// saying reads a request, writes text, and continues somehow.
func saying(text string, then func(net.Conn)) func(net.Conn) {
	return func(c net.Conn) {
		r, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		_, _ = io.CopyN(io.Discard, r.Body, 1)
		_, _ = io.WriteString(c, text)
		then(c)
	}
}

func nothing(net.Conn) {}

func hold(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

func reset(c net.Conn) {
	time.Sleep(50 * time.Millisecond) // so that what was said arrives
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

func drip(c net.Conn) {
	for {
		if _, err := io.WriteString(c, " "); err != nil {
			return
		}
		time.Sleep(time.Second)
	}
}

func flood(text string) func(net.Conn) {
	return func(c net.Conn) {
		for sent := 0; sent < 10<<20; sent += len(text) {
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
		}
		hold(c)
	}
}

// answeringClose is a server that keeps no connection.
func answeringClose(t *testing.T, l *live) rig {
	s := httptest.NewServer(l.sim)
	t.Cleanup(s.Close)
	return rig{
		url:   s.URL,
		begin: func() { s.Config.SetKeepAlivesEnabled(false) }, end: func() { s.Config.SetKeepAlivesEnabled(true) },
	}
}

// dying is a vendor whose connections end a little before the exporter takes
// them up again.
func dying(t *testing.T, l *live) rig {
	g := newGate(t, strings.TrimPrefix(l.vendor.URL, "http://"))
	ctx, cancel := context.WithCancel(t.Context())
	cut := func() {
		for ctx.Err() == nil {
			time.Sleep(130 * time.Millisecond)
			g.cutIdle(100 * time.Millisecond)
		}
	}
	return rig{url: "http://" + g.address, begin: func() { go cut() }, end: cancel}
}

// http2Server is a server of HTTP/2, whose handler is altered while the fault is
// in force.
func http2Server(t *testing.T, l *live, streams int, alter func(w http.ResponseWriter)) rig {
	var on atomic.Bool
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			http.Error(w, fmt.Sprint(r.Proto), http.StatusHTTPVersionNotSupported)
			return
		}
		if on.Load() {
			alter(w)
		}
		l.sim.ServeHTTP(w, r)
	}))
	s.Config.ErrorLog = quiet()
	s.EnableHTTP2 = true
	if streams > 0 {
		s.Config.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: streams}
	}
	s.TLS = l.ca.server("localhost")
	s.StartTLS()
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return rig{
		url: "https://localhost:" + u.Port(), lines: []string{"ca_file: " + l.ca.file},
		begin: func() { on.Store(true) }, end: func() { on.Store(false) },
	}
}

func goingAway(t *testing.T, l *live) rig {
	return http2Server(t, l, 0, func(w http.ResponseWriter) { w.Header().Set("Connection", "close") })
}

func resettingStreams(t *testing.T, l *live) rig {
	return http2Server(t, l, 0, func(http.ResponseWriter) { panic(http.ErrAbortHandler) })
}

func oneStream(t *testing.T, l *live) rig {
	return http2Server(t, l, 1, func(http.ResponseWriter) {})
}
