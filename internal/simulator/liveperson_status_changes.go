package simulator

import (
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"time"
)

// changeAgent is the agent's part of a status change.
type changeAgent struct {
	AgentID    int64  `json:"agentId"`
	EmployeeID string `json:"employeeId"`
	LoginName  string `json:"agentLoginName"`
	UserName   string `json:"agentUserName"`
	GroupID    int64  `json:"agentGroupId"`
}

// changePart is the change's part.
type changePart struct {
	Time       string  `json:"time"`
	SessionID  int64   `json:"sessionId"`
	Sequence   int64   `json:"sequenceNumber"`
	Type       int     `json:"statusType"`
	SubType    int     `json:"statusSubType"`
	ReasonID   int64   `json:"statusReasonId"`
	ReasonText string  `json:"statusReasonText"`
	Previous   *string `json:"prevStatusChangeTime"`
}

type changeRow struct {
	changeAgent
	changePart
}

// changeQuery is what status changes are asked for.
type changeQuery struct {
	from, to      int64
	offset, limit int
	agent, emp    string
	group         string
}

// Limits of status changes: version 1 counts agents, version 2 changes.
const (
	changesLimit, changesMost = 1000, 5000
	agentsLimit, agentsMost   = 50, 100
	changesPerAgentDay        = 20
)

// statusChanges plays version 2: flat, the newest instant first, within an instant in order. Without total.
func (x *exchange) statusChanges() answer {
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	q, causes := readChangeQuery(x.r.URL.Query(), now, changesLimit, changesMost)
	if len(causes) > 0 {
		return badRequest(causes...)
	}
	all := newestFirst(x.sim.messaging.told(q, now))
	from, to := pageOf(q, len(all))
	if x.has("duplicate_rows") && from > 0 {
		from--
	}
	rows := []changeRow{}
	for _, c := range all[from:to] {
		rows = append(rows, changeRow{c.agent.part(), c.part(now, x.sim.messaging.late)})
	}
	return ok(map[string]any{
		"_metadata": map[string]any{"references": x.references(q, len(all))}, "timeframe": q.timeframe(),
		"stateChanges": rows,
	})
}

// statusChangesV1 plays version 1: by agent. What is beyond 20 changes for each agent of the limit and each day of the
// time frame is cut off without a word.
func (x *exchange) statusChangesV1() answer {
	if x.r.URL.Query().Get("v") == "2" {
		return x.statusChanges()
	}
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	q, causes := readChangeQuery(x.r.URL.Query(), now, agentsLimit, agentsMost)
	if len(causes) > 0 {
		return badRequest(causes...)
	}
	groups := byAgent(x.sim.messaging.told(q, now))
	days := max(1, (q.to-q.from+feedLife-1)/feedLife)
	left := changesPerAgentDay * q.limit * int(days)
	type agentInfo struct {
		changeAgent
		History []changePart `json:"statusChangeHistory"`
	}
	infos := []agentInfo{}
	from, to := pageOf(q, len(groups))
	for _, changes := range groups[from:to] {
		info := agentInfo{changes[0].agent.part(), []changePart{}}
		for _, c := range newestFirst(changes[:min(len(changes), left)]) {
			info.History = append(info.History, c.part(now, x.sim.messaging.late))
		}
		if left -= len(info.History); len(info.History) > 0 {
			infos = append(infos, info)
		}
	}
	return ok(map[string]any{
		"_metadata": map[string]any{"references": x.references(q, len(groups))}, "timeframe": q.timeframe(),
		"agentsInfo": infos,
	})
}

func readChangeQuery(v url.Values, now int64, limit, most int) (q changeQuery, causes []string) {
	fail := func(bad bool, cause string) {
		if bad {
			causes = append(causes, cause)
		}
	}
	fail(v.Get("source") == "", "source: may not be empty")
	fail(v.Has("from") != v.Has("to"), "from: from and to must be provided together")
	q.from, q.to = now-feedLife, now
	if v.Has("from") && v.Has("to") {
		from, err1 := parseTime(v.Get("from"))
		to, err2 := parseTime(v.Get("to"))
		fail(err1 != nil || err2 != nil, "from: must be an RFC 3339 date-time")
		q.from, q.to = from.UnixMilli(), to.UnixMilli()
		fail(to.Before(from), "to: must not be before from")
		fail(to.After(from.AddDate(0, 1, 0)), "to: the time frame must not exceed 1 month")
		fail(from.Before(time.UnixMilli(now).AddDate(0, -6, 0)), "from: must not be earlier than 6 months ago")
	}
	var fine bool
	q.limit, fine = number(v, "limit", limit)
	fail(!fine || q.limit < 1 || q.limit > most, fmt.Sprintf("limit: must be less than or equal to %d", most))
	q.offset, fine = number(v, "offset", 0)
	fail(!fine || q.offset < 0, "offset: must be greater than or equal to 0")
	q.agent, q.emp, q.group = v.Get("agentId"), v.Get("empId"), v.Get("groupId")
	several := len(slices.DeleteFunc([]string{q.agent, q.emp, q.group}, func(s string) bool { return s == "" })) > 1
	fail(several, "agentId: only one of agentId, empId and groupId may be provided")
	return q, causes
}

// parseTime reads RFC 3339, with or without seconds.
func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Parse("2006-01-02T15:04Z07:00", s)
	}
	return t, err
}

// told is the changes that a query asks for and that have surfaced by now, oldest first.
func (m *messaging) told(q changeQuery, now int64) []change {
	var out []change
	for _, c := range m.between(q.from, q.to) {
		a := c.agent
		if c.visible <= now && (q.agent == "" || q.agent == decimal(a.id)) && (q.emp == "" || q.emp == a.employee) &&
			(q.group == "" || q.group == decimal(a.group.id)) {
			out = append(out, c)
		}
	}
	return out
}

// newestFirst turns a history around but keeps the order within an instant.
func newestFirst(in []change) []change {
	out := slices.Clone(in)
	sort.SliceStable(out, func(i, j int) bool { return out[i].at > out[j].at })
	return out
}

// byAgent groups changes by agent, in the order of ids.
func byAgent(all []change) [][]change {
	groups := map[*agent][]change{}
	for _, c := range all {
		groups[c.agent] = append(groups[c.agent], c)
	}
	var out [][]change
	for _, g := range groups {
		out = append(out, g)
	}
	sort.Slice(out, func(i, j int) bool { return out[i][0].agent.id < out[j][0].agent.id })
	return out
}

func pageOf(q changeQuery, n int) (from, to int) {
	from = min(q.offset, n)
	return from, min(from+q.limit, n)
}

func (a *agent) part() changeAgent {
	return changeAgent{a.id, a.employee, a.email, a.person.first, a.group.id}
}

// part shows a change. A login's pair has no session id until some time later.
func (c change) part(now, late int64) changePart {
	p := changePart{
		Time: rfc3339(c.at), SessionID: c.session, Sequence: c.seq, Type: int(c.kind), SubType: int(c.status),
		ReasonID: c.reason.id, ReasonText: c.reason.text,
	}
	if c.seq <= 1 && now < c.visible+2*late {
		p.SessionID = -1
	}
	if c.previous > 0 {
		at := rfc3339(c.previous)
		p.Previous = &at
	}
	return p
}

func rfc3339(at int64) string { return time.UnixMilli(at).UTC().Format("2006-01-02T15:04:05.000Z") }

func (q changeQuery) timeframe() map[string]string {
	short := func(at int64) string { return time.UnixMilli(at).UTC().Format("2006-01-02T15:04:05Z") }
	return map[string]string{
		"startTime": short(q.from), "endTime": short(q.to),
		"startTimeL": decimal(q.from), "endTimeL": decimal(q.to),
	}
}

// references link the pages, at a host that is not reachable from outside the vendor.
func (x *exchange) references(q changeQuery, n int) []map[string]string {
	link := func(rel string, offset int) map[string]string {
		v := x.r.URL.Query()
		v.Set("offset", strconv.Itoa(offset))
		v.Set("limit", strconv.Itoa(q.limit))
		return map[string]string{"rel": rel, "href": "http://localhost:8082" + x.r.URL.Path + "?" + v.Encode()}
	}
	all := []map[string]string{link("self", q.offset), link("first", 0)}
	if q.offset+q.limit < n {
		all = append(all, link("next", q.offset+q.limit))
	}
	if q.offset > 0 {
		all = append(all, link("previous", max(0, q.offset-q.limit)))
	}
	if n > q.limit {
		all = append(all, link("last", (n-1)/q.limit*q.limit))
	}
	return all
}
