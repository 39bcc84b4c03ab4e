package liveperson

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
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

// Start and End return when the segment began and ended; the zero time if unknown.
func (s *AgentSegment) Start() time.Time { return first(s.StartL, s.StartText) }

// End returns when the segment ended.
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
	var all AgentSegments
	seen := map[api.Text]bool{}
	pages := tally{endpoint: "agent_segments"}
	for range maxPages {
		var page segmentsPage
		malformed, err := c.ask(ctx, request{
			endpoint: "agent_segments", service: Activity, method: http.MethodGet, path: "api/account/%s/agent-segments",
			query: url.Values{
				"source": {c.source}, "fromMillis": {milliseconds(from)}, "toMillis": {milliseconds(to)},
				"limit": {strconv.Itoa(segmentPage)}, "offset": {strconv.Itoa(pages.offset)},
			},
		}, &page)
		if page.Segments.Items == nil {
			page.Segments = page.Segment
		}
		if err == nil && page.Segments.Items == nil {
			err = api.Schema.Errorf("agent_segments: the answer has no list of segments")
		}
		if err != nil {
			return AgentSegments{}, err
		}
		all.Malformed = append(all.Malformed, malformed...)
		received := page.Segments.Received()
		fresh, known := take(&all.Extent, &all.Segments, seen, page.Segments, (*AgentSegment).key)
		paging := page.Pagination.Value
		follows := !paging.Count.Valid && linked(paging.References) // the count is that of all
		if err := pages.add(paging.Count, received, segmentPage, follows); err != nil {
			return AgentSegments{}, err
		}
		if received == 0 || !pages.more() && (paging.Count.Valid || received < segmentPage) {
			return all, nil
		}
		if fresh == 0 && known > 0 {
			return AgentSegments{}, api.Truncated.Errorf("agent_segments: the page before offset %d repeats earlier ones", pages.offset)
		}
	}
	return AgentSegments{}, api.Truncated.Errorf("agent_segments: more than %d pages", maxPages)
}
