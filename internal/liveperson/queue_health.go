package liveperson

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// QueueHealth is the newest state of the queues, by skill id.
type QueueHealth struct {
	Skills map[string]SkillHealth
	api.Extent
}

// SkillHealth mirrors a record of msgqueuehealth/current (Messaging Operations API,
// Current Queue Health). -1 means that there is no data; waits are milliseconds, of
// conversations that were opened within 24 hours and still wait.
type SkillHealth struct {
	Time          api.Time   `json:"time"` // as of when
	Unassigned    api.Number `json:"unassignedConversations"`
	Actionable    api.Number `json:"actionableConversations"`
	NotActionable api.Number `json:"notActionableConversations"`
	LongestWait   api.Number `json:"maxWaitTimeForAgentAssignment"`
}

// QueueHealth returns the state of the queues, for conversations that were opened
// within the day before now.
func (c *Client) QueueHealth(ctx context.Context, now time.Time) (QueueHealth, error) {
	var answer struct {
		Health api.Map[SkillHealth] `json:"skillsMetrics"`
		Totals api.Object[struct{}] `json:"metricsTotal"`
	}
	malformed, err := c.ask(ctx, request{
		endpoint: "queue_health",
		service:  Realtime,
		method:   http.MethodGet,
		path:     "operations/api/account/%s/msgqueuehealth/current/",
		query: url.Values{
			"v": {"2"}, "skillIds": {"all"}, "metrics": {"all"}, "overdueConversations": {"true"},
			"fromMillis": {milliseconds(now.Add(-24 * time.Hour))}, "toMillis": {milliseconds(now)},
		},
	}, &answer)
	if err == nil && answer.Health.Items == nil && !answer.Totals.Present {
		err = api.Schema.Errorf("queue_health: the answer has no skillsMetrics")
	}
	if err != nil {
		return QueueHealth{}, err
	}
	skills := answer.Health.Items
	all := len(skills)
	maps.DeleteFunc(skills, func(_ string, s SkillHealth) bool { return s == SkillHealth{} }) // nothing in it is known
	return QueueHealth{skills, api.Extent{Skipped: answer.Health.Skipped + all - len(skills), Malformed: malformed}}, nil
}
