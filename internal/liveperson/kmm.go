package liveperson

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
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
// current values are asked for.
type kmmFilters struct {
	Time          kmmTime  `json:"time"`
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
func between(from, to time.Time) kmmTime {
	return kmmTime{From: from.UnixMilli(), To: to.UnixMilli() - 1}
}

// kmmMetadata is what a page says of itself. Of the links only their presence is
// used: their hosts are internal ones.
type kmmMetadata struct {
	// Count is a total or the length of the page: the document can't tell.
	Count api.Number            `json:"count"`
	Self  api.Object[reference] `json:"self"`
	Next  api.Object[reference] `json:"next"`
}

func (m kmmMetadata) follows() bool { return m.Next.Value.Href != "" }

// kmmPages reads the pages of an answer one after another.
type kmmPages struct {
	tally
	pages int
	// full is true at the vendor's bound, cut where there is more than it delivers.
	full, cut bool
}

// size returns how many records to ask for, at most limit; 0 at the vendor's bound.
func (p *kmmPages) size(limit int) int { return min(limit, kmmRows-p.offset) }

// query returns the parameters of the next page.
func (p *kmmPages) query(limit int, sort string) url.Values {
	return url.Values{"offset": {strconv.Itoa(p.offset)}, "limit": {strconv.Itoa(p.size(limit))}, "sort": {sort}}
}

// next takes a page with a number of records, of which some are fresh, and reports
// whether to ask for another one.
func (p *kmmPages) next(m kmmMetadata, limit, received int, fresh bool) (bool, error) {
	asked := p.size(limit)
	p.pages++
	err := p.add(m.Count, received, asked, m.follows())
	linked := m.Self.Value.Href != "" || m.follows()
	switch {
	case err != nil || received == 0:
		return false, err
	case !p.more() && (linked || received < asked):
		return false, nil
	case p.offset >= kmmRows:
		p.full = true
		p.cut = p.cut || m.follows() || p.total > kmmRows
		return false, nil
	case !fresh && p.more():
		return false, p.half()
	}
	return fresh, nil
}

// kmm sends a request of the Key Messaging Metrics.
func (c *Client) kmm(ctx context.Context, endpoint, method string, query url.Values, body any, v any) ([]string, error) {
	return c.ask(ctx, request{
		endpoint: endpoint,
		service:  Workspace,
		method:   http.MethodPost,
		path:     "manager_workspace/api/account/%s/" + method,
		query:    query,
		body:     body,
		problem:  namesIn(body),
	}, v)
}
