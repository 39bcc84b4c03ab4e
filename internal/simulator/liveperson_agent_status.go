package simulator

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// statusFilter is the body of an agent status request. Ids come as text or as numbers.
type statusFilter struct {
	Status           []string          `json:"status"`
	AgentIDs         []json.RawMessage `json:"agentIds"`
	SkillIDs         []json.RawMessage `json:"skillIds"`
	AgentGroupIDs    []json.RawMessage `json:"agentGroupIds"`
	AgentPresence    *bool             `json:"agentPresence"`
	ConnectionStates []string          `json:"connectionStates"`
	Timestamp        struct {
		From json.Number `json:"from"`
	} `json:"timestamp"`
}

// statusRecord is an agent as agent-view/status shows it.
type statusRecord struct {
	AgentID        string        `json:"agentId"`
	UpdatedL       int64         `json:"lastUpdatedTimeL"`
	Updated        string        `json:"lastUpdatedTime"`
	SinceL         int64         `json:"currentStatusStartTimeL"`
	Since          string        `json:"currentStatusStartTime"`
	ReasonSinceL   int64         `json:"currentStatusReasonStartTimeL,omitempty"`
	ReasonSince    string        `json:"currentStatusReasonStartTime,omitempty"`
	Name           string        `json:"agentName"`
	Nickname       string        `json:"agentNickname"`
	LoginName      string        `json:"agentLoginName"`
	Skills         []statusSkill `json:"agentSkills"`
	GroupID        int64         `json:"agentGroupId"`
	GroupName      string        `json:"agentGroupName"`
	Status         string        `json:"currentStatus"`
	Duration       int64         `json:"currentStatusDuration"`
	Reason         string        `json:"currentStatusReason,omitempty"`
	ReasonDuration *int64        `json:"currentStatusReasonDuration,omitempty"`
	Load           int           `json:"load"`
	Ringing        int           `json:"ringingSlots"`
	Slots          int           `json:"configuredMaxSlots"`
	Busy           int           `json:"busySlots"`
	Open           int           `json:"openAssignedConversations"`
	Intense        int           `json:"intenseConversations"`
	Presence       string        `json:"agentPresence"`
	Connection     string        `json:"currentConnectionState"`
}

type statusSkill struct {
	ID   string `json:"skillId"`
	Name string `json:"skillName"`
}

// statusPage is what the query asks for.
type statusPage struct {
	offset, limit int
	by, order     string
}

// agentStatus plays agent-view/status.
func (x *exchange) agentStatus() answer {
	var filter statusFilter
	if !x.object(&filter) {
		return badRequest("body: must be a JSON object")
	}
	p, causes := readStatusPage(x.r.URL.Query())
	if len(causes) > 0 {
		return badRequest(causes...)
	}
	now := x.sim.lock()
	all := x.sim.messaging.matching(filter, now)
	sortAgents(all, p)
	partial := x.has("partial_result")
	if partial {
		all = all[:len(all)*2/3]
	}
	from := min(p.offset, len(all))
	to := min(from+p.limit, len(all))
	if x.has("duplicate_rows") && from > 0 {
		from--
	}
	records := []statusRecord{}
	for _, a := range all[from:to] {
		records = append(records, a.record(now))
	}
	x.sim.mu.Unlock()
	count := len(all)
	if x.has("page_count") {
		count = len(records)
	}
	self := fmt.Sprintf("http://%s%s?limit=%d&offset=%d", x.r.Host, x.r.URL.Path, p.limit, p.offset)
	return ok(map[string]any{
		"_metadata": map[string]any{
			"count": count, "self": map[string]string{"rel": "self", "href": self},
			"shardsStatusResult": map[string]bool{"partialResult": partial},
		},
		"accountID":          x.sim.liveperson.AccountID,
		"agentStatusRecords": records,
	})
}

func readStatusPage(q url.Values) (p statusPage, causes []string) {
	var fine bool
	if p.offset, fine = number(q, "offset", 0); !fine || p.offset < 0 {
		causes = append(causes, "offset: must be greater than or equal to 0")
	}
	if p.limit, fine = number(q, "limit", 50); !fine || p.limit < 1 || p.limit > 1000 {
		causes = append(causes, "limit: must be between 1 and 1000")
	}
	p.by, p.order, _ = strings.Cut(q.Get("sort"), ":")
	if !slices.Contains([]string{"", "start", "end"}, p.by) || !slices.Contains([]string{"", "asc", "desc"}, p.order) {
		causes = append(causes, "sort: must be start or end, and asc or desc")
	}
	return p, causes
}

// number is a query parameter, and whether it is a number or missing.
func number(q url.Values, name string, otherwise int) (int, bool) {
	if !q.Has(name) {
		return otherwise, true
	}
	n, err := strconv.Atoi(q.Get(name))
	return n, err == nil
}

func sortAgents(all []*agent, p statusPage) {
	if p.by == "" {
		return
	}
	sort.SliceStable(all, func(i, j int) bool {
		if p.order == "desc" {
			i, j = j, i
		}
		return all[i].since < all[j].since
	})
}

// lostFor is how long an agent without connection is still told, where the request does not say.
const lostFor = 10 * 60_000

// matching is the agents that are logged in and pass the filter.
func (m *messaging) matching(f statusFilter, now int64) []*agent {
	since := now - lostFor
	if from, err := f.Timestamp.From.Int64(); err == nil {
		since = from
	}
	ids, skills, groups := texts(f.AgentIDs), texts(f.SkillIDs), texts(f.AgentGroupIDs)
	present := f.AgentPresence == nil || *f.AgentPresence
	var all []*agent
	for _, a := range m.agents {
		if a.on && a.present == present && (a.connected || a.dropped >= since) &&
			among(ids, strconv.FormatInt(a.id, 10)) && among(groups, strconv.FormatInt(a.group.id, 10)) &&
			among(f.Status, a.status.name()) && among(f.ConnectionStates, a.connection()) && a.hasAny(skills) {
			all = append(all, a)
		}
	}
	return all
}

// texts writes ids as text, whatever they came as.
func texts(raw []json.RawMessage) []string {
	var out []string
	for _, r := range raw {
		out = append(out, strings.Trim(string(r), `"`))
	}
	return out
}

// among says whether a list is empty or holds the value, in any case.
func among(list []string, value string) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, value) })
}

func (a *agent) hasAny(skills []string) bool {
	return len(skills) == 0 || slices.ContainsFunc(a.skills, func(s *skill) bool {
		return slices.Contains(skills, strconv.FormatInt(s.id, 10))
	})
}

func (a *agent) connection() string {
	if a.connected {
		return "CONNECTED"
	}
	return "DISCONNECTED"
}

// record shows an agent. An agent that is away has a reason's time and duration; the reason itself only if the brand
// has defined it.
func (a *agent) record(now int64) statusRecord {
	r := statusRecord{
		AgentID: strconv.FormatInt(a.id, 10), UpdatedL: a.updated, Updated: spaced(a.updated),
		SinceL: a.since, Since: spaced(a.since), Duration: max(0, now-a.since),
		Name: a.person.full(), Nickname: a.person.first, LoginName: a.email, Skills: []statusSkill{},
		GroupID: a.group.id, GroupName: a.group.name, Status: a.status.name(),
		Load: 100 * (a.busy + a.ringing) / max(1, a.slots), Ringing: a.ringing, Slots: a.slots, Busy: a.busy,
		Open: a.busy, Intense: a.intense, Presence: strconv.FormatBool(a.present), Connection: a.connection(),
	}
	for _, s := range a.skills {
		r.Skills = append(r.Skills, statusSkill{strconv.FormatInt(s.id, 10), s.name})
	}
	if a.status == statusAway {
		d := max(0, now-a.reasonSince)
		r.ReasonSinceL, r.ReasonSince, r.ReasonDuration = a.reasonSince, spaced(a.reasonSince), &d
		if a.reason.id != 0 {
			r.Reason = strconv.FormatInt(a.reason.id, 10)
		}
	}
	return r
}

// spaced is the text form of a time in agent status.
func spaced(at int64) string {
	return time.UnixMilli(at).UTC().Format("2006-01-02 15:04:05.000-0700")
}
