package otlp

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// testProxy is an HTTP proxy that knows CONNECT only. Every address leads to one
// receiver.
type testProxy struct {
	receiver, credentials string

	mu    sync.Mutex
	asked []string
}

func (p *testProxy) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, req.Method+" "+req.Host)
	p.mu.Unlock()
	if req.Header.Get("Proxy-Authorization") != p.credentials {
		w.WriteHeader(http.StatusProxyAuthRequired)
		return
	}
	target, err := net.Dial("tcp", p.receiver)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	client, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer client.Close()
	io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
	go func() {
		defer target.Close()
		io.Copy(target, buffered)
	}()
	io.Copy(client, target)
}

func TestPushesGoThroughTheProxy(t *testing.T) {
	config, authority := testCertificate(t)
	env := func(name string) string { return map[string]string{"OTEL_EXPORTER_OTLP_CERTIFICATE": authority}[name] }
	for _, scheme := range []string{"http", "https", "grpc", "grpcs"} {
		t.Run(scheme, func(t *testing.T) {
			serverTLS := config
			if !strings.HasSuffix(scheme, "s") {
				serverTLS = nil
			}
			r := listen(t, scheme, "127.0.0.1:0", serverTLS)
			proxy := &testProxy{receiver: r.address(), credentials: "Basic bWV0cmljczpzM2NyZXQ="}
			server := httptest.NewServer(proxy)
			defer server.Close()
			url := strings.Replace(server.URL, "://", "://metrics:s3cret@", 1)
			p := start(t, Options{Endpoint: scheme + "://example.com:4317", Gather: one, Traces: true, Env: env, Proxy: func() string { return url }})
			push(t, p)
			_, end := p.Fetch(t.Context(), "livevox", "dialer", "agents_status")
			end(nil, 1)
			_ = p.traces.ForceFlush(t.Context())
			if counted(p, success) != 1 || len(r.all()) != 2 {
				t.Errorf("push failed: %s", p.tally.health.failing())
			}
			for _, asked := range proxy.asked {
				if asked != "CONNECT example.com:4317" {
					t.Errorf("the proxy was asked for %s", asked)
				}
			}
			if err := p.Stop(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAProxyThatRefusesIsNamed(t *testing.T) {
	server := httptest.NewServer(&testProxy{credentials: "Basic b3RoZXI6b25l"})
	defer server.Close()
	url := strings.Replace(server.URL, "://", "://metrics:s3cret@", 1)
	for _, scheme := range []string{"http", "https", "grpc", "grpcs"} {
		t.Run(scheme, func(t *testing.T) {
			book := newLogbook()
			p := start(t, Options{Endpoint: scheme + "://example.com:4317", Interval: 50 * time.Millisecond, Gather: one, Log: book.log, Proxy: func() string { return url }})
			want := "push failed what metrics receiver example.com:4317 err the proxy wants other credentials (HTTP 407): check proxy_url"
			if got := <-book.added; got != want {
				t.Errorf("logged %q, want %q", got, want)
			}
			_ = p.Stop(t.Context())
		})
	}
}

func TestNoProxyOfTheEnvironmentIsUsed(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "GRPC_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(name, "http://metrics:s3cret@proxy.invalid:3128")
	}
	for _, scheme := range []string{"http", "https", "grpc", "grpcs"} {
		t.Run(scheme, func(t *testing.T) {
			dialled := make(chan string, 1)
			p := start(t, Options{
				Endpoint: scheme + "://example.com:4317", Interval: 20 * time.Millisecond, Gather: one,
				dial: func(_ context.Context, _, address string) (net.Conn, error) {
					select {
					case dialled <- address:
					default:
					}
					return nil, &net.OpError{Op: "dial", Err: io.EOF}
				},
			})
			if got := <-dialled; got != "example.com:4317" {
				t.Errorf("connected to %s", got)
			}
			_ = p.Stop(t.Context())
		})
	}
}
