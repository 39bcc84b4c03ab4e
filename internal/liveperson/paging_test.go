package liveperson

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// agentsPage is a page of agents with what it says of their number.
func agentsPage(count string, ids ...int) string {
	records := make([]string, len(ids))
	for i, id := range ids {
		records[i] = fmt.Sprintf(`{"agentId":%d}`, id)
	}
	return `{"_metadata":{` + count + `},"agentStatusRecords":[` + strings.Join(records, ",") + `]}`
}

func numbers(from, to int) (ids []int) {
	for ; from <= to; from++ {
		ids = append(ids, from)
	}
	return ids
}

func TestHalfAnAnswerIsNotTakenForAllOfIt(t *testing.T) {
	for name, test := range map[string]struct {
		pages   []string // the last one repeats
		agents  int
		class   api.Class
		partial bool
	}{
		"the offset is ignored":               {pages: []string{agentsPage(`"count":25`, numbers(1, 10)...)}, class: api.Truncated},
		"the second page is empty, count 0":   {pages: []string{agentsPage(`"count":25`, numbers(1, 10)...), agentsPage(`"count":0`), agentsPage(`"count":25`, numbers(1, 10)...), agentsPage(`"count":0`)}, agents: 10, partial: true},
		"the count is text, as metadata":      {pages: []string{strings.Replace(agentsPage(`"count":"25"`, numbers(1, 10)...), "_metadata", "metadata", 1)}, class: api.Truncated},
		"the limit is lowered":                {pages: []string{agentsPage(`"count":5`, 1, 2), agentsPage(`"count":5`, 3, 4), agentsPage(`"count":5`, 5)}, agents: 5},
		"the limit is lowered by the address": {pages: []string{agentsPage(`"count":2,"self":{"href":"http://x/?limit=2"}`, 1, 2), agentsPage(`"count":1,"self":{"href":"?limit=2"}`, 3)}, agents: 3},
		"a changed count that then holds":     {pages: []string{agentsPage(`"count":11`, numbers(1, 10)...), agentsPage(`"count":12`, 11, 12), agentsPage(`"count":12`, numbers(1, 10)...), agentsPage(`"count":12`, 11, 12)}, agents: 12},
		"a count that changes again":          {pages: []string{agentsPage(`"count":11`, numbers(1, 10)...), agentsPage(`"count":12`, 11, 12), agentsPage(`"count":13`, numbers(1, 10)...), agentsPage(`"count":12`, 11, 12)}, agents: 12, partial: true},
		"a count less than the page":          {pages: []string{agentsPage(`"count":2`, 1, 2, 3)}, agents: 3},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			f := &fake{api: func(w http.ResponseWriter, _ *http.Request) {
				io.WriteString(w, test.pages[min(asked, len(test.pages)-1)])
				asked++
			}}
			got, err := f.client(t).AgentStatus(t.Context(), AgentStatusQuery{Limit: 10})
			if api.ClassOf(err) != test.class || len(got.Agents) != test.agents || got.Partial != test.partial {
				t.Errorf("%d agents, partial %t, %v; want %d, %t, class %q", len(got.Agents), got.Partial, err, test.agents, test.partial, test.class)
			}
			if asked > 5 {
				t.Errorf("%d requests", asked)
			}
		})
	}
}

// Either form may come whatever is asked for, and the links of the pages stand
// under one of two names.
func TestStatusChangesOfEitherForm(t *testing.T) {
	for _, version := range []int{0, 1, 2} {
		for _, metadata := range []string{"_metadata", "metadata", "Metadata"} {
			for _, byAgent := range []bool{false, true} {
				f := &fake{api: func(w http.ResponseWriter, r *http.Request) {
					if want := map[int]string{0: "2", 1: "1", 2: "2"}[version]; r.URL.Query().Get("v") != want {
						t.Errorf("version %d is asked for with v=%s", version, r.URL.Query().Get("v"))
					}
					offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
					next := ""
					if offset < 100 {
						next = fmt.Sprintf(`{"rel":"next","href":"?offset=%d"}`, offset+50)
					}
					var records []string
					for i := offset; i < min(offset+50, 120); i++ {
						one := fmt.Sprintf(`"agentId":%d,"time":"2030-01-01T08:00:00Z","statusType":3`, i)
						if byAgent {
							one = fmt.Sprintf(`"agentId":%d,"statusChangeHistory":[{"time":"2030-01-01T08:00:00Z","statusType":3}]`, i)
						}
						records = append(records, "{"+one+"}")
					}
					name := map[bool]string{false: "stateChanges", true: "agentsInfo"}[byAgent]
					fmt.Fprintf(w, `{%q:{"references":[%s]},%q:[%s]}`, metadata, next, name, strings.Join(records, ","))
				}}
				got, err := f.client(t).StatusChanges(t.Context(), query(version, 90))
				if err != nil || len(got.Changes) != 120 {
					t.Errorf("version %d, %s, by agent %t: %d changes, %v; want 120", version, metadata, byAgent, len(got.Changes), err)
				}
			}
		}
	}
}
