package liveperson

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// QueueHealth is the newest state of the queues, by skill id.
type QueueHealth struct {
	Skills map[string]SkillHealth
	Unusable
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

// healthBySkill reads the skills one by one: one that is no object costs only itself.
type healthBySkill struct {
	skills  map[string]SkillHealth
	skipped int
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. A list and null are no skills.
func (h *healthBySkill) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	*h = healthBySkill{}
	if in.PeekKind() != '{' {
		return in.SkipValue()
	}
	if _, err := in.ReadToken(); err != nil {
		return err
	}
	h.skills = map[string]SkillHealth{}
	for in.PeekKind() == '"' {
		token, err := in.ReadToken()
		if err != nil {
			return err
		}
		if err := h.next(in, token.String()); err != nil {
			return err
		}
	}
	_, err := in.ReadToken()
	return err
}

func (h *healthBySkill) next(in *jsontext.Decoder, id string) error {
	if in.PeekKind() != '{' || id == "" {
		h.skipped++
		return in.SkipValue()
	}
	var s SkillHealth
	if err := json.UnmarshalDecode(in, &s); err != nil {
		return err
	}
	if s == (SkillHealth{}) {
		h.skipped++ // nothing in it is known
		return nil
	}
	h.skills[id] = s
	return nil
}

// QueueHealth returns the state of the queues, for conversations that were opened
// within the day before now.
func (c *Client) QueueHealth(ctx context.Context, now time.Time) (QueueHealth, error) {
	var answer struct {
		Health healthBySkill        `json:"skillsMetrics"`
		Totals api.Object[struct{}] `json:"metricsTotal"`
	}
	malformed, err := c.ask(ctx, request{
		endpoint: "queue_health",
		service:  Realtime,
		method:   http.MethodGet,
		path:     "operations/api/account/%s/msgqueuehealth/current/",
		query: url.Values{
			"v": {"2"}, "skillIds": {"all"}, "metrics": {"all"}, "overdueConversations": {"true"},
			"fromMillis": {strconv.FormatInt(now.Add(-24*time.Hour).UnixMilli(), 10)}, "toMillis": {strconv.FormatInt(now.UnixMilli(), 10)},
		},
	}, &answer)
	if err == nil && answer.Health.skills == nil && !answer.Totals.Present {
		err = api.Schema.Errorf("queue_health: the answer has no skillsMetrics")
	}
	if err != nil {
		return QueueHealth{}, err
	}
	return QueueHealth{answer.Health.skills, Unusable{answer.Health.skipped, malformed}}, nil
}
