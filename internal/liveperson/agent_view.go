package liveperson

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// AgentViewQuery says which agents and metrics of which time are asked for.
type AgentViewQuery struct {
	// From and To are whole minutes at most 24 hours apart, To is not included.
	From, To time.Time
	Names    MetricNames
	// Status are effective statuses; none leaves it to the vendor, who takes all but
	// OFFLINE: agents who were logged in within the time and are no longer.
	Status []string
}

// AgentViews are the agents of all pages, each of them once.
type AgentViews struct {
	Agents []AgentView // Partial where there are some that the vendor doesn't deliver
	// Pages is how many were asked for.
	Pages int
	api.Extent
}

// AgentView mirrors a record of agent_view (Key Messaging Metrics API, Agent View).
// Durations are milliseconds; the load is a ratio, not percent.
type AgentView struct {
	AgentID       api.Text   `json:"agentId"`
	GroupID       api.Text   `json:"agentGroupId"`       // -1 is the Main Group
	Status        api.Text   `json:"agentCurrentStatus"` // ONLINE, BACK_SOON, AWAY, OFFLINE
	StatusStart   api.Time   `json:"agentCurrentStatusStartTime"`
	ReasonID      api.Text   `json:"agentCurrentStatusReasonId"` // NA for none
	ReasonStart   api.Time   `json:"agentCurrentStatusReasonStartTime"`
	Assigned      api.Number `json:"assignedConversations"`
	Load          api.Number `json:"agentLoad"`
	MaxSlots      api.Number `json:"maxSlots"`
	Available     api.Number `json:"availableSlots"`
	PendingAnswer api.Number `json:"pendingAgentResponse"`

	Transfers        api.Number               `json:"transfers"`
	BackToQueue      api.Number               `json:"backToQueue"`
	ClosedByAgent    api.Number               `json:"closedByAgent"`
	ClosedByConsumer api.Number               `json:"closedByConsumer"`
	AutoClosed       api.Number               `json:"autoClosed"`
	Durations        api.List[StatusDuration] `json:"agentStatusWithReasonDurationList"`

	Metadata api.Object[AgentMetadata] `json:"agentMetadata"`
}

// StatusDuration is how long an agent was in a status for a reason.
type StatusDuration struct {
	Status   api.Text   `json:"agentStatus"`
	ReasonID api.Text   `json:"agentStatusReasonId"` // NA for none
	Duration api.Number `json:"agentStatusDuration"`
}

// AgentMetadata says who an agent is.
type AgentMetadata struct {
	Name      api.Text        `json:"agentName"`
	Nickname  api.Text        `json:"agentNickname"`
	LoginName api.Text        `json:"agentLoginName"`
	GroupName api.Text        `json:"agentGroupName"`
	MaxSlots  api.Number      `json:"configuredMaxSlots"`
	Skills    api.List[Skill] `json:"agentSkills"`
}

// AgentStatus returns what the record has in common with agent-view/status.
func (a *AgentView) AgentStatus() AgentStatus {
	m := a.Metadata.Value
	s := AgentStatus{
		AgentID: a.AgentID, AgentGroupID: a.GroupID,
		AgentName: api.Text(Name(m.Name)), AgentNickname: api.Text(Name(m.Nickname)), AgentLoginName: api.Text(Name(m.LoginName)), AgentGroupName: api.Text(Name(m.GroupName)),
		CurrentStatus: a.Status, CurrentStatusReason: a.ReasonID, StatusStartL: a.StatusStart, StatusReasonStartL: a.ReasonStart,
		OpenConversations: a.Assigned, ConfiguredMaxSlots: a.MaxSlots, FreeSlots: a.Available, Load: a.Load,
	}
	s.AgentSkills.Items = slices.Clone(m.Skills.Items)
	for i := range s.AgentSkills.Items {
		s.AgentSkills.Items[i].Name = api.Text(Name(s.AgentSkills.Items[i].Name))
	}
	if !s.ConfiguredMaxSlots.Valid {
		s.ConfiguredMaxSlots = m.MaxSlots
	}
	if s.Load.Valid {
		s.Load.Value *= 100
	}
	return s
}

// AgentView returns the agents that q asks for. LivePerson delivers 1000 of them at
// most: where there are more they are asked for by agent group, and those of a group
// with more than that by skill. Names that the account doesn't know are left out of
// the request. If one page fails there is only the error.
func (c *Client) AgentView(ctx context.Context, q AgentViewQuery, known *KnownNames) (AgentViews, error) {
	var all AgentViews
	err := known.try(q.Names, func(names MetricNames) error {
		asked := q
		asked.Names = names
		v := agentViews{client: c, query: asked, all: distinct[AgentView]{key: func(a *AgentView) api.Text { return a.AgentID }}}
		full, err := v.read(ctx, nil, nil)
		if err == nil && full {
			err = v.byGroup(ctx)
		}
		all = AgentViews{v.all.list, v.pages, v.all.Extent}
		all.Partial = all.Partial || v.total > v.all.received()
		return err
	})
	if err != nil {
		return AgentViews{}, err
	}
	return all, nil
}

// agentViews collects the answers for parts of the agents.
type agentViews struct {
	client *Client
	query  AgentViewQuery
	all    distinct[AgentView]
	pages  int
	total  int // agents that there are, by what the vendor says
}

// byGroup asks for the agents group by group: those of the metrics and those of the
// agents that are known.
func (v *agentViews) byGroup(ctx context.Context) error {
	groups, err := v.keys(ctx, ByGroup, func(a *AgentView) []api.Text { return []api.Text{a.GroupID} })
	if err != nil {
		return err
	}
	var skills []string
	for _, g := range groups {
		full, err := v.read(ctx, []string{g}, nil)
		if err != nil {
			return err
		}
		if !full {
			continue
		}
		if skills == nil {
			if skills, err = v.keys(ctx, BySkill, (*AgentView).skills); err != nil {
				return err
			}
		}
		for _, s := range skills {
			if full, err = v.read(ctx, []string{g}, []string{s}); err != nil {
				return err
			}
			v.all.Partial = v.all.Partial || full
		}
	}
	return nil
}

func (a *AgentView) skills() (ids []api.Text) {
	for _, s := range a.Metadata.Value.Skills.Items {
		ids = append(ids, s.ID)
	}
	return ids
}

// keys returns the ids of all groups or skills, in order.
func (v *agentViews) keys(ctx context.Context, by string, of func(*AgentView) []api.Text) ([]string, error) {
	q := QueueMetricsQuery{By: by, From: v.query.From, To: v.query.To, Names: MetricNames{Current: []string{"online_agents"}}}
	answer, err := v.client.QueueMetrics(ctx, q, &KnownNames{})
	if err != nil {
		return nil, err
	}
	v.pages += answer.Pages
	var keys []string
	for i := range answer.Groups {
		keys = append(keys, string(answer.Groups[i].Key))
	}
	for i := range v.all.list {
		for _, id := range of(&v.all.list[i]) {
			keys = append(keys, string(id))
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	return slices.DeleteFunc(keys, func(k string) bool { return k == "" }), nil
}

// agentViewPage mirrors the envelope of one page.
type agentViewPage struct {
	Metadata api.Object[kmmMetadata] `json:"metadata"`
	Records  api.List[AgentView]     `json:"agentViewRecords"`
}

// read reads the pages of the agents of groups and skills; none means all. It
// reports whether there may be more than the vendor delivers.
func (v *agentViews) read(ctx context.Context, groups, skills []string) (full bool, err error) {
	yes := true
	body := kmmBody{
		Filters: kmmFilters{
			Time: between(v.query.From, v.query.To), UserTypes: []string{"HUMAN"},
			AgentGroupIDs: groups, AgentSkillIDs: skills, AgentStatus: v.query.Status,
		},
		ByTime: v.query.Names.ByTime, Current: v.query.Names.Current, Metadata: &yes,
	}
	p := pages{tally: tally{endpoint: "agent_view"}, limit: kmmRows, bound: kmmRows}
	err = readPages(&p, &v.all, nil, func(query url.Values) (page[AgentView], []string, error) {
		query.Set("sort", "agentId:asc")
		var answer agentViewPage
		malformed, err := v.client.kmm(ctx, "agent_view", "agent_view", query, body, &answer)
		if err == nil && !isAnswer(answer.Records, answer.Metadata.Value.Count) {
			err = api.Schema.Errorf("agent_view: the answer has no agentViewRecords")
		}
		return pageOf(answer.Records, answer.Metadata.Value), malformed, err
	})
	v.pages += p.number
	if groups == nil {
		v.total = p.total
	}
	return p.offset >= kmmRows, err
}
