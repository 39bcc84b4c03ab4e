package liveperson

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// AgentStatusQuery says which agents are asked for.
type AgentStatusQuery struct {
	// Limit is the number of agents per page, at most 1000.
	Limit int
	// Sort is "start" or "end", with ":asc" or ":desc"; "" leaves it to the vendor.
	Sort   string
	Filter AgentStatusFilter
}

// AgentStatusFilter mirrors the body of the request. Empty fields don't filter.
type AgentStatusFilter struct {
	Status           []string   `json:"status,omitempty"`
	AgentIDs         NumericIDs `json:"agentIds,omitempty"`
	SkillIDs         []string   `json:"skillIds,omitempty"`
	AgentGroupIDs    []string   `json:"agentGroupIds,omitempty"`
	AgentPresence    *bool      `json:"agentPresence,omitempty"` // the vendor's default is true
	ConnectionStates []string   `json:"connectionStates,omitempty"`
	Timestamp        *Timestamp `json:"timestamp,omitempty"`
}

// Timestamp says how far back a connection counts, in milliseconds; the vendor's default
// is 5 to 10 minutes.
type Timestamp struct {
	From int64 `json:"from"`
}

// NumericIDs are ids that the vendor's page writes as numbers, where they are some.
type NumericIDs []string

// MarshalJSON implements json.Marshaler.
func (ids NumericIDs) MarshalJSON() ([]byte, error) {
	values := make([]any, len(ids))
	for i, id := range ids {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil {
			values[i] = n
		} else {
			values[i] = id
		}
	}
	return json.Marshal(values)
}

// AgentStatuses are the agents of all pages, each of them once.
type AgentStatuses struct {
	Agents []AgentStatus // Partial where LivePerson couldn't ask all its shards
	api.Extent
}

// AgentStatus mirrors a record of agent-view/status (Agent Metrics API, Agent
// Status): an agent who is logged in. Ids and booleans come as strings or not,
// times twice, where the one with L is exact.
type AgentStatus struct {
	AgentID              api.Text        `json:"agentId"`
	AgentName            api.Text        `json:"agentName"`
	AgentNickname        api.Text        `json:"agentNickname"`
	AgentLoginName       api.Text        `json:"agentLoginName"`
	AgentGroupID         api.Text        `json:"agentGroupId"` // -1 is the Main Group
	AgentGroupName       api.Text        `json:"agentGroupName"`
	AgentSkills          api.List[Skill] `json:"agentSkills"`
	CurrentStatus        api.Text        `json:"currentStatus"` // ONLINE, AWAY, BACK_SOON, OFFLINE
	CurrentStatusReason  api.Text        `json:"currentStatusReason"`
	Load                 api.Number      `json:"load"` // percent
	RingingSlots         api.Number      `json:"ringingSlots"`
	ConfiguredMaxSlots   api.Number      `json:"configuredMaxSlots"`
	BusySlots            api.Number      `json:"busySlots"`
	FreeSlots            api.Number      `json:"availableSlots"` // of agent_view alone
	OpenConversations    api.Number      `json:"openAssignedConversations"`
	IntenseConversations api.Number      `json:"intenseConversations"`
	Presence             api.Bool        `json:"agentPresence"`
	ConnectionState      api.Text        `json:"currentConnectionState"` // CONNECTED, DISCONNECTED

	LastUpdatedL       api.Time `json:"lastUpdatedTimeL"`
	LastUpdated        api.Time `json:"lastUpdatedTime"`
	StatusStartL       api.Time `json:"currentStatusStartTimeL"`
	StatusStart        api.Time `json:"currentStatusStartTime"`
	StatusReasonStartL api.Time `json:"currentStatusReasonStartTimeL"`
	StatusReasonStart  api.Time `json:"currentStatusReasonStartTime"`
}

// Skill of an agent.
type Skill struct {
	ID   api.Text `json:"skillId"`
	Name api.Text `json:"skillName"`
}

// UpdatedAt returns when the record was last updated; the zero time if unknown.
func (a *AgentStatus) UpdatedAt() time.Time { return first(a.LastUpdatedL, a.LastUpdated) }

// StatusSince returns when the status began; the zero time if unknown.
func (a *AgentStatus) StatusSince() time.Time { return first(a.StatusStartL, a.StatusStart) }

// ReasonSince returns when the reason of the status began; the zero time if
// there is none.
func (a *AgentStatus) ReasonSince() time.Time {
	return first(a.StatusReasonStartL, a.StatusReasonStart)
}

func first(times ...api.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t.Time
		}
	}
	return time.Time{}
}

// AgentStatus returns the agents that q asks for, from all pages. If one page
// fails, or the pages have fewer agents than LivePerson says there are, there is
// only the error. Where the number changes from page to page all of them are asked
// for once more; if it changes again the answer is partial.
func (c *Client) AgentStatus(ctx context.Context, q AgentStatusQuery) (AgentStatuses, error) {
	for again := false; ; again = true {
		pages := statusPages{distinct: distinct[AgentStatus]{key: func(a *AgentStatus) api.Text { return a.AgentID }}}
		if err := pages.read(ctx, c, q); err != nil {
			return AgentStatuses{}, err
		}
		if pages.changed && !again {
			continue
		}
		pages.Partial = pages.Partial || pages.changed
		return AgentStatuses{pages.list, pages.Extent}, nil
	}
}

// statusPages are the pages of one answer.
type statusPages struct {
	distinct[AgentStatus]
	records int  // of all pages, with those that were repeated
	total   int  // agents that there are; 0 until a page tells it
	changed bool // total was not the same on all pages
	follows bool // the newest page says that another one follows
}

// read reads the pages up to the last one. An offset may be read in two ways, and agents
// move from page to page while they are read: a page that only repeats what is known ends
// the answer.
func (s *statusPages) read(ctx context.Context, c *Client, q AgentStatusQuery) error {
	offset := 0
	for range maxPages {
		page, err := c.agentStatusPage(ctx, q, offset)
		if err != nil {
			return err
		}
		s.Partial = s.Partial || page.Metadata.Value.Shards.Value.Partial.Value
		s.Malformed = append(s.Malformed, page.malformed...)
		added, known := s.take(page.Records)
		announced, records, repeats := s.follows, page.Records.Received(), added == 0 && known > 0
		s.count(&page)
		offset += min(records, q.Limit) // a page that repeats records is longer
		switch empty := records == 0; {
		case s.total > 0 && s.received() >= s.total:
			return nil
		case empty && s.total > 0 && s.records >= s.total:
			s.changed = true // an agent moved to a page that had been read
			return nil
		case s.total > 0 && (empty || repeats):
			return api.Truncated.Errorf("agent_status: the answer has %d of %d agents", s.received(), s.total)
		case s.total == 0 && (empty || repeats) && (announced || s.follows):
			return api.Truncated.Errorf("agent_status: the page that is said to follow %d agents brings no other ones", s.received())
		case s.total == 0 && !s.follows && (repeats || records < page.limit(q.Limit)):
			return nil
		}
	}
	return api.Truncated.Errorf("agent_status: more than %d pages", maxPages)
}

// count takes what a page says of the number of agents. A count above the page's
// length can only be a total.
func (s *statusPages) count(p *agentStatusPage) {
	s.records += p.Records.Received()
	s.follows = p.Metadata.Value.Next.Value.Href != ""
	count := p.Metadata.Value.Count
	if !count.Valid || s.total == 0 && int(count.Value) <= p.Records.Received() {
		return
	}
	if s.total > 0 && int(count.Value) != s.total {
		s.changed = true
	}
	s.total = int(count.Value)
}

// agentStatusPage mirrors the envelope of one page.
type agentStatusPage struct {
	Metadata api.Object[statusMetadata] `json:"_metadata"` // or metadata
	Records  api.List[AgentStatus]      `json:"agentStatusRecords"`

	malformed []string
}

// statusMetadata is what a page says of itself.
type statusMetadata struct {
	// Count is a total or the length of the page: the document can't tell.
	Count  api.Number            `json:"count"`
	Self   api.Object[reference] `json:"self"`
	Next   api.Object[reference] `json:"next"` // isn't documented
	Shards api.Object[shards]    `json:"shardsStatusResult"`
}

// shards says whether all parts of the vendor's store have answered.
type shards struct {
	Partial api.Bool `json:"partialResult"`
}

// isAnswer reports whether a list with the count that a page tells is an answer at all:
// one without records must say that there are none.
func isAnswer[T any](list api.List[T], count api.Number) bool {
	return list.Items != nil || count.Valid && count.Value == 0
}

// limit returns the length of a full page: what was asked for, or less where the
// page's own address says that the vendor lowered it.
func (p *agentStatusPage) limit(asked int) int {
	u, err := url.Parse(string(p.Metadata.Value.Self.Value.Href))
	if err != nil {
		return asked
	}
	if own, err := strconv.Atoi(u.Query().Get("limit")); err == nil && own > 0 {
		return min(own, asked)
	}
	return asked
}

func (c *Client) agentStatusPage(ctx context.Context, q AgentStatusQuery, offset int) (agentStatusPage, error) {
	query := url.Values{"offset": {strconv.Itoa(offset)}, "limit": {strconv.Itoa(q.Limit)}}
	if q.Sort != "" {
		query.Set("sort", q.Sort)
	}
	var page agentStatusPage
	malformed, err := c.ask(ctx, request{
		endpoint: "agent_status",
		service:  History,
		method:   http.MethodPost,
		path:     "messaging_history/api/account/%s/agent-view/status",
		query:    query,
		body:     q.Filter,
	}, &page)
	page.malformed = malformed
	if err == nil && !isAnswer(page.Records, page.Metadata.Value.Count) {
		err = api.Schema.Errorf("agent_status: the answer has no agentStatusRecords")
	}
	return page, err
}
