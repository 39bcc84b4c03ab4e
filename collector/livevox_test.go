package collector

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
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

// lvClient returns a client whose vendor is a handler that need not know of
// logins.
func lvClient(t *testing.T, filter livevox.Filter, vendor http.HandlerFunc) *livevox.Client {
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

// lvReply returns a read for golden: what the client makes of an answer, and the
// function that translates it.
func lvReply[T any](t *testing.T, ask func(*livevox.Client) func(context.Context) (T, error), translate func(T) metric.Reading) func([]byte) (metric.Reading, error) {
	return func(body []byte) (metric.Reading, error) {
		var filter livevox.Filter
		if strings.HasSuffix(t.Name(), "averages") || strings.HasSuffix(t.Name(), "connects") {
			filter.ServiceIDs = []string{"9001"} // asked once per service
		}
		c := lvClient(t, filter, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
		r, err := measure(ask(c), translate)(t.Context(), Position{})
		lvDescribed(t, r)
		return r, err
	}
}

// lvDescribed fails if a reading fills a metric that no source of LiveVox lists.
func lvDescribed(t *testing.T, r metric.Reading) {
	t.Helper()
	listed := map[*metric.Desc]bool{}
	for _, s := range LiveVox() {
		for _, d := range s.Descs {
			listed[d] = true
		}
	}
	all := slices.Concat(r.Samples, r.Zero)
	for _, row := range r.Rows {
		all = append(all, row.Totals...)
	}
	for _, b := range r.Buckets {
		all = append(all, b.Add...)
	}
	for _, e := range r.Events {
		all = slices.Concat(all, e.Add, e.Late, e.Begin)
	}
	for _, s := range all {
		if !listed[s.Desc] {
			t.Errorf("%s is filled, but no source lists it", s.Desc.Name)
		}
	}
}

func byID(id, _ string) string { return id }

func TestLiveVoxGolden(t *testing.T) {
	t.Run("service_stats", func(t *testing.T) {
		golden(t, "livevox_service_stats", lvReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.ServiceStats, error) { return c.ServiceStats },
			func(s livevox.ServiceStats) metric.Reading { return lvServiceStats(s, milliseconds) }))
	})
	t.Run("agents_status", func(t *testing.T) {
		golden(t, "livevox_agents_status", lvReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.AgentsStatus, error) { return c.AgentsStatus },
			func(s livevox.AgentsStatus) metric.Reading { return lvAgentsStatus(s, byID, false) }))
	})
	t.Run("agent_stats", func(t *testing.T) {
		golden(t, "livevox_agent_stats", lvReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.AgentStats, error) { return c.AgentStats },
			func(s livevox.AgentStats) metric.Reading { return lvAgentStats(s, byID) }))
	})
	t.Run("agent_stats legacy", func(t *testing.T) {
		golden(t, "livevox_agent_stats_legacy", lvReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.LegacyAgentStats, error) {
				return c.LegacyAgentStats
			},
			func(s livevox.LegacyAgentStats) metric.Reading { return lvLegacyAgentStats(s, byID) }))
	})
	t.Run("agent_averages", func(t *testing.T) {
		golden(t, "livevox_agent_averages", lvReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.AgentAverages, error) { return c.AgentAverages }, lvAgentAverages))
	})
	t.Run("calls_on_hold", func(t *testing.T) {
		golden(t, "livevox_calls_on_hold", lvReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.CallsOnHold, error) { return c.CallsOnHold },
			func(h livevox.CallsOnHold) metric.Reading {
				h.Services = []livevox.Service{{ID: "7", Name: "Quiet"}}
				return lvHold(h)
			}))
	})
	t.Run("live_connects", func(t *testing.T) {
		golden(t, "livevox_live_connects", lvReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.LiveConnects, error) { return c.LiveConnects },
			func(l livevox.LiveConnects) metric.Reading {
				l.Now = time.UnixMilli(1417076800000)
				return lvLiveConnects(l)
			}))
	})
	t.Run("campaign_stats", func(t *testing.T) {
		golden(t, "livevox_campaign_stats", lvReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.CampaignStats, error) { return c.CampaignStats }, lvCampaignStats))
	})
}

func TestLiveVoxFeedsGolden(t *testing.T) {
	t.Run("agent_events", func(t *testing.T) {
		golden(t, "livevox_agent_events", lvReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.Feed[livevox.AgentEvent], error) {
				return func(ctx context.Context) (livevox.Feed[livevox.AgentEvent], error) {
					return c.AgentEvents(ctx, "opaque")
				}
			},
			func(f livevox.Feed[livevox.AgentEvent]) metric.Reading {
				return lvAgentEvents(f, func(service livevox.ID) bool { return service != "7777" })
			}))
	})
	t.Run("interaction_events", func(t *testing.T) {
		golden(t, "livevox_interaction_events", lvReply(t,
			func(c *livevox.Client) func(context.Context) (livevox.Feed[livevox.InteractionEvent], error) {
				return func(ctx context.Context) (livevox.Feed[livevox.InteractionEvent], error) {
					return c.InteractionEvents(ctx, "opaque", livevox.InteractionOptions{})
				}
			}, lvInteractionEvents))
	})
}

func TestLiveVoxLongestCallInQueueUnit(t *testing.T) {
	options := liveVoxServiceStats().Options().(*lvServiceStatsOptions)
	if options.Validate() != nil || options.unit() != milliseconds {
		t.Errorf("the default is %+v, want ms", options)
	}
	options.Unit = "s"
	if options.Validate() != nil || options.unit() != 1 {
		t.Errorf("s is %v, want seconds", options.unit())
	}
	options.Unit = "min"
	if err := options.Validate(); err == nil || !strings.HasPrefix(err.Error(), "longest_call_in_queue_unit: ") {
		t.Errorf("min is accepted or its error doesn't begin with the key: %v", err)
	}
}

func TestLiveVoxAgentsOfOneNameAreToldApart(t *testing.T) {
	row := func(login string) livevox.AgentStatus {
		return livevox.AgentStatus{LoginID: api.Text(login), Name: "EXAMPLE", StateID: "2"}
	}
	r := lvAgentsStatus(livevox.AgentsStatus{Rows: []livevox.AgentStatus{row("A1"), row("A2")}}, NewIdentity(config.Name, nil), false)
	page(t, r.Samples) // fails on a series that is there twice
	for _, s := range r.Samples {
		if s.Desc == lvAgentState && s.Labels[0] != "EXAMPLE (A1)" && s.Labels[0] != "EXAMPLE (A2)" {
			t.Errorf("agent_id is %q", s.Labels[0])
		}
	}
}

func TestLiveVoxNamesNeedPermission(t *testing.T) {
	status := livevox.AgentsStatus{Rows: []livevox.AgentStatus{{LoginID: "A1", Name: "EXAMPLE", StateID: "2"}}}
	if text := page(t, lvAgentsStatus(status, byID, false).Samples); strings.Contains(text, "EXAMPLE") {
		t.Errorf("a name is shown without personal_data:\n%s", text)
	}
	if text := page(t, lvAgentsStatus(status, byID, true).Samples); !strings.Contains(text, `agent_name="EXAMPLE"`) {
		t.Errorf("no name is shown with personal_data:\n%s", text)
	}
	if text := page(t, lvAgentsStatus(status, NewIdentity(config.None, nil), true).Samples); strings.Contains(text, "livevox_agent_") {
		t.Errorf("an agent is shown without identity:\n%s", text)
	}
}

func TestLiveVoxServiceWithoutAgentsShowsZero(t *testing.T) {
	r := lvAgentsStatus(livevox.AgentsStatus{Services: []livevox.Service{{ID: "9001", Name: "Sales"}}}, byID, false)
	text := page(t, r.Samples)
	for _, want := range []string{
		`contactcenter_agents{group_id="9001",group_name="Sales",state="available"} 0`,
		`livevox_agents{service_id="9001",service_name="Sales",state="ready"} 0`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
}
