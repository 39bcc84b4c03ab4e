package liveperson

import (
	"context"
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
func (g *QueueGroup) Name() string { return named(g.Description) }

func named(text api.Text) string {
	if text == "NA" {
		return ""
	}
	return string(text)
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
	return all, err
}

func (c *Client) queueMetrics(ctx context.Context, q QueueMetricsQuery, names MetricNames) (QueueMetrics, error) {
	r := queueReader{client: c, seen: map[api.Text]bool{}, body: kmmBody{
		Filters: kmmFilters{Time: between(q.From, q.To), UserTypes: []string{"HUMAN"}},
		ByTime:  names.ByTime, Current: names.Current, GroupBy: q.By,
	}}
	up, complete, err := r.read(ctx, "key:asc")
	if err != nil {
		return QueueMetrics{}, err
	}
	if complete || !up.full {
		return r.all, nil
	}
	first := len(r.seen)
	if _, complete, err = r.read(ctx, "key:desc"); err != nil {
		return QueueMetrics{}, err
	}
	r.all.Partial = !complete || up.cut && len(r.seen) == first // the order may be ignored
	return r.all, nil
}

// queueReader collects the groups of an answer. LivePerson delivers 1000 of them in
// either order: where there are more, those at the end come from the other one.
type queueReader struct {
	client *Client
	body   kmmBody
	all    QueueMetrics
	seen   map[api.Text]bool
}

// read reads the pages in an order, and with keys that are known up to the first of
// them. It reports whether all groups are known then.
func (r *queueReader) read(ctx context.Context, order string) (pages kmmPages, complete bool, err error) {
	pages = kmmPages{tally: tally{endpoint: "queues"}}
	before := len(r.seen)
	for more := true; more; {
		var page queueMetricsPage
		malformed, err := r.client.kmm(ctx, "queues", "metrics", pages.query(kmmGroupPage, order), r.body, &page)
		groups := page.GroupBy.Value.Groups
		if err == nil && !isAnswer(groups, page.Metadata.Value.Count) {
			err = api.Schema.Errorf("queues: the answer has no groups")
		}
		if err != nil {
			return pages, false, err
		}
		r.all.Malformed = append(r.all.Malformed, malformed...)
		fresh, known := take(&r.all.Extent, &r.all.Groups, r.seen, groups, func(g *QueueGroup) api.Text { return g.Key })
		complete = before > 0 && known > 0
		if more, err = pages.next(page.Metadata.Value, kmmGroupPage, groups.Received(), fresh > 0 || known == 0); err != nil && !complete {
			return pages, false, err
		}
		complete = complete || pages.total > 0 && len(r.seen)+r.all.Skipped >= pages.total
		more = more && !(before > 0 && complete)
		r.all.Pages++
	}
	return pages, complete, nil
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
	body := map[string]any{"filters": map[string]any{"userTypes": []string{"HUMAN"}}}
	malformed, err := c.kmm(ctx, "queues", "skill/availability", nil, body, &answer)
	if err == nil && !isAnswer(answer.Skills, answer.Metadata.Value.Count) {
		err = api.Schema.Errorf("queues: the answer has no skillAvailabilities")
	}
	pages := tally{endpoint: "queues"}
	if pages.note(answer.Metadata.Value.Count, answer.Skills.Received(), kmmRows, false); err == nil && pages.lacks() {
		err = pages.half()
	}
	if err != nil {
		return SkillAvailabilities{}, err
	}
	all := SkillAvailabilities{Extent: api.Extent{Malformed: malformed}}
	take(&all.Extent, &all.Skills, map[api.Text]bool{}, answer.Skills, func(s *SkillAvailability) api.Text { return s.SkillID })
	return all, nil
}
