package liveperson

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// agentPages answers agent-view/status from a list of agents. First is the number of
// the first agent: the document can be read as 0 or as 1. Count is what it says
// of the number of agents.
type agentPages struct {
	agents int
	first  int
	most   int // agents per page, whatever is asked for; 0 for no bound
	count  func(total, page int) string
}

func total(total, _ int) string { return strconv.Itoa(total) }
func length(_, page int) string { return strconv.Itoa(page) }
func absent(_, _ int) string    { return "null" }

func (p agentPages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	if p.most > 0 {
		limit = min(limit, p.most)
	}
	var records []string
	for i := max(offset, p.first); i < p.agents+p.first && len(records) < limit; i++ {
		records = append(records, fmt.Sprintf(`{"agentId":"%d","currentStatus":"ONLINE"}`, 1000+i))
	}
	fmt.Fprintf(w, `{"_metadata":{"count":%s},"agentStatusRecords":[%s]}`, p.count(p.agents, len(records)), strings.Join(records, ","))
}

func TestAllPagesAreRead(t *testing.T) {
	for name, count := range map[string]func(int, int) string{"total": total, "length": length, "absent": absent} {
		for _, first := range []int{0, 1} {
			for _, agents := range []int{0, 1, 9, 10, 11, 19, 20, 21, 25, 30} {
				t.Run(fmt.Sprintf("count is %s, first is %d, %d agents", name, first, agents), func(t *testing.T) {
					f := &fake{api: agentPages{agents: agents, first: first, count: count}.ServeHTTP}
					got, err := f.client(t).AgentStatus(context.Background(), AgentStatusQuery{Limit: 10})
					if err != nil {
						t.Fatal(err)
					}
					ids := map[api.Text]bool{}
					for _, a := range got.Agents {
						ids[a.AgentID] = true
					}
					if len(got.Agents) != agents || len(ids) != agents || got.Skipped != 0 {
						t.Errorf("%d agents (%d different, %d skipped), want %d", len(got.Agents), len(ids), got.Skipped, agents)
					}
					if n := f.count("/agent-view/status"); n > agents/10+2 {
						t.Errorf("%d requests", n)
					}
				})
			}
		}
	}
}

// Run (d) of the promises: 50 pages, each agent kept once and no page beside.
func TestFiftyThousandAgents(t *testing.T) {
	f := &fake{api: agentPages{agents: 50_000, count: total}.ServeHTTP}
	got, err := f.client(t).AgentStatus(context.Background(), AgentStatusQuery{Limit: 1000})
	if err != nil || len(got.Agents) != 50_000 {
		t.Fatalf("%d agents, %v", len(got.Agents), err)
	}
	if n := f.count("/agent-view/status"); n != 50 {
		t.Errorf("%d requests, want 50", n)
	}
}

func TestPagesThatNeverEnd(t *testing.T) {
	t.Run("the same page again", func(t *testing.T) {
		f := &fake{api: respond(`{"_metadata":{"count":100},"agentStatusRecords":[{"agentId":1},{"agentId":2},7]}`)}
		got, err := f.client(t).AgentStatus(context.Background(), AgentStatusQuery{Limit: 3})
		if api.ClassOf(err) != api.Truncated || len(got.Agents) != 0 || f.count("/agent-view/status") != 2 {
			t.Errorf("%d agents after %d requests, %v", len(got.Agents), f.count("/agent-view/status"), err)
		}
	})
	t.Run("new agents for ever", func(t *testing.T) {
		f := &fake{api: agentPages{agents: 1 << 30, count: length}.ServeHTTP}
		_, err := f.client(t).AgentStatus(context.Background(), AgentStatusQuery{Limit: 1})
		if api.ClassOf(err) != api.Truncated || f.count("/agent-view/status") != maxPages {
			t.Errorf("%v after %d requests", err, f.count("/agent-view/status"))
		}
	})
}

func TestAgentsThatMoveBetweenPages(t *testing.T) {
	bodies := []string{
		`{"_metadata":{"count":5},"agentStatusRecords":[{"agentId":1,"currentStatus":"ONLINE"},{"agentId":2}]}`,
		`{"_metadata":{"count":6},"agentStatusRecords":[{"agentId":"2"},{"agentId":"1","currentStatus":"AWAY"},{"agentId":3},"bad"]}`,
		`{"_metadata":{"count":9},"agentStatusRecords":["bad","bad"]}`,
		`{"_metadata":{"count":9},"agentStatusRecords":[{"agentId":4}]}`,
		`{"_metadata":{"count":9},"agentStatusRecords":[]}`,
	}
	f := &fake{}
	f.api = func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, bodies[(f.count("/agent-view/status")-1)%len(bodies)])
	}
	got, err := f.client(t).AgentStatus(context.Background(), AgentStatusQuery{Limit: 2})
	if err != nil || len(got.Agents) != 4 || !got.Partial || got.Agents[0].CurrentStatus != "ONLINE" {
		t.Errorf("%+v, %v", got, err)
	}
	var offsets []string
	for _, r := range f.requests("/agent-view/status") {
		offsets = append(offsets, r.URL.Query().Get("offset"))
	}
	if strings.Join(offsets, " ") != "0 2 4 6 7 0 2 4 6 7" {
		t.Errorf("offsets %v: each page continues where the one before ended, at most limit further", offsets)
	}
}

func TestFailedPageLeavesNoHalfAnswer(t *testing.T) {
	good := agentPages{agents: 25, count: total}
	for name, bad := range map[string]http.HandlerFunc{
		"status":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"HTML":     respond("<html>"),
		"cut":      respond(`{"_metadata":{"count":25},"agentStatusRecords":[{"agentId":"1"},`),
		"null":     respond("null"),
		"object":   respond(`{}`),
		"no list":  respond(`{"_metadata":{"count":25},"agentStatusRecords":null}`),
		"an error": respond(`{"error":"sorry"}`),
		"text":     respond(`{"_metadata":{"count":25},"agentStatusRecords":"none"}`),
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{api: func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("offset") == "20" {
					bad(w, r)
					return
				}
				good.ServeHTTP(w, r)
			}}
			got, err := f.client(t).AgentStatus(context.Background(), AgentStatusQuery{Limit: 10})
			if err == nil || len(got.Agents) != 0 {
				t.Errorf("%d agents, error %v", len(got.Agents), err)
			}
		})
	}
}

func TestPartialResult(t *testing.T) {
	for flag, want := range map[string]bool{`true`: true, `"true"`: true, `false`: false, `null`: false, `"perhaps"`: false} {
		f := &fake{api: respond(`{"_metadata":{"count":1,"shardsStatusResult":{"partialResult":` + flag + `}},"agentStatusRecords":[{"agentId":1}]}`)}
		got, err := f.client(t).AgentStatus(context.Background(), AgentStatusQuery{Limit: 10})
		if err != nil || got.Partial != want {
			t.Errorf("%s: partial %t, %v", flag, got.Partial, err)
		}
	}
}

func TestBadAgentCostsOnlyItself(t *testing.T) {
	f := &fake{api: respond(`{"_metadata":{"count":7},"agentStatusRecords":[
		{"agentId":9007199254740993,"load":"1e400","currentStatusStartTimeL":"1893582000500"},
		{"agentId":"8","agentSkills":{"a":1},"agentPresence":"TRUE","currentStatusStartTime":"2030-01-02 11:00:00.500+0000"},
		{"agentId":""},{"agentId":"null"},{"agentName":"noid"},{"agentId":[1]},{"agentId":"9","agentName":{"first":"x"}},"x",null]}`)}
	got, err := f.client(t).AgentStatus(context.Background(), AgentStatusQuery{Limit: 10})
	if err != nil || len(got.Agents) != 3 || got.Skipped != 6 {
		t.Fatalf("%d agents, %d skipped, %v; want 3 and 6", len(got.Agents), got.Skipped, err)
	}
	big, other := got.Agents[0], got.Agents[1]
	if big.AgentID != "9007199254740993" || big.Load.Valid {
		t.Errorf("id %s, load %v", big.AgentID, big.Load)
	}
	since := time.Date(2030, 1, 2, 11, 0, 0, 500e6, time.UTC)
	if !big.StatusSince().Equal(since) || !other.StatusSince().Equal(since) || !other.Presence.Value || !other.UpdatedAt().IsZero() {
		t.Errorf("times %s and %s", big.StatusSince(), other.StatusSince())
	}
}

func TestAgentStatusFilters(t *testing.T) {
	no := false
	for name, test := range map[string]struct {
		query      AgentStatusQuery
		path, body string
	}{
		"none": {AgentStatusQuery{Limit: 1000}, "limit=1000&offset=0", `{}`},
		"all": {
			AgentStatusQuery{
				Limit: 50, Sort: "start:desc", Filter: AgentStatusFilter{
					Status: []string{"ONLINE", "AWAY"}, AgentIDs: NumericIDs{"8", "le9"}, SkillIDs: []string{"2"},
					AgentGroupIDs: []string{"-1"}, ConnectionStates: []string{"CONNECTED"}, AgentPresence: &no, Timestamp: &Timestamp{From: 1893582000500},
				},
			},
			"limit=50&offset=0&sort=start%3Adesc",
			`{"status":["ONLINE","AWAY"],"agentIds":[8,"le9"],"skillIds":["2"],"agentGroupIds":["-1"],"agentPresence":false,"connectionStates":["CONNECTED"],"timestamp":{"from":1893582000500}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{api: respond(noAgents)}
			if _, err := f.client(t).AgentStatus(context.Background(), test.query); err != nil {
				t.Fatal(err)
			}
			r := f.requests("/agent-view/status")[0]
			if r.Method != http.MethodPost || r.URL.Path != "/messaging_history/api/account/12345678/agent-view/status" || r.URL.Host != "va.msghist.liveperson.net" {
				t.Errorf("%s %s", r.Method, r.URL)
			}
			if r.URL.RawQuery != test.path || r.body != test.body {
				t.Errorf("\n got %s %s\nwant %s %s", r.URL.RawQuery, r.body, test.path, test.body)
			}
			if r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("Content-Type %s", r.Header.Get("Content-Type"))
			}
			if _, again := r.Header["Idempotency-Key"]; !again {
				t.Error("the transport doesn't know that the request only reads")
			}
		})
	}
}

// FuzzAgentStatusPage: no answer makes the client fail but with an error.
func FuzzAgentStatusPage(f *testing.F) {
	f.Add(noAgents)
	f.Add(`{"_metadata":{"count":"2"},"agentStatusRecords":[{"agentId":1,"agentSkills":[{"skillId":2}],"load":null}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		var page agentStatusPage
		if read(body, &page) != nil {
			return
		}
		all := distinct[AgentStatus]{key: func(a *AgentStatus) api.Text { return a.AgentID }}
		all.take(page.Records)
		if n := len(all.list) + all.Skipped; n > page.Records.Received() {
			t.Errorf("%d of %d records", n, page.Records.Received())
		}
		page.limit(10)
	})
}
