package otlp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// span waits for the next one that a receiver gets.
func span(t *testing.T, r *receiver) *tracepb.Span {
	t.Helper()
	for got := range r.got {
		if got.traces != nil {
			return got.traces.ResourceSpans[0].ScopeSpans[0].Spans[0]
		}
	}
	return nil
}

func TestFetchesAreTraced(t *testing.T) {
	vendor := httptest.NewServer(http.NotFoundHandler())
	defer vendor.Close()
	for _, scheme := range schemes {
		t.Run(scheme, func(t *testing.T) {
			r := listen(t, scheme, "127.0.0.1:0", nil)
			p := start(t, Options{Endpoint: r.endpoint, Gather: one, Traces: true})
			ctx, end := p.Fetch(t.Context(), "liveperson", "shop", "agent_status")
			for range 2 {
				req, _ := http.NewRequestWithContext(ctx, http.MethodGet, vendor.URL, nil)
				resp, err := vendor.Client().Do(req)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
			}
			end(api.RateLimited.Errorf("told by %s", "somebody"), 17)
			p.traces.ForceFlush(t.Context())

			s := span(t, r)
			got := map[string]string{}
			for _, a := range s.Attributes {
				got[a.Key] = cmp.Or(a.Value.GetStringValue(), fmt.Sprint(a.Value.GetIntValue()))
			}
			want := map[string]string{
				"contactcenter.vendor": "liveperson", "contactcenter.account": "shop",
				"contactcenter.source": "agent_status", "contactcenter.requests": "2",
				"contactcenter.records": "17", "error.type": "rate_limited",
			}
			for key, value := range want {
				if got[key] != value {
					t.Errorf("%s is %s, want %s", key, got[key], value)
				}
			}
			if len(got) != len(want) || s.Name != "fetch agent_status" || s.Status.Message != "rate_limited" {
				t.Errorf("span %v", s)
			}
		})
	}
}

func TestFetchDoesNothingUnlessTraced(t *testing.T) {
	r := listen(t, "http", "127.0.0.1:0", nil)
	for _, p := range []*Push{nil, start(t, Options{Endpoint: r.endpoint})} {
		ctx, end := p.Fetch(t.Context(), "livevox", "dialer", "call_data")
		end(errors.New("failed"), 0)
		if ctx != t.Context() {
			t.Error("the context is another one")
		}
	}
}

func TestTracesThatFailAreLoggedOnce(t *testing.T) {
	r := listen(t, "http", "127.0.0.1:0", nil)
	r.answer(http.StatusForbidden, 0, 0)
	book := newLogbook()
	p := start(t, Options{Endpoint: r.endpoint, Traces: true, Log: book.log})
	for range 3 {
		_, end := p.Fetch(context.Background(), "livevox", "dialer", "agents_status")
		end(nil, 1)
		p.traces.ForceFlush(t.Context())
	}
	want := "push failed what traces receiver " + r.address() + " err HTTP 403 Forbidden"
	if got := book.all(); len(got) != 1 || got[0] != want {
		t.Errorf("logged %q, want only %q", got, want)
	}
}
