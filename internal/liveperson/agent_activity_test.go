package liveperson

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestAgentActivityRequest(t *testing.T) {
	var many []string
	for i := range 200 {
		many = append(many, strconv.Itoa(9000000000+i))
	}
	for name, test := range map[string]struct {
		query                AgentActivityQuery
		method, values, body string
	}{
		"all": {
			query:  AgentActivityQuery{AgentIDs: []string{"all"}, Timeframe: time.Hour},
			method: "GET", values: "agentIds=all&timeframe=60&v=1",
		},
		"intervals": {
			query:  AgentActivityQuery{AgentIDs: []string{"all"}, Timeframe: 75 * time.Minute, Interval: 5 * time.Minute},
			method: "GET", values: "agentIds=all&interval=5&timeframe=75&v=1",
		},
		"ids, one of them twice": {
			query:  AgentActivityQuery{AgentIDs: []string{"12", "11", "12"}, Timeframe: time.Hour},
			method: "GET", values: "agentIds=11%2C12&timeframe=60&v=1",
		},
		"many ids": {
			query:  AgentActivityQuery{AgentIDs: many, Timeframe: 24 * time.Hour, Interval: time.Hour},
			method: "POST", body: `{"agentIds":"` + strings.Join(many, ",") + `","interval":"60","timeframe":"1440","v":"1"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{api: respond(`{"agentsMetrics":{"metricsPerAgent":{}}}`)}
			if _, err := f.client(t).AgentActivity(t.Context(), test.query); err != nil {
				t.Fatal(err)
			}
			r := f.requests("/agentactivity")[0]
			if r.Method != test.method || r.URL.RawQuery != test.values || r.body != test.body {
				t.Errorf("\n got %s %s %s\nwant %s %s %s", r.Method, r.URL.RawQuery, r.body, test.method, test.values, test.body)
			}
			if r.URL.Host != "va.ledatareporting.liveperson.net" || r.URL.Path != "/operations/api/account/12345678/agentactivity" {
				t.Errorf("address %s", r.URL)
			}
		})
	}
}

func TestAgentActivityForms(t *testing.T) {
	const states = `[{"id":2,"value":{"total":300}}]`
	for name, test := range map[string]struct {
		body      string
		intervals int // -1 for none
		agents    int // of the whole, or of the first interval
		skipped   int
		class     api.Class
	}{
		"whole":                         {body: `{"agentsMetrics":{"metricsPerAgent":{"7":` + states + `},"metricsTotals":[]}}`, intervals: -1, agents: 1},
		"no agent":                      {body: `{"agentsMetrics":{"metricsPerAgent":{},"metricsTotals":{}}}`, intervals: -1},
		"no agent, as a list":           {body: `{"agentsMetrics":{"metricsPerAgent":[]}}`, intervals: -1},
		"no metrics, as a list":         {body: `{"agentsMetrics":[]}`, intervals: -1},
		"null agents":                   {body: `{"agentsMetrics":{"metricsPerAgent":null}}`, intervals: -1},
		"a bad agent":                   {body: `{"agentsMetrics":{"metricsPerAgent":{"7":` + states + `,"8":{"id":2},"9":null,"10":7}}}`, intervals: -1, agents: 1, skipped: 3},
		"intervals":                     {body: `{"metricsByIntervals":[{"timestamp":1893585600000,"metricsData":{"agentsMetrics":{"metricsPerAgent":{"7":` + states + `}}}}],"agentsMetrics":{"metricsPerAgent":{}}}`, intervals: 1, agents: 1},
		"intervals without the wrapper": {body: `{"metricsByIntervals":[{"timestamp":"1893585600000","agentsMetrics":{"metricsPerAgent":{"7":` + states + `}}}]}`, intervals: 1, agents: 1},
		"no interval":                   {body: `{"metricsByIntervals":[]}`, intervals: 0},
		"intervals without a time":      {body: `{"metricsByIntervals":[{"metricsData":{}},7]}`, intervals: 0, skipped: 2},
		"neither":                       {body: `{}`, class: api.Schema},
		"null":                          {body: `null`, class: api.Schema},
		"both null":                     {body: `{"metricsByIntervals":null,"agentsMetrics":null}`, class: api.Schema},
		"text":                          {body: `{"agentsMetrics":"none"}`, class: api.Schema},
		"HTML":                          {body: `<html>`, class: api.Schema},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{api: respond(test.body)}
			got, err := f.client(t).AgentActivity(t.Context(), AgentActivityQuery{AgentIDs: []string{"all"}, Timeframe: time.Hour})
			if c := api.ClassOf(err); c != test.class {
				t.Fatalf("class %q, want %q: %v", c, test.class, err)
			}
			if err != nil {
				return
			}
			agents, intervals := got.Agents.Items, -1
			if got.Intervals != nil {
				intervals = len(got.Intervals)
			}
			if intervals > 0 {
				agents = got.Intervals[0].Agents.Items
			}
			if intervals != test.intervals || len(agents) != test.agents || got.Skipped != test.skipped {
				t.Errorf("%d intervals, %d agents, %d skipped", intervals, len(agents), got.Skipped)
			}
		})
	}
}

func TestIntervalsAreInOrder(t *testing.T) {
	f := &fake{api: respond(`{"metricsByIntervals":[{"timestamp":1404226200000},{"timestamp":1404219000000},{"timestamp":1404222600000}]}`)}
	got, err := f.client(t).AgentActivity(t.Context(), AgentActivityQuery{AgentIDs: []string{"all"}, Timeframe: 2 * time.Hour, Interval: time.Hour})
	if err != nil || len(got.Intervals) != 3 {
		t.Fatal(got, err)
	}
	for i, hour := range []int{12, 13, 14} {
		if want := time.Date(2014, 7, 1, hour, 50, 0, 0, time.UTC); !got.Intervals[i].End.Equal(want) {
			t.Errorf("interval %d ends at %s, want %s", i, got.Intervals[i].End, want)
		}
	}
}

func FuzzActivityAnswer(f *testing.F) {
	f.Add(`{"metricsByIntervals":[{"timestamp":1893585600000,"metricsData":{"agentsMetrics":{"metricsPerAgent":{"7":[{"id":4,"reasons":[{"id":"1"}]}]}}}}]}`)
	f.Add(`{"agentsMetrics":[]}`)
	f.Fuzz(func(t *testing.T, body string) {
		var answer activityAnswer
		if read(body, &answer) != nil {
			return
		}
		for i, interval := range answer.activity().Intervals {
			if interval.End.IsZero() {
				t.Errorf("interval %d has no end", i)
			}
		}
	})
}
