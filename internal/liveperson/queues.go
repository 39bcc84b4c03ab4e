package liveperson

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// What metrics can be grouped by.
const (
	BySkill = "skillId"
	ByGroup = "agentGroupId"
)

// QueueMetricsQuery says which metrics of which time are asked for.
type QueueMetricsQuery struct {
	// By is BySkill or ByGroup.
	By string
	// From and To are whole minutes at most 24 hours apart, To is not included.
	From, To time.Time
	Names    MetricNames
}

// QueueMetrics are the groups of all pages, each of them once.
type QueueMetrics struct {
	Groups []QueueGroup // Partial where there are more than the vendor delivers
	// Pages is how many were asked for.
	Pages int
	api.Extent
}

// QueueGroup mirrors a group of metrics (Key Messaging Metrics API, Metrics): a
// skill or an agent group.
type QueueGroup struct {
	Key         api.Text                 `json:"key"`
	Description api.Text                 `json:"keyDescription"` // NA for no name
	Metrics     api.Object[QueueNumbers] `json:"metrics"`
}

// Name returns the group's name; "" if it has none.
func (g *QueueGroup) Name() string { return Name(g.Description) }

// Name returns a name; "" for what LivePerson writes where there is none.
func Name[T ~string](text T) string {
	if name := strings.TrimSpace(string(text)); name != "NA" {
		return name
	}
	return ""
}

// QueueNumbers mirrors the metrics of a group. What was not asked for is absent.
// Times are milliseconds, loads are ratios that can exceed 1.
type QueueNumbers struct {
	Unassigned      api.Number `json:"unassignedConversations"`
	Assigned        api.Number `json:"assignedConversations"`
	Active          api.Number `json:"activeConversations"`
	Open            api.Number `json:"openConversations"`
	AgentLoad       api.Number `json:"agentLoad"`
	HumanLoad       api.Number `json:"humanAgentLoad"`
	OnlineLoad      api.Number `json:"humanOnlineLoad"`
	AwayLoad        api.Number `json:"humanAwayLoad"`
	AvailableSlots  api.Number `json:"availableSlots"`
	OverdueInQueue  api.Number `json:"overdueConversationsInQueue"`
	OverdueAssigned api.Number `json:"overdueConversationsAssigned"`
	QueueWaitMedian api.Number `json:"queueWaitTime50thPercentile"`
	QueueWaitP90    api.Number `json:"queueWaitTime90thPercentile"`

	Closed            api.Number `json:"closedConversations"`
	ClosedByAgent     api.Number `json:"closedByAgent"`
	ClosedByConsumer  api.Number `json:"closedByConsumer"`
	AutoClosed        api.Number `json:"autoClosed"`
	Concluded         api.Number `json:"concludedConversations"` // closed or transferred
	Responses         api.Number `json:"totalNumOfAgentResponses"`
	ResponsesOutside  api.Number `json:"agentResponsesOutsideSl"`
	FirstResponseWait api.Number `json:"totalWaitTimeFirstResponse"`
	FirstWaitAverage  api.Number `json:"avgWaitTimeFirstResponse"` // the same by first responses
	WaitAverage       api.Number `json:"avgWaitTime"`
	ResponseAverage   api.Number `json:"avgTimeToResponse"`
	DurationAverage   api.Number `json:"avgConversationsDuration"`
	CSAT              api.Number `json:"csat"`
}

// queueMetricsPage mirrors the envelope of one page.
type queueMetricsPage struct {
	Metadata api.Object[kmmMetadata] `json:"metadata"`
	GroupBy  api.Object[struct {
		Groups api.List[QueueGroup] `json:"groups"`
	}] `json:"groupBy"`
}

// QueueMetrics returns the metrics that q asks for, from all pages. Names that the
// account doesn't know are left out of the request. If one page fails there is only
// the error.
func (c *Client) QueueMetrics(ctx context.Context, q QueueMetricsQuery, known *KnownNames) (QueueMetrics, error) {
	var all QueueMetrics
	err := known.try(q.Names, func(names MetricNames) error {
		var err error
		all, err = c.queueMetrics(ctx, q, names)
		return err
	})
	if err != nil {
		return QueueMetrics{}, err
	}
	return all, nil
}

// queueMetrics asks for the groups. LivePerson delivers 1000 of them in either order: where
// there are more, those at the end come from the other one, up to the first that is known.
func (c *Client) queueMetrics(ctx context.Context, q QueueMetricsQuery, names MetricNames) (QueueMetrics, error) {
	body := kmmBody{
		Filters: kmmFilters{Time: between(q.From, q.To), UserTypes: []string{"HUMAN"}},
		ByTime:  names.ByTime, Current: names.Current, GroupBy: q.By,
	}
	all := distinct[QueueGroup]{key: func(g *QueueGroup) api.Text { return g.Key }}
	read := func(order string, stop func(known int) bool) (pages, error) {
		p := pages{tally: tally{endpoint: "queues"}, limit: kmmGroupPage, bound: kmmRows}
		return p, readPages(&p, &all, stop, func(query url.Values) (page[QueueGroup], []string, error) {
			query.Set("sort", order)
			var answer queueMetricsPage
			malformed, err := c.kmm(ctx, "queues", "metrics", query, body, &answer)
			groups := answer.GroupBy.Value.Groups
			if err == nil && !isAnswer(groups, answer.Metadata.Value.Count) {
				err = api.Schema.Errorf("queues: the answer has no groups")
			}
			return pageOf(groups, answer.Metadata.Value), malformed, err
		})
	}
	up, err := read("key:asc", nil)
	first := len(all.seen)
	whole := func(known int) bool { return known > 0 || up.total > 0 && all.received() >= up.total }
	if err != nil || !up.full || whole(0) {
		return QueueMetrics{all.list, up.number, all.Extent}, err
	}
	met := false
	down, err := read("key:desc", func(known int) bool {
		met = whole(known)
		return met
	})
	all.Partial = !met || up.cut && len(all.seen) == first // the order may be ignored
	return QueueMetrics{all.list, up.number + down.number, all.Extent}, err
}

// SkillAvailability mirrors a record of skill/availability (Agent manager workspace
// API, Skill Availabilities): the agents with a skill, by status. A key that is
// missing is 0.
type SkillAvailability struct {
	SkillID  api.Text   `json:"skillId"`
	Online   api.Number `json:"onlineAgents"`
	BackSoon api.Number `json:"backSoonAgents"`
	Away     api.Number `json:"awayAgents"`
}

// SkillAvailabilities are the skills that have agents in one of the three statuses,
// at most 1000.
type SkillAvailabilities struct {
	Skills []SkillAvailability
	api.Extent
}

// SkillAvailability returns the agents by skill and status.
func (c *Client) SkillAvailability(ctx context.Context) (SkillAvailabilities, error) {
	var answer struct {
		Metadata api.Object[kmmMetadata]     `json:"metadata"`
		Skills   api.List[SkillAvailability] `json:"skillAvailabilities"`
	}
	malformed, err := c.kmm(ctx, "queues", "skill/availability", nil, kmmBody{Filters: kmmFilters{UserTypes: []string{"HUMAN"}}}, &answer)
	if err == nil && !isAnswer(answer.Skills, answer.Metadata.Value.Count) {
		err = api.Schema.Errorf("queues: the answer has no skillAvailabilities")
	}
	pages := tally{endpoint: "queues"}
	if pages.note(answer.Metadata.Value.Count, answer.Skills.Received(), kmmRows, false); err == nil && pages.lacks() {
		err = pages.truncated()
	}
	if err != nil {
		return SkillAvailabilities{}, err
	}
	all := distinct[SkillAvailability]{key: func(s *SkillAvailability) api.Text { return s.SkillID }, Extent: api.Extent{Malformed: malformed}}
	all.take(answer.Skills)
	return SkillAvailabilities{all.list, all.Extent}, nil
}
