package liveperson

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Workspace is the service of the Key Messaging Metrics.
const Workspace = "agentManagerWorkspace"

// What the Key Messaging Metrics bound: offset and limit together, and the records
// of a page that is grouped.
const (
	kmmRows      = 1000
	kmmGroupPage = 50
)

// kmmBody mirrors the body of the requests of the Key Messaging Metrics.
type kmmBody struct {
	Filters  kmmFilters `json:"filters"`
	ByTime   []string   `json:"metricsToRetrieveByTime,omitempty"`
	Current  []string   `json:"metricsToRetrieveCurrentValue,omitempty"`
	GroupBy  string     `json:"groupBy,omitempty"`
	Metadata *bool      `json:"includeAgentMetadata,omitempty"`
}

// kmmFilters restrict what is answered for. The time is required even where only
// current values of metrics are asked for.
type kmmFilters struct {
	Time          *kmmTime `json:"time,omitempty"`
	AgentGroupIDs []string `json:"agentGroupIds,omitempty"`
	AgentSkillIDs []string `json:"agentSkillIds,omitempty"`
	UserTypes     []string `json:"userTypes,omitempty"`
	AgentStatus   []string `json:"effectiveAgentStatus,omitempty"`
}

// kmmTime is rounded outwards to the minute by the vendor, who includes both ends.
type kmmTime struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// between returns the time from one moment to another, the latter not included: the
// vendor rounds it up.
func between(from, to time.Time) *kmmTime {
	return &kmmTime{From: from.UnixMilli(), To: to.UnixMilli() - 1}
}

// kmmMetadata is what a page says of itself. Of the links only their presence is
// used: their hosts are internal ones.
type kmmMetadata struct {
	// Count is a total or the length of the page: the document can't tell.
	Count api.Number            `json:"count"`
	Self  api.Object[reference] `json:"self"`
	Next  api.Object[reference] `json:"next"`
}

// pageOf returns a page of the Key Messaging Metrics.
func pageOf[T any](records api.List[T], m kmmMetadata) page[T] {
	follows := m.Next.Value.Href != ""
	return page[T]{records, m.Count, follows, follows || m.Self.Value.Href != ""}
}

// kmm sends a request of the Key Messaging Metrics.
func (c *Client) kmm(ctx context.Context, endpoint, method string, query url.Values, body kmmBody, v any) ([]string, error) {
	return c.ask(ctx, request{
		endpoint: endpoint,
		service:  Workspace,
		method:   http.MethodPost,
		path:     "manager_workspace/api/account/%s/" + method,
		query:    query,
		body:     body,
		problem:  body.problem,
	}, v)
}
