package liveperson

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// segmentPage is the length of a page, the vendor's most.
const segmentPage = 500

// AgentSegments are the segments of all pages, each of them once.
type AgentSegments struct {
	Segments []AgentSegment
	api.Extent
}

// AgentSegment mirrors a record of agent-segments (Actual Handle Time API): the time
// for which an agent had a conversation.
type AgentSegment struct {
	ID        api.Text   `json:"segmentId"` // account:agent:conversation:suffix
	StartL    api.Time   `json:"startTimeL"`
	StartText api.Time   `json:"startTime"`
	EndL      api.Time   `json:"endTimeL"`
	EndText   api.Time   `json:"endTime"`
	AgentID   api.Text   `json:"agentId"`
	SkillID   api.Text   `json:"skillId"`
	GroupID   api.Text   `json:"groupId"`
	EndReason api.Text   `json:"endReason"`
	Handle    api.Number `json:"totalHandleTimeMillis"`
}

// Start returns when the segment began; the zero time if unknown.
func (s *AgentSegment) Start() time.Time { return first(s.StartL, s.StartText) }

// End returns when the segment ended; the zero time if unknown.
func (s *AgentSegment) End() time.Time { return first(s.EndL, s.EndText) }

// key is the id of a segment that has ended.
func (s *AgentSegment) key() api.Text {
	if s.End().IsZero() {
		return ""
	}
	return s.ID
}

type segmentsPage struct {
	Segments   api.List[AgentSegment] `json:"segments"`
	Segment    api.List[AgentSegment] `json:"segment"` // as the document's table says
	Pagination api.Object[struct {
		Count      api.Number          `json:"count"`
		References api.List[reference] `json:"references"`
	}] `json:"pagination"`
}

// AgentSegments returns the segments that ended between two times, at most a week
// apart. If one page fails there is only the error.
func (c *Client) AgentSegments(ctx context.Context, from, to time.Time) (AgentSegments, error) {
	all := distinct[AgentSegment]{key: (*AgentSegment).key}
	p := pages{tally: tally{endpoint: "agent_segments"}, limit: segmentPage}
	err := readPages(&p, &all, nil, func(query url.Values) (page[AgentSegment], []string, error) {
		query.Set("source", c.source)
		query.Set("fromMillis", milliseconds(from))
		query.Set("toMillis", milliseconds(to))
		var answer segmentsPage
		malformed, err := c.ask(ctx, request{
			endpoint: "agent_segments", service: Activity, method: http.MethodGet, path: "api/account/%s/agent-segments", query: query,
		}, &answer)
		list, paging := answer.Segments, answer.Pagination.Value
		if list.Items == nil {
			list = answer.Segment
		}
		if err == nil && list.Items == nil {
			err = api.Schema.Errorf("agent_segments: the answer has no list of segments")
		}
		counted := paging.Count.Valid // the count is that of all
		return page[AgentSegment]{list, paging.Count, !counted && linked(paging.References), counted}, malformed, err
	})
	if err != nil {
		return AgentSegments{}, err
	}
	return AgentSegments{all.list, all.Extent}, nil
}
