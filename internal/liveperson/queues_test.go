package liveperson

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var testHour = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

func skillsQuery(names MetricNames) QueueMetricsQuery {
	return QueueMetricsQuery{By: BySkill, From: testHour, To: testHour.Add(15 * time.Minute), Names: names}
}

func TestQueueMetricsAskWhatTheVendorDocuments(t *testing.T) {
	f := &fake{api: respond(`{"metadata":{"count":0}}`)}
	_, err := f.client(t).QueueMetrics(t.Context(), skillsQuery(MetricNames{ByTime: []string{"csat"}, Current: []string{"agent_load"}}), &KnownNames{})
	if err != nil {
		t.Fatal(err)
	}
	got := f.requests("/manager_workspace/api/account/12345678/metrics")
	if len(got) != 1 || got[0].Method != http.MethodPost || got[0].URL.Host != "va.agentmanagerworkspace.liveperson.net" {
		t.Fatalf("%d requests", len(got))
	}
	if q := got[0].URL.RawQuery; q != "limit=50&offset=0&sort=key%3Aasc" {
		t.Errorf("query %s", q)
	}
	want := `{"filters":{"time":{"from":1893585600000,"to":1893586499999},"userTypes":["HUMAN"]},"metricsToRetrieveByTime":["csat"],"metricsToRetrieveCurrentValue":["agent_load"],"groupBy":"skillId"}`
	if got[0].body != want {
		t.Errorf("body\n%s, want\n%s", got[0].body, want)
	}
}

// pagedSkills answers with some of a number of skills.
func pagedSkills(skills int, metadata func(offset, here int) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		if limit > 50 || offset+limit > 1000 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		var groups []string
		for i := offset; i < min(offset+limit, skills); i++ {
			key := i
			if r.URL.Query().Get("sort") == "key:desc" {
				key = skills - 1 - i
			}
			groups = append(groups, fmt.Sprintf(`{"key":"%d","metrics":{}}`, key))
		}
		fmt.Fprintf(w, `{"metadata":%s,"groupBy":{"groups":[%s]}}`, metadata(offset, len(groups)), strings.Join(groups, ","))
	}
}

func TestQueueMetricsOfManyPages(t *testing.T) {
	links := func(skills int) func(int, int) string {
		return func(offset, here int) string {
			next := ""
			if offset+here < skills {
				next = `,"next":{"rel":"next","href":"https://localhost/x"}`
			}
			return fmt.Sprintf(`{"count":%d,"self":{"rel":"self","href":"https://localhost/x"}%s}`, here, next)
		}
	}
	totals := func(skills int) func(int, int) string {
		return func(int, int) string { return fmt.Sprintf(`{"count":%d}`, skills) }
	}
	silent := func(int) func(int, int) string { return func(int, int) string { return `{}` } }
	for name, metadata := range map[string]func(int) func(int, int) string{"links": links, "totals": totals, "neither": silent} {
		for skills, want := range map[int]struct {
			groups, pages int
			partial       bool
		}{
			0: {0, 1, false}, 50: {50, 1, false}, 51: {51, 2, false}, 120: {120, 3, false}, 1000: {1000, 20, false},
			1001: {1001, 21, false}, 1430: {1430, 29, false}, 1999: {1999, 40, false}, 2001: {2000, 40, true},
		} {
			f := &fake{api: pagedSkills(skills, metadata(skills))}
			got, err := f.client(t).QueueMetrics(t.Context(), skillsQuery(MetricNames{}), &KnownNames{})
			if name != "links" && skills == 50 {
				want.pages = 2 // the count may be that of the page
			}
			if name == "neither" && skills == 1000 {
				want.pages = 21 // nothing says that these are all
			}
			if err != nil || len(got.Groups) != want.groups || got.Pages != want.pages || got.Partial != want.partial {
				t.Errorf("%s, %d skills: %d groups on %d pages, partial %v, %v; want %v", name, skills, len(got.Groups), got.Pages, got.Partial, err, want)
			}
		}
	}
}

// A vendor that ignores the order delivers the same thousand again.
func TestQueueMetricsInOneOrderArePartial(t *testing.T) {
	paged := pagedSkills(1200, func(int, int) string { return `{"count":1200}` })
	f := &fake{api: func(w http.ResponseWriter, r *http.Request) {
		r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "desc", "asc", 1)
		paged(w, r)
	}}
	got, err := f.client(t).QueueMetrics(t.Context(), skillsQuery(MetricNames{}), &KnownNames{})
	if err != nil || len(got.Groups) != 1000 || !got.Partial || got.Pages != 21 {
		t.Errorf("%d groups on %d pages, partial %v, %v", len(got.Groups), got.Pages, got.Partial, err)
	}
}

// refusesNames answers 400 to requests with one of the names, and what says.
func refusesNames(says string, names ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var b kmmBody
		json.Unmarshal(body, &b)
		for _, n := range append(b.ByTime, b.Current...) {
			if slices.Contains(names, n) || slices.Contains(names, "all") {
				w.WriteHeader(http.StatusBadRequest)
				io.WriteString(w, strings.ReplaceAll(says, "NAME", n))
				return
			}
		}
		io.WriteString(w, `{"metadata":{"count":0}}`)
	}
}

func TestUnknownNamesAreLeftOutAfterOneRefusal(t *testing.T) {
	names := MetricNames{ByTime: []string{"csat", "total_num_of_agent_responses"}, Current: []string{"agent_load", "overdue_conversations_in_queue"}}
	for name, test := range map[string]struct {
		api      http.HandlerFunc
		leftOut  string
		requests []int // of three calls
		fails    bool
	}{
		"all are known":             {respond(`{"metadata":{"count":0}}`), "[]", []int{1, 1, 1}, false},
		"nothing says which":        {refusesNames(`{}`, "total_num_of_agent_responses"), "[total_num_of_agent_responses overdue_conversations_in_queue]", []int{2, 1, 1}, false},
		"the error names it":        {refusesNames(`{"causes":["unknown metric 'NAME'"]}`, "csat"), "[csat]", []int{2, 1, 1}, false},
		"the error names them":      {refusesNames(`{"causes":["NAME"]}`, "csat", "agent_load"), "[csat agent_load]", []int{3, 1, 1}, false},
		"something else is refused": {refusesNames(`{}`, "all"), "[]", []int{2, 2, 2}, true},
		"a code that is no name":    {refusesNames(`{"error":"invalid_client"}`, "all"), "[]", []int{2, 2, 2}, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{api: test.api}
			c, known := f.client(t), &KnownNames{}
			for i, want := range test.requests {
				before := f.count("/metrics")
				_, err := c.QueueMetrics(t.Context(), skillsQuery(names), known)
				if (err != nil) != test.fails || err != nil && !IsRefusal(err) {
					t.Errorf("call %d: %v", i, err)
				}
				if got := f.count("/metrics") - before; got != want {
					t.Errorf("call %d: %d requests, want %d", i, got, want)
				}
				left := fmt.Sprint(known.LeftOut())
				if i == 0 && left != test.leftOut || i > 0 && left != "[]" {
					t.Errorf("call %d: %s left out, want %s once", i, left, test.leftOut)
				}
			}
		})
	}
}
