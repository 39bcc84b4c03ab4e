package liveperson

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

var (
	changesFrom = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	changesTo   = time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC)
)

// change returns the nth record of an agent.
func change(agent, n int) string {
	return fmt.Sprintf(`{"agentId":%d,"time":"2030-01-01T08:00:00.%03dZ","sessionId":-1,"sequenceNumber":%d,"statusType":1,"statusSubType":2,"statusReasonId":0,"statusReasonText":""}`, agent, n%1000, n)
}

// changes answers with so many changes, page by page, with or without links.
func changes(total int, links bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		var records []string
		for i := offset; i < total && len(records) < limit; i++ {
			records = append(records, change(1, i))
		}
		references := `{"rel":"self","href":"http://localhost:8082/x?offset=0"}`
		if links && offset+limit < total {
			references += fmt.Sprintf(`,{"rel":"next","href":"http://[doamin].internal/api?from=2030-01-01T00:00+03:00&offset=%d&limit=%d"}`, offset+limit, limit)
		}
		fmt.Fprintf(w, `{"_metadata":{"references":[%s]},"timeframe":{"startTimeL":"1893456000000"},"stateChanges":[%s]}`, references, strings.Join(records, ","))
	}
}

func query(version, limit int) StatusChangesQuery {
	return StatusChangesQuery{Version: version, From: changesFrom, To: changesTo, Limit: limit}
}

func TestAllChangesAreRead(t *testing.T) {
	for _, links := range []bool{true, false} {
		for _, total := range []int{0, 1, 9, 10, 11, 20, 25} {
			t.Run(fmt.Sprintf("%d changes, links %t", total, links), func(t *testing.T) {
				f := &fake{api: changes(total, links)}
				got, err := f.client(t).StatusChanges(t.Context(), query(2, 10))
				if err != nil || len(got.Changes) != total || got.Skipped != 0 {
					t.Fatalf("%d changes, %d skipped, %v", len(got.Changes), got.Skipped, err)
				}
				for i, r := range f.requests("/status-changes") {
					want := fmt.Sprintf("from=2030-01-01T00%%3A00%%3A00Z&limit=10&offset=%d&source=contactcenter&to=2030-01-02T00%%3A00%%3A00Z&v=2", 10*i)
					if r.URL.RawQuery != want {
						t.Errorf("page %d: %s, want %s", i, r.URL.RawQuery, want)
					}
					if r.URL.Host != "va.agentactivitydomain.liveperson.net" || r.URL.Path != "/api/v2/account/12345678/status-changes" {
						t.Errorf("page %d is asked of %s", i, r.URL)
					}
				}
			})
		}
	}
}

func TestLinkOfAShorterPageIsFollowed(t *testing.T) {
	f := &fake{api: func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("offset") {
		case "0": // the vendor's page is shorter than asked for
			fmt.Fprintf(w, `{"_metadata":{"references":[{"rel":"next","href":"http://h/?offset=2"}]},"stateChanges":[%s,%s]}`, change(1, 0), change(1, 1))
		case "2": // and its link, here, would skip one
			fmt.Fprintf(w, `{"_metadata":{"references":[{"rel":"next","href":"http://h/?offset=4"},7]},"stateChanges":[%s]}`, change(1, 2))
		case "3":
			fmt.Fprintf(w, `{"stateChanges":[%s]}`, change(1, 3))
		default:
			w.WriteHeader(500)
		}
	}}
	got, err := f.client(t).StatusChanges(t.Context(), query(2, 1000))
	if err != nil || len(got.Changes) != 4 {
		t.Errorf("%d changes, %v; want 4", len(got.Changes), err)
	}
}

func TestChangesThatNeverEnd(t *testing.T) {
	for name, next := range map[string]string{"offset ignored": "http://h/?offset=2", "link to itself": "http://h/?offset=0", "no address": "%zz"} {
		t.Run(name, func(t *testing.T) {
			f := &fake{api: respond(fmt.Sprintf(`{"_metadata":{"references":[{"rel":"next","href":%q}]},"stateChanges":[%s,%s]}`, next, change(1, 0), change(1, 1)))}
			got, err := f.client(t).StatusChanges(t.Context(), query(2, 2))
			if api.ClassOf(err) != api.Truncated || len(got.Changes) != 2 || f.count("/status-changes") != 2 {
				t.Errorf("%d changes after %d requests, %v", len(got.Changes), f.count("/status-changes"), err)
			}
		})
	}
}

func TestRepeatedChangesOverAPageBorder(t *testing.T) {
	f := &fake{}
	f.api = func(w http.ResponseWriter, r *http.Request) {
		first := 0
		if r.URL.Query().Get("offset") != "0" {
			first = 1 // one came in front while the pages were read
		}
		fmt.Fprintf(w, `{"stateChanges":[%s,%s]}`, change(1, first), strings.Replace(change(1, first+1), `"sessionId":-1`, `"sessionId":77`, 1))
		if first == 1 {
			f.api = respond(`{"stateChanges":[]}`)
		}
	}
	got, err := f.client(t).StatusChanges(t.Context(), query(2, 2))
	if err != nil || len(got.Changes) != 3 {
		t.Errorf("%d changes, %v; want 3", len(got.Changes), err)
	}
}

func TestFailedPageOfChanges(t *testing.T) {
	for name, bad := range map[string]http.HandlerFunc{
		"status": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"null":   respond(`null`),
		"object": respond(`{"timeframe":{}}`),
		"cut":    respond(`{"stateChanges":[`),
		"v1":     respond(`{"agentsInfo":[]}`),
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{api: func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("offset") == "10" {
					bad(w, r)
					return
				}
				changes(25, true)(w, r)
			}}
			if got, err := f.client(t).StatusChanges(t.Context(), query(2, 10)); err == nil || len(got.Changes) != 0 {
				t.Errorf("%d changes, error %v", len(got.Changes), err)
			}
		})
	}
}

func TestBadChangeCostsOnlyItself(t *testing.T) {
	f := &fake{api: respond(`{"stateChanges":[` + change(3252247132, 1) + `,
		{"agentId":null,"time":"2030-01-01T08:00:00Z","statusType":1},
		{"agentId":1,"time":"yesterday","statusType":1},
		{"agentId":1,"time":"2030-01-01T08:00:00Z"},
		{"agentId":{},"time":"2030-01-01T08:00:00Z","statusType":1},
		"x",
		{"agentId":"2","time":1893484800000,"statusType":"3","statusSubType":"0","sequenceNumber":"-1","statusReasonText":null,"new":[1]}]}`)}
	got, err := f.client(t).StatusChanges(t.Context(), query(2, 1000))
	if err != nil || len(got.Changes) != 2 || got.Skipped != 5 {
		t.Fatalf("%d changes, %d skipped, %v; want 2 and 5", len(got.Changes), got.Skipped, err)
	}
	login := got.Changes[1]
	if login.Type != LoggedOn || login.Sequence.Value != -1 || !login.Time.Equal(time.Date(2030, 1, 1, 8, 0, 0, 0, time.UTC)) || login.ReasonText != "" {
		t.Errorf("%+v", login)
	}
	if got.Changes[0].AgentID != "3252247132" {
		t.Errorf("id %s", got.Changes[0].AgentID)
	}
}

func TestFiltersOfChanges(t *testing.T) {
	for want, q := range map[string]StatusChangesQuery{
		"agentId=7": {AgentID: "7"},
		"empId=e7":  {EmpID: "e7"},
		"groupId=5": {GroupID: "5"},
	} {
		f := &fake{api: respond(`{"stateChanges":[]}`)}
		q.Version, q.From, q.To, q.Limit = 2, changesFrom, changesTo, 10
		if _, err := f.client(t).StatusChanges(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		if got := f.requests("/status-changes")[0].URL.RawQuery; !strings.Contains(got, want) {
			t.Errorf("%s, want %s in it", got, want)
		}
	}
}

// agentsInfo answers as version 1: agents with so many changes each.
func agentsInfo(agents, each int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		var infos []string
		for a := offset; a < agents && len(infos) < limit; a++ {
			var list []string
			for n := range each {
				list = append(list, strings.Replace(change(a, n), fmt.Sprintf(`"agentId":%d,`, a), "", 1))
			}
			infos = append(infos, fmt.Sprintf(`{"agentId":%d,"agentUserName":"agent %d","statusChangeHistory":[%s]}`, a, a, strings.Join(list, ",")))
		}
		io.WriteString(w, `{"agentsInfo":[`+strings.Join(infos, ",")+`]}`)
	}
}

func TestVersion1(t *testing.T) {
	f := &fake{api: agentsInfo(25, 3)}
	got, err := f.client(t).StatusChanges(t.Context(), query(1, 10))
	if err != nil || len(got.Changes) != 75 || got.Changes[74].AgentID != "24" || got.Changes[74].AgentUserName != "agent 24" {
		t.Fatalf("%d changes, %v", len(got.Changes), err)
	}
	if n := f.count("/api/account/12345678/status-changes"); n != 3 {
		t.Errorf("%d requests, want 3: offset and limit count agents", n)
	}
}

func TestTruncationOfVersion1(t *testing.T) {
	for each, want := range map[int]api.Class{19: "", 20: api.Truncated, 21: api.Truncated} {
		f := &fake{api: agentsInfo(10, each)}
		got, err := f.client(t).StatusChanges(t.Context(), query(1, 10))
		if api.ClassOf(err) != want || len(got.Changes) != 10*each {
			t.Errorf("%d changes of each of 10 agents on a page that can hold 200: %d changes, %v", each, len(got.Changes), err)
		}
	}
	days := query(1, 10)
	days.To = days.To.Add(time.Second)
	if days.cap(days.Limit) != 400 {
		t.Errorf("a page of two days holds %d, want 400", days.cap(days.Limit))
	}
	if days.To = days.From.Add(time.Hour); days.cap(days.Limit) != 200 {
		t.Errorf("a page of an hour holds %d, want 200", days.cap(days.Limit))
	}
}

func FuzzStatusChangesPage(f *testing.F) {
	f.Add(`{"stateChanges":[` + change(1, 1) + `]}`)
	f.Add(`{"agentsInfo":[{"agentId":1,"statusChangeHistory":[` + change(1, 1) + `]}],"_metadata":{"references":[{"rel":"next","href":"?offset=9"}]}}`)
	f.Fuzz(func(t *testing.T, body string) {
		var page statusChangesPage
		if read(body, &page) != nil {
			return
		}
		var all StatusChanges
		page.add(&all, map[StatusChange]bool{})
		for _, c := range all.Changes {
			if !c.usable() {
				t.Errorf("%q: %+v is kept", body, c)
			}
		}
	})
}
