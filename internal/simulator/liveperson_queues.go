package simulator

import (
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strings"
)

// workspacePath is the base of the Key Messaging Metrics.
const workspacePath = "/manager_workspace/api/account/{account}/"

// kmmRequest is the body of a request of the Key Messaging Metrics.
type kmmRequest struct {
	Filters struct {
		Time struct {
			From *int64 `json:"from"`
			To   *int64 `json:"to"`
		} `json:"time"`
		AgentGroupIDs []string `json:"agentGroupIds"`
		SkillIDs      []string `json:"skillIds"`
		AgentSkillIDs []string `json:"agentSkillIds"`
		AgentIDs      []string `json:"agentIds"`
		UserTypes     []string `json:"userTypes"`
		SubGroups     bool     `json:"includeSubGroups"`
		Status        []string `json:"effectiveAgentStatus"`
	} `json:"filters"`
	ByTime   []string `json:"metricsToRetrieveByTime"`
	Current  []string `json:"metricsToRetrieveCurrentValue"`
	GroupBy  string   `json:"groupBy"`
	Sections []string `json:"responseSections"`
	Metadata any      `json:"includeAgentMetadata"`
}

// kmmPage is what the query asks for.
type kmmPage struct{ offset, limit int }

const day = 24 * 60 * oneMinute

// span is the time asked for in whole minutes: both ends are included, and rounded outwards.
func (r kmmRequest) span() (from, to int64) {
	return *r.Filters.Time.From / oneMinute * oneMinute, (*r.Filters.Time.To/oneMinute + 1) * oneMinute
}

// readKMM reads body and query; causes say what is wrong with them.
func (x *exchange) readKMM(mostLimit int) (r kmmRequest, p kmmPage, causes []string) {
	if !x.object(&r) {
		return r, p, []string{"body: must be a JSON object"}
	}
	q := x.r.URL.Query()
	var fine bool
	if p.offset, fine = number(q, "offset", 0); !fine || p.offset < 0 {
		causes = append(causes, "offset: must be greater than or equal to 0")
	}
	if p.limit, fine = number(q, "limit", 50); !fine || p.limit < 1 || p.limit > mostLimit || p.offset+p.limit > 1000 {
		causes = append(causes, "limit: must be positive, and at most 1000 with offset")
	}
	t := r.Filters.Time
	switch now := x.sim.options.Now().UnixMilli(); {
	case t.From == nil || t.To == nil:
		causes = append(causes, "filters.time: must not be null")
	case *t.To < *t.From || *t.To-*t.From > day:
		causes = append(causes, "filters.time: must be at most 24 hours")
	case *t.From < now-14*day, x.has("short_retention") && *t.From < now-day:
		causes = append(causes, "filters.time.from: is too long ago")
	}
	if r.Filters.SubGroups {
		causes = append(causes, "filters.includeSubGroups: is not played")
	}
	return r, p, causes
}

// named checks the names of metrics. Which one is unknown is not said.
func (r kmmRequest) named(byTime, current string, old bool) []string {
	for list, names := range map[string][]string{byTime: r.ByTime, current: r.Current} {
		known := strings.Fields(list)
		for _, n := range names {
			if !slices.Contains(known, n) || old && youngName(n) {
				return []string{"the request has an unknown metric"}
			}
		}
	}
	return nil
}

// youngName says whether a metric came with a later version of the API.
func youngName(n string) bool {
	for _, part := range strings.Fields("total_ overdue_ queue_wait human_away outside_sl") {
		if strings.Contains(n, part) {
			return true
		}
	}
	return false
}

// The metrics that queues can be asked for.
const (
	queueByTime = `avg_wait_time avg_wait_time_first_response total_wait_time_first_response avg_time_to_response
		avg_time_to_first_response_first_assignment total_time_to_first_response_all_assignments closed_conversations
		closed_by_agent closed_by_consumer auto_closed concluded_conversations csat avg_conversations_duration
		agent_responses_outside_sl total_num_of_agent_responses agent_responses_outside_sl_rate`
	queueCurrent = `assigned_conversations unassigned_conversations active_conversations open_conversations agent_load
		human_agent_load human_online_load human_away_load online_agents back_soon_agents away_agents available_slots
		overdue_conversations_in_queue overdue_conversations_assigned overdue_conversations_total
		queue_wait_time_50th_percentile queue_wait_time_90th_percentile`
)

// queueMetrics plays the metrics of the Key Messaging Metrics.
func (x *exchange) queueMetrics() answer {
	r, p, causes := x.readKMM(50)
	causes = append(causes, r.named(queueByTime, queueCurrent, x.has("old_names"))...)
	if r.GroupBy != "skillId" && r.GroupBy != "agentGroupId" {
		causes = append(causes, "groupBy: must be skillId or agentGroupId")
	}
	if len(causes) > 0 {
		return badRequest(causes...)
	}
	now := x.sim.lock()
	groups := x.groups(r, now)
	x.sim.mu.Unlock()
	if x.r.URL.Query().Get("sort") == "key:desc" {
		slices.Reverse(groups)
	}
	from := min(p.offset, len(groups))
	to := min(from+p.limit, len(groups))
	return ok(map[string]any{
		"metadata": x.pageLinks(p, len(groups), to-from),
		"groupBy":  map[string]any{"groupByField": r.GroupBy, "groups": groups[from:to]},
		"all":      map[string]any{},
	})
}

// pageLinks is what a page says of itself; the hosts of its links are of no use.
func (x *exchange) pageLinks(p kmmPage, all, here int) map[string]any {
	link := func(rel string, offset int) map[string]string {
		q := url.Values{"offset": {fmt.Sprint(offset)}, "limit": {fmt.Sprint(p.limit)}}
		return map[string]string{"rel": rel, "href": "https://localhost" + x.r.URL.Path + "?" + q.Encode()}
	}
	m := map[string]any{"count": all, "self": link("self", p.offset), "first": link("first", 0)}
	if x.has("page_count") {
		m["count"] = here
	}
	if p.offset+here < all {
		m["next"] = link("next", p.offset+here)
	}
	return m
}

// kmmGroup is a skill or a group with its metrics.
type kmmGroup struct {
	Key         string             `json:"key"`
	Description string             `json:"keyDescription"`
	Metrics     map[string]float64 `json:"metrics"`
}

// groups are those asked for, by key. What has no skill is a group of its own, of which there is nothing to tell.
func (x *exchange) groups(r kmmRequest, now int64) []kmmGroup {
	from, to := r.span()
	hide := x.hidden(now)
	m := x.sim.messaging
	all := []kmmGroup{}
	if r.GroupBy == "skillId" {
		all = append(all, kmmGroup{"-1", "NA", map[string]float64{}})
		load := loads(m, func(a *agent) []*skill { return a.skills }, func(_ *agent, c *conversation) *skill { return c.skill })
		for _, s := range m.skills {
			v := orNew(load[s])
			v.wait(s, m.still())
			all = append(all, kmmGroup{decimal(s.id), s.name, r.only(v.values(s.past.between(from, to, hide)))})
		}
	} else {
		load := loads(m, func(a *agent) []*group { return []*group{a.group} }, func(a *agent, _ *conversation) *group { return a.group })
		for _, g := range m.groups {
			var past outcome
			for _, a := range m.agents {
				if a.group == g {
					past.add(a.past.between(from, to, hide))
				}
			}
			all = append(all, kmmGroup{decimal(g.id), g.name, r.only(orNew(load[g]).values(past))})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Key < all[j].Key })
	return all
}

func orNew(w *workload) *workload {
	if w == nil {
		return &workload{}
	}
	return w
}

// hidden says which minutes the vendor has not counted yet, where a fault will have it so.
func (x *exchange) hidden(now int64) func(minute int64) bool {
	if !x.has("restate") {
		return nil
	}
	return func(minute int64) bool { return minute%3 == 0 && now-(minute+1)*oneMinute < 15*oneMinute }
}

// only leaves the metrics that were asked for, under the names of answers.
func (r kmmRequest) only(values map[string]float64) map[string]float64 {
	out := map[string]float64{}
	for _, n := range append(slices.Clone(r.ByTime), r.Current...) {
		if v, has := values[n]; has {
			out[camel(n)] = v
		}
	}
	return out
}

func camel(name string) string {
	parts := strings.Split(name, "_")
	for i, p := range parts[1:] {
		parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
	}
	return strings.Join(parts, "")
}

// skillAvailability plays the agents by skill and status: skills without any are missing.
func (x *exchange) skillAvailability() answer {
	var body map[string]any
	if !x.object(&body) {
		return badRequest("body: must be a JSON object")
	}
	x.sim.lock()
	defer x.sim.mu.Unlock()
	m := x.sim.messaging
	keys := map[status]string{statusOnline: "onlineAgents", statusBackSoon: "backSoonAgents", statusAway: "awayAgents"}
	all := []map[string]int64{}
	for _, s := range m.skills {
		record := map[string]int64{}
		for _, a := range s.members {
			if key := keys[a.status]; a.on && key != "" {
				record[key]++
			}
		}
		if len(record) > 0 {
			record["skillId"] = s.id
			all = append(all, record)
		}
	}
	return ok(map[string]any{"metadata": map[string]any{"count": len(all)}, "skillAvailabilities": all})
}
