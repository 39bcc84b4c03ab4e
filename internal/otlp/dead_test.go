package otlp

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/conntest"
)

// hanging is a receiver whose requests over the first connection are never
// answered, while the connection itself is alive.
type hanging struct {
	metricspb.UnimplementedMetricsServiceServer
	next    *receiver
	hang    atomic.Bool
	network *conntest.Network
}

func (h *hanging) hangs() bool { return h.hang.Load() && len(h.network.Dials()) == 1 }

func (h *hanging) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if h.hangs() {
		<-req.Context().Done()
		return
	}
	h.next.ServeHTTP(w, req)
}

func (h *hanging) Export(ctx context.Context, req *metricspb.ExportMetricsServiceRequest) (*metricspb.ExportMetricsServiceResponse, error) {
	if h.hangs() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return h.next.Export(ctx, req)
}

// testCertificate returns the certificate of a server at example.com, and the
// file of its authority.
func testCertificate(t *testing.T) (*tls.Config, string) {
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS()
	defer server.Close()
	path := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(path, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: server.TLS.Certificates, NextProtos: []string{"h2", "http/1.1"}}, path
}

// serveNetwork serves h over n until the test ends.
func serveNetwork(t *testing.T, scheme string, n *conntest.Network, h *hanging, config *tls.Config) {
	if scheme == "https" {
		s := &http.Server{Handler: h, TLSConfig: config, ErrorLog: log.New(io.Discard, "", 0)}
		go s.ServeTLS(n, "", "")
		t.Cleanup(func() { s.Close() })
		return
	}
	options := []grpc.ServerOption{grpc.StatsHandler(compression{})}
	if scheme == "grpcs" {
		options = append(options, grpc.Creds(credentials.NewTLS(config)))
	}
	s := grpc.NewServer(options...)
	metricspb.RegisterMetricsServiceServer(s, h)
	go s.Serve(n)
	t.Cleanup(s.Stop)
}

func TestADeadConnectionIsReplaced(t *testing.T) {
	faults := map[string]func(*hanging){
		"the network loses everything": func(h *hanging) { h.network.Dials()[0].Lose() },
		"the front is alive alone":     func(h *hanging) { h.hang.Store(true) },
	}
	config, authority := testCertificate(t)
	env := func(name string) string { return map[string]string{"OTEL_EXPORTER_OTLP_CERTIFICATE": authority}[name] }
	for name, fault := range faults {
		for _, scheme := range []string{"https", "grpc", "grpcs"} {
			t.Run(name+", "+scheme, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := conntest.NewNetwork()
					h := &hanging{network: n, next: &receiver{got: make(chan received, 1000)}}
					serveNetwork(t, scheme, n, h, config)
					p := start(t, Options{Endpoint: scheme + "://example.com:4317", Interval: time.Minute, Gather: one, Env: env, dial: n.Dial})
					time.Sleep(90 * time.Second)
					if counted(p, success) != 1 || len(n.Dials()) != 1 {
						t.Fatalf("%v pushes over %d connections: %s", counted(p, success), len(n.Dials()), p.tally.health.failing())
					}
					fault(h)
					time.Sleep(5 * time.Minute)
					if reason := p.tally.health.failing(); reason != "" {
						t.Errorf("after five minutes still failing: %s", reason)
					}
					if len(n.Dials()) != 2 || counted(p, success) < 3 {
						t.Errorf("%v pushes over %d connections", counted(p, success), len(n.Dials()))
					}
				})
			})
		}
	}
}

// The pings that find a dead connection are none too many for a server that
// defends itself against them.
func TestOneConnectionServesAllPushes(t *testing.T) {
	config, authority := testCertificate(t)
	env := func(name string) string { return map[string]string{"OTEL_EXPORTER_OTLP_CERTIFICATE": authority}[name] }
	for _, scheme := range []string{"https", "grpc", "grpcs"} {
		for _, interval := range []time.Duration{5 * time.Second, 20 * time.Second, time.Minute} {
			t.Run(scheme+" every "+interval.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := conntest.NewNetwork()
					serveNetwork(t, scheme, n, &hanging{network: n, next: &receiver{got: make(chan received, 1000)}}, config)
					p := start(t, Options{Endpoint: scheme + "://example.com:4317", Interval: interval, Gather: one, Env: env, dial: n.Dial})
					const pushes = 60
					time.Sleep(pushes*interval + time.Second)
					if len(n.Dials()) != 1 || counted(p, success) != pushes || counted(p, failure) != 0 {
						t.Errorf("%v pushes succeeded, %v failed, over %d connections", counted(p, success), counted(p, failure), len(n.Dials()))
					}
				})
			})
		}
	}
}

// frontPage answers a success that no receiver has written.
func frontPage(kind, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		w.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(w, body)
	})
}

func TestASuccessThatIsNotOTLPIsAFailure(t *testing.T) {
	tests := []struct {
		promise, kind, body string
		outcome             outcome
	}{
		{"a login page", "text/html; charset=utf-8", "<html>secret of the front</html>", failure},
		{"JSON", "application/json", `{"status":"ok"}`, failure},
		{"a body that is no protobuf", "application/x-protobuf", "<html>secret of the front</html>", failure},
		{"a body without end", "application/x-protobuf", strings.Repeat("\x12\x00", maxAnswer), failure},
		{"no type", "", "fine", failure},
		{"an empty response", "application/x-protobuf", "", success},
		{"an empty response of no type", "", "", success},
		{"an empty partial success", "application/x-protobuf", "\x0a\x00", success},
	}
	for _, test := range tests {
		t.Run(test.promise, func(t *testing.T) {
			s := httptest.NewServer(frontPage(test.kind, test.body))
			defer s.Close()
			book := newLogbook()
			p := start(t, Options{Endpoint: s.URL, Gather: one, Log: book.log})
			push(t, p)
			if counted(p, test.outcome) != 1 {
				t.Errorf("not counted as %s: %s", test.outcome, p.tally.health.failing())
			}
			if test.outcome == success {
				return
			}
			if got := strings.Join(book.all(), "\n"); !strings.HasSuffix(got, "err "+errNotOTLP.Error()) || strings.Contains(got, "secret") {
				t.Errorf("logged %s", got)
			}
		})
	}
}

func TestTracesThatWereNotTakenByAReceiverFail(t *testing.T) {
	s := httptest.NewServer(frontPage("text/html", "<html></html>"))
	defer s.Close()
	book := newLogbook()
	p := start(t, Options{Endpoint: s.URL, Traces: true, Log: book.log, Gather: func() []metric.Batch { return nil }})
	_, end := p.Fetch(t.Context(), "livevox", "dialer", "agents_status")
	end(nil, 1)
	_ = p.traces.ForceFlush(t.Context())
	if got := strings.Join(book.all(), "\n"); !strings.HasSuffix(got, "err "+errNotOTLP.Error()) {
		t.Errorf("logged %s", got)
	}
}
