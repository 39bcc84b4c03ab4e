package otlp

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/proxytest"
)

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
			proxy := proxytest.New(t)
			proxy.Address = r.address()
			p := start(t, Options{Endpoint: scheme + "://example.com:4317", Gather: one, Traces: true, Env: env, Proxy: proxy.URL})
			push(t, p)
			_, end := p.Fetch(t.Context(), "livevox", "dialer", "agents_status")
			end(nil, 1)
			_ = p.traces.ForceFlush(t.Context())
			all := r.all()
			if counted(p, success) != 1 || len(all) != 2 {
				t.Errorf("push failed: %s", p.tally.health.failing())
			}
			for _, got := range all {
				if agent := got.header("User-Agent"); !strings.HasPrefix(agent, "contactcenter_exporter/") {
					t.Errorf("sent by %q", agent)
				}
			}
			for _, asked := range proxy.Asked() {
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
	proxy := proxytest.New(t)
	proxy.Refuse(http.StatusProxyAuthRequired)
	for _, scheme := range []string{"http", "https", "grpc", "grpcs"} {
		t.Run(scheme, func(t *testing.T) {
			book := newLogbook()
			p := start(t, Options{Endpoint: scheme + "://example.com:4317", Interval: 50 * time.Millisecond, Gather: one, Log: book.log, Proxy: proxy.URL})
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
