package otlp

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc/codes"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

var schemes = []string{"http", "grpc"}

// start starts a push that pushes only when the test asks for it, unless o has an
// interval.
func start(t *testing.T, o Options) *Push {
	t.Helper()
	if o.Interval == 0 {
		o.Interval = time.Hour
	}
	p, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop(context.WithoutCancel(t.Context())) })
	return p
}

func push(t *testing.T, p *Push) {
	t.Helper()
	if err := p.metrics.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// logbook collects what is logged.
type logbook struct {
	mu    sync.Mutex
	lines []string
	added chan string
}

func newLogbook() *logbook { return &logbook{added: make(chan string, 100)} }

func (l *logbook) log(msg string, keyvals ...any) {
	line := strings.TrimSpace(fmt.Sprintln(append([]any{msg}, keyvals...)...))
	l.mu.Lock()
	l.lines = append(l.lines, line)
	l.mu.Unlock()
	l.added <- line
}

func (l *logbook) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.lines...)
}

// counted returns the value of exports_total for an outcome.
func counted(p *Push, o outcome) float64 {
	for _, s := range p.Samples() {
		if s.Desc == exportsTotal && s.Labels[0] == string(o) {
			return s.Value
		}
	}
	return -1
}

func one() []metric.Batch {
	return []metric.Batch{{Account: "shop", Vendor: "liveperson", Samples: []metric.Sample{fxLoad.Of(0.5, "101")}}}
}

func TestResourceAndScope(t *testing.T) {
	r := listen(t, "http", "127.0.0.1:0", nil)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test%20lab, team=voice,broken")
	t.Setenv("OTEL_SERVICE_NAME", "cc")
	p := start(t, Options{Endpoint: r.endpoint, Gather: one, Version: "1.2.3", InstanceID: "f3a1"})
	push(t, p)
	rm := (<-r.got).metrics.ResourceMetrics[0]
	got := map[string]string{}
	for _, a := range rm.Resource.Attributes {
		got[a.Key] = a.Value.GetStringValue()
	}
	for key, want := range map[string]string{
		"service.name": "cc", "service.version": "1.2.3", "service.instance.id": "f3a1",
		"deployment.environment.name": "test lab", "team": "voice", "telemetry.sdk.name": "opentelemetry",
	} {
		if got[key] != want {
			t.Errorf("%s is %q, want %q", key, got[key], want)
		}
	}
	if s := rm.ScopeMetrics[0].Scope; s.Name != scopeName || s.Version != "1.2.3" {
		t.Errorf("scope %s %s", s.Name, s.Version)
	}
}

func TestHeadersAreReadForEachRequest(t *testing.T) {
	for _, scheme := range schemes {
		t.Run(scheme, func(t *testing.T) {
			r := listen(t, scheme, "127.0.0.1:0", nil)
			token := "first"
			p := start(t, Options{Endpoint: r.endpoint, Gather: one, Headers: func() map[string]string {
				return map[string]string{"Authorization": "Bearer " + token}
			}})
			push(t, p)
			token = "second"
			push(t, p)
			for _, want := range []string{"Bearer first", "Bearer second"} {
				if got := (<-r.got).header("authorization"); got != want {
					t.Errorf("authorization %q, want %q", got, want)
				}
			}
		})
	}
}

func TestTheFilesHeadersStandAboveTheVariables(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-token=variable")
	for _, scheme := range schemes {
		t.Run(scheme, func(t *testing.T) {
			r := listen(t, scheme, "127.0.0.1:0", nil)
			for want, headers := range map[string]func() map[string]string{
				"variable": nil,
				"file":     func() map[string]string { return map[string]string{"X-Token": "file"} },
			} {
				push(t, start(t, Options{Endpoint: r.endpoint, Gather: one, Headers: headers}))
				if got := (<-r.got).header("x-token"); got != want {
					t.Errorf("x-token %q, want %q", got, want)
				}
			}
		})
	}
}

func TestRequestsAreCompressedUnlessVariablesSayOtherwise(t *testing.T) {
	for _, scheme := range schemes {
		t.Run(scheme, func(t *testing.T) {
			r := listen(t, scheme, "127.0.0.1:0", nil)
			push(t, start(t, Options{Endpoint: r.endpoint, Gather: one}))
			if !(<-r.got).gzip {
				t.Error("not compressed")
			}
			t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
			push(t, start(t, Options{Endpoint: r.endpoint, Gather: one, Env: os.Getenv}))
			if (<-r.got).gzip {
				t.Error("compressed against OTEL_EXPORTER_OTLP_COMPRESSION")
			}
		})
	}
}

func TestTLSTrustsTheCertificateOfTheVariables(t *testing.T) {
	config, path := testCertificate(t)
	for _, scheme := range []string{"https", "grpcs"} {
		t.Run(scheme, func(t *testing.T) {
			r := listen(t, scheme, "127.0.0.1:0", config)
			stranger := start(t, Options{Endpoint: r.endpoint, Gather: one, Interval: 100 * time.Millisecond})
			push(t, stranger)
			if counted(stranger, failure) == 0 || len(r.all()) != 0 {
				t.Error("a certificate of an unknown authority was trusted")
			}
			p := start(t, Options{Endpoint: r.endpoint, Gather: one, Env: func(name string) string {
				return map[string]string{"OTEL_EXPORTER_OTLP_CERTIFICATE": path}[name]
			}})
			push(t, p)
			if counted(p, success) != 1 || len(r.all()) != 1 {
				t.Errorf("push failed: %s", p.tally.health.failing())
			}
		})
	}
}

func TestAReceiverThatDiesAndComesBack(t *testing.T) {
	for _, scheme := range schemes {
		t.Run(scheme, func(t *testing.T) {
			r := listen(t, scheme, "127.0.0.1:0", nil)
			book := newLogbook()
			p := start(t, Options{Endpoint: r.endpoint, Gather: one, Log: book.log, Interval: 20 * time.Millisecond})
			<-r.got
			r.stop()
			if line := <-book.added; !strings.HasPrefix(line, "push failed what metrics receiver "+r.address()) {
				t.Fatalf("logged %q", line)
			}
			again := listen(t, scheme, r.address(), nil)
			if line := <-book.added; !strings.HasPrefix(line, "push succeeds again") {
				t.Fatalf("logged %q", line)
			}
			got := <-again.got
			if lines := pushed(t, []received{got}); len(lines) != 1 {
				t.Errorf("received %q", lines)
			}
			if counted(p, failure) == 0 || counted(p, success) == 0 {
				t.Error("outcomes are not counted")
			}
		})
	}
}

func TestWhatTheReceiverSaysIsNeverLogged(t *testing.T) {
	tests := []struct {
		promise  string
		http     int
		grpc     codes.Code
		rejected int64
		outcome  outcome
		log      map[string]string
	}{
		{
			"refused", http.StatusUnauthorized, codes.Unauthenticated, 0, failure,
			map[string]string{"http": "HTTP 401 Unauthorized", "grpc": "gRPC Unauthenticated"},
		},
		{
			"malformed", http.StatusBadRequest, codes.InvalidArgument, 0, failure,
			map[string]string{"http": "HTTP 400 Bad Request", "grpc": "gRPC InvalidArgument"},
		},
		{
			"busy", http.StatusServiceUnavailable, codes.Unavailable, 0, failure,
			map[string]string{"http": "HTTP 503 Service Unavailable", "grpc": "gRPC Unavailable"},
		},
		{
			"taken in part", 0, codes.OK, 3, partial,
			map[string]string{"http": "the receiver rejected some of it", "grpc": "the receiver rejected some of it"},
		},
	}
	for _, test := range tests {
		for _, scheme := range schemes {
			t.Run(test.promise+" over "+scheme, func(t *testing.T) {
				r := listen(t, scheme, "127.0.0.1:0", nil)
				r.answer(test.http, test.grpc, test.rejected)
				book := newLogbook()
				c := Options{
					Endpoint: r.endpoint, Gather: one, Log: book.log, Interval: 10 * time.Millisecond,
					Headers: func() map[string]string { return map[string]string{"Authorization": "Bearer abc"} },
				}
				p := start(t, c)
				<-book.added
				err := p.Stop(t.Context())
				if err == nil || !strings.Contains(err.Error(), test.log[scheme]) {
					t.Errorf("Stop: %v", err)
				}
				want := fmt.Sprintf("push failed what metrics receiver %s err %s", r.address(), test.log[scheme])
				if got := book.all(); len(got) != 1 || got[0] != want {
					t.Errorf("logged %q, want only %q", got, want)
				}
				if counted(p, test.outcome) == 0 {
					t.Errorf("not counted as %s", test.outcome)
				}
			})
		}
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	r := listen(t, "http", "127.0.0.1:0", nil)
	s := httptest.NewServer(http.RedirectHandler(r.endpoint+metricsPath, http.StatusPermanentRedirect))
	defer s.Close()
	p := start(t, Options{Endpoint: s.URL, Gather: one})
	push(t, p)
	if n := len(r.all()); n != 0 {
		t.Errorf("%d requests arrived elsewhere", n)
	}
	if got := p.tally.health.failing(); got != "HTTP 308 Permanent Redirect" {
		t.Errorf("failed for %q", got)
	}
}

func TestStopPushesALastTime(t *testing.T) {
	for _, scheme := range schemes {
		t.Run(scheme, func(t *testing.T) {
			r := listen(t, scheme, "127.0.0.1:0", nil)
			before := goleak.IgnoreCurrent()
			p := start(t, Options{Endpoint: r.endpoint, Gather: one, Traces: true})
			if err := p.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			r.stop()
			goleak.VerifyNone(t, before)
			if n := len(r.all()); n != 1 {
				t.Errorf("%d requests, want 1", n)
			}
		})
	}
}

func TestStopIsBounded(t *testing.T) {
	for _, scheme := range schemes {
		t.Run(scheme, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never answers
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			p := start(t, Options{Endpoint: scheme + "://" + l.Addr().String(), Gather: one})
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if err := p.Stop(ctx); err == nil || !strings.HasPrefix(err.Error(), "otlp: last push: ") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestLargePushesAreSplit(t *testing.T) {
	const agents = 8000
	long := strings.Repeat("é", metric.MaxLabelRunes)
	samples := make([]metric.Sample, agents)
	for i := range samples {
		samples[i] = fxStatus.Of(1, fmt.Sprint(i), long)
	}
	queue := fxQueue.Of(0, long)
	queue.Histogram = distribution(1e-9, 1e9)
	gather := func() []metric.Batch {
		return []metric.Batch{{Account: "shop", Vendor: "livevox", Samples: append(samples, queue)}}
	}
	for _, scheme := range schemes {
		t.Run(scheme, func(t *testing.T) {
			r := listen(t, scheme, "127.0.0.1:0", nil)
			p := start(t, Options{Endpoint: r.endpoint, Gather: gather})
			push(t, p)
			if reason := p.tally.health.failing(); reason != "" {
				t.Fatal(reason)
			}
			all := r.all()
			for _, got := range all {
				if got.size > 4<<20 {
					t.Errorf("a request has %d bytes", got.size)
				}
			}
			if n := len(pushed(t, all)); n != agents+1 || len(all) < 2 {
				t.Errorf("%d points in %d requests, want %d", n, len(all), agents+1)
			}
			if counted(p, success) != 1 {
				t.Error("the requests of one push count once")
			}
		})
	}
}

func TestSamplesOfThePush(t *testing.T) {
	r := listen(t, "http", "127.0.0.1:0", nil)
	p := start(t, Options{Endpoint: r.endpoint, Gather: one})
	if n := len(p.Samples()); n != 3 {
		t.Errorf("%d samples before the first push, want the three outcomes", n)
	}
	before := time.Now().Truncate(time.Millisecond)
	push(t, p)
	samples := p.Samples()
	last := samples[len(samples)-1]
	if last.Desc != lastSuccess || last.Value < float64(before.UnixMilli())/1e3 {
		t.Errorf("last success %s %v", last.Desc.Name, last.Value)
	}
	if counted(p, success) != 1 || counted(p, failure) != 0 || counted(p, partial) != 0 {
		t.Error("outcomes are not counted")
	}
	if samples[0].Since().IsZero() {
		t.Error("a counter has no start")
	}
	if n := len((*Push)(nil).Samples()); n != 0 {
		t.Errorf("%d samples of no push", n)
	}
}
