package livevox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/golden"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// inMemory sends requests to a handler without a network.
type inMemory struct{ http.Handler }

func (m inMemory) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	m.ServeHTTP(w, req)
	return w.Result(), nil
}

// testClient returns a client whose vendor is a handler that need not know of
// logins.
func testClient(t *testing.T, filter livevox.Filter, vendor http.HandlerFunc) *livevox.Client {
	t.Helper()
	login := func(w http.ResponseWriter, req *http.Request) {
		if strings.HasSuffix(req.URL.Path, "/session/login") {
			_, _ = w.Write([]byte(`{"sessionId":"6f0c1d52-0a4b-4b7e-9c55-2f1f7a90b3aa"}`))
			return
		}
		vendor(w, req)
	}
	c, err := livevox.New(livevox.Config{
		BaseURL:     "https://api.example.com",
		HTTP:        &http.Client{Transport: inMemory{http.HandlerFunc(login)}},
		Password:    func() string { return "secret" },
		AccessToken: func() string { return "token" },
		Filter:      filter,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// readReply returns a read for golden: what the client makes of an answer, and the
// function that translates it.
func readReply[T any](t *testing.T, ask func(*livevox.Client) func(context.Context) (T, error), translate func(T) metric.Reading) func([]byte) (metric.Reading, error) {
	return func(body []byte) (metric.Reading, error) {
		var filter livevox.Filter
		if strings.HasSuffix(t.Name(), "connects") {
			filter.ServiceIDs = []string{"9001"} // asked once per service
		}
		c := testClient(t, filter, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
		r, err := collector.Measure(ask(c), translate)(t.Context(), collector.Position{})
		described(t, r)
		return r, err
	}
}

// described fails if a reading fills a metric that no source of LiveVox lists.
func described(t *testing.T, r metric.Reading) {
	t.Helper()
	listed := map[*metric.Desc]bool{}
	for _, s := range sources() {
		for _, d := range s.Descs {
			listed[d] = true
		}
	}
	all := slices.Concat(r.Gauges.Samples, r.Events.Zero)
	for _, row := range r.Totals {
		all = append(all, row.Totals...)
	}
	for _, b := range r.Intervals.List {
		all = append(all, b.Add...)
	}
	for _, e := range r.Events.List {
		all = slices.Concat(all, e.Add, e.Late, e.Begin)
	}
	for _, s := range all {
		if !listed[s.Desc] {
			t.Errorf("%s is filled, but no source lists it", s.Desc.Name)
		}
	}
}

func byID(id, _ string) string { return id }

func TestGolden(t *testing.T) {
	t.Run("agent_stats legacy", func(t *testing.T) {
		golden.Check(t, "agent_stats_legacy", readReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.LegacyAgentStats, error) {
				return c.LegacyAgentStats
			},
			func(s livevox.LegacyAgentStats) metric.Reading { return legacyAgentStatsReading(s, byID) }))
	})
	t.Run("calls_on_hold", func(t *testing.T) {
		golden.Check(t, "calls_on_hold", readReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.CallsOnHold, error) { return c.CallsOnHold },
			func(h livevox.CallsOnHold) metric.Reading {
				h.Services = []livevox.Service{{ID: "7", Name: "Quiet"}}
				return callsOnHoldReading(h, &holdOffset{})
			}))
	})
	t.Run("live_connects", func(t *testing.T) {
		golden.Check(t, "live_connects", readReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.LiveConnects, error) { return c.LiveConnects },
			func(l livevox.LiveConnects) metric.Reading {
				l.Now = time.UnixMilli(1417076800000)
				return liveConnectsReading(l)
			}))
	})
}

func TestFeedsGolden(t *testing.T) {
	t.Run("agent_events", func(t *testing.T) {
		golden.Check(t, "agent_events", readReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.Feed[livevox.AgentEvent], error) {
				return func(ctx context.Context) (livevox.Feed[livevox.AgentEvent], error) {
					return c.AgentEvents(ctx, "opaque")
				}
			},
			func(f livevox.Feed[livevox.AgentEvent]) metric.Reading {
				return agentEventsReading(f, agentEventKinds(), func(service livevox.ID) bool { return service != "7777" })
			}))
	})
}

func TestLongestCallInQueueUnit(t *testing.T) {
	options := serviceStatsSource().Options().(*serviceStatsOptions)
	if options.unit() != translate.Milliseconds {
		t.Errorf("the default is %+v, want ms", options)
	}
	options.Unit = "s"
	if options.unit() != 1 {
		t.Errorf("s is %v, want seconds", options.unit())
	}
}

func TestAgentsOfOneNameAreToldApart(t *testing.T) {
	row := func(login string) livevox.AgentStatus {
		return livevox.AgentStatus{LoginID: api.Text(login), Name: "EXAMPLE", StateID: "2"}
	}
	r := agentsStatusReading(livevox.AgentsStatus{Rows: []livevox.AgentStatus{row("A1"), row("A2")}}, collector.NewIdentity(config.Name, nil), false)
	golden.Page(t, r.Gauges.Samples) // fails on a series that is there twice
	for _, s := range r.Gauges.Samples {
		if s.Desc == agentStateDesc && s.Labels[0] != "EXAMPLE (A1)" && s.Labels[0] != "EXAMPLE (A2)" {
			t.Errorf("agent_id is %q", s.Labels[0])
		}
	}
}

func TestNamesNeedPermission(t *testing.T) {
	status := livevox.AgentsStatus{Rows: []livevox.AgentStatus{{LoginID: "A1", Name: "EXAMPLE", StateID: "2"}}}
	if text := golden.Page(t, agentsStatusReading(status, byID, false).Gauges.Samples); strings.Contains(text, "EXAMPLE") {
		t.Errorf("a name is shown without personal_data:\n%s", text)
	}
	if text := golden.Page(t, agentsStatusReading(status, byID, true).Gauges.Samples); !strings.Contains(text, `agent_name="EXAMPLE"`) {
		t.Errorf("no name is shown with personal_data:\n%s", text)
	}
	if text := golden.Page(t, agentsStatusReading(status, collector.NewIdentity(config.None, nil), true).Gauges.Samples); strings.Contains(text, "livevox_agent_") {
		t.Errorf("an agent is shown without identity:\n%s", text)
	}
}

func TestServiceWithoutAgentsShowsZero(t *testing.T) {
	r := agentsStatusReading(livevox.AgentsStatus{Services: []livevox.Service{{ID: "9001", Name: "Sales"}}}, byID, false)
	text := golden.Page(t, r.Gauges.Samples)
	for _, want := range []string{
		`contactcenter_agents{group_id="9001",group_name="Sales",state="available"} 0`,
		`livevox_agents{service_id="9001",service_name="Sales",state="ready"} 0`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
}
