package liveperson

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/golden"
)

func defaultAgentView() *agentViewOptions { return agentViewSource().Options().(*agentViewOptions) }

func TestAgentViewWindows(t *testing.T) {
	env := testEnv(testAccount("agent_view", defaultAgentView()), nil)
	env.Identity = collector.NewIdentity(config.None, nil)
	golden.Check(t, "agent_view_windows", readFrom(t, env, anyPath, "2030-01-02T11:30:00Z"))
}

func TestAgentViewAndAgentStatusAreNotBothOn(t *testing.T) {
	for sources, want := range map[string]string{
		"agent_view: {}, agent_status: {enabled: false}": "",
		"agent_view: {}": "sources.agent_view: can't be on together with agent_status",
		"agent_view: {}, agent_status: {interval: 1m}":                           "both fill the same metrics",
		"agent_view: {enabled: false}, agent_status: {}":                         "",
		"agent_view: {bucket: 7m}, agent_status: {enabled: false}":               "bucket: must be whole minutes and divide a day",
		"agent_view: {}, agent_status: {enabled: false}, queues: {agents: true}": "agents: must be false while agent_view is on",
	} {
		refused(t, sources, want)
	}
}

// bigVendor plays a number of agents of whom LivePerson delivers 1000 at a time.
type bigVendor struct {
	agents  int
	groupOf func(i int) int
	skillOf func(i int) int
	groups  int
	skills  int
	asked   map[string]int
	count   bool // whether pages tell how many there are
}

func (b *bigVendor) answer(path, query, body string) (int, string) {
	b.asked[path[strings.LastIndex(path, "/")+1:]]++
	q, _ := url.ParseQuery(query)
	offset, _ := strconv.Atoi(q.Get("offset"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	if offset+limit > 1000 {
		return http.StatusBadRequest, `{}`
	}
	var ask struct {
		GroupBy string
		Filters struct{ AgentGroupIDs, AgentSkillIDs []string }
	}
	json.Unmarshal([]byte(body), &ask)
	var rows []string
	if ask.GroupBy != "" {
		for i := range map[string]int{"skillId": b.skills, "agentGroupId": b.groups}[ask.GroupBy] {
			rows = append(rows, fmt.Sprintf(`{"key":"%d","metrics":{}}`, i))
		}
	} else {
		for i := range b.agents {
			group, skill := strconv.Itoa(b.groupOf(i)), strconv.Itoa(b.skillOf(i))
			if f := ask.Filters; among(f.AgentGroupIDs, group) && among(f.AgentSkillIDs, skill) {
				rows = append(rows, fmt.Sprintf(`{"agentId":"%d","agentGroupId":%s,"agentCurrentStatus":"ONLINE","agentMetadata":{"agentSkills":[{"skillId":%s}]}}`, i, group, skill))
			}
		}
	}
	page := rows[min(offset, len(rows)):min(offset+limit, len(rows))]
	total := len(page)
	if b.count {
		total = len(rows)
	}
	if ask.GroupBy != "" {
		return http.StatusOK, fmt.Sprintf(`{"metadata":{"count":%d},"groupBy":{"groups":[%s]}}`, len(rows), strings.Join(page, ","))
	}
	return http.StatusOK, fmt.Sprintf(`{"metadata":{"count":%d},"agentViewRecords":[%s]}`, total, strings.Join(page, ","))
}

func among(list []string, value string) bool {
	for _, l := range list {
		if l == value {
			return true
		}
	}
	return len(list) == 0
}

func TestThousandsOfAgentsAreEachThereOnce(t *testing.T) {
	for name, test := range map[string]struct {
		vendor  bigVendor
		agents  int
		partial bool
		views   int
	}{
		"one page":            {bigVendor{agents: 999, groups: 3, skills: 4}, 999, false, 1},
		"small groups":        {bigVendor{agents: 3000, groups: 30, skills: 4}, 3000, false, 31},
		"no total":            {bigVendor{agents: 3000, groups: 30, skills: 4}, 3000, false, 31},
		"one group by skills": {bigVendor{agents: 3000, groups: 1, skills: 6}, 3000, false, 8},
		"too many of a skill": {bigVendor{agents: 3000, groups: 1, skills: 2}, 2000, true, 4},
	} {
		t.Run(name, func(t *testing.T) {
			v := test.vendor
			v.asked, v.count = map[string]int{}, name != "no total"
			v.groupOf = func(i int) int { return i % v.groups }
			v.skillOf = func(i int) int { return i / 7 % v.skills }
			r := collected(t, "agent_view", defaultAgentView(), bodies(v.answer), "")
			agents, sum := 0, 0.0
			for _, s := range r.Gauges.Samples {
				switch s.Desc {
				case agentInfoDesc:
					agents++
				case groupAgents:
					sum += s.Value
				}
			}
			if agents != test.agents || int(sum) != test.agents || r.Partial != test.partial {
				t.Errorf("%d agents, %v in groups, partial %v; want %d, %v", agents, sum, r.Partial, test.agents, test.partial)
			}
			if v.asked["agent_view"] != test.views {
				t.Errorf("%v requests, want %d of agent_view", v.asked, test.views)
			}
		})
	}
}
