package liveperson

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// pagedSource is a source whose answers come in pages, and what its pages look like.
type pagedSource struct {
	read func(context.Context, *Client) (records int, err error)
	// page has records from first on, what it says of their number and the link to the
	// next page; count < 0 is none.
	page func(first, records, count int, next bool) string
	// gaps is true where an empty page may have others behind it.
	gaps bool
	// total is true where the count is documented as that of all pages.
	total bool
}

// listed returns records of a page, joined.
func listed(first, records int, format string) string {
	var list []string
	for i := first; i < first+records; i++ {
		list = append(list, fmt.Sprintf(format, i))
	}
	return strings.Join(list, ",")
}

// said returns the members of metadata.
func said(count int, next bool, link string) string {
	var members []string
	if count >= 0 {
		members = append(members, fmt.Sprintf(`"count":%d`, count))
	}
	if next {
		members = append(members, link)
	}
	return strings.Join(members, ",")
}

const (
	references = `"references":[{"rel":"next","href":"http://h/"}]`
	nextObject = `"next":{"rel":"next","href":"http://h/"}`
)

var pagedSources = map[string]pagedSource{
	"status_changes": {
		read: func(ctx context.Context, c *Client) (int, error) {
			got, err := c.StatusChanges(ctx, query(2, 10))
			return len(got.Changes), err
		},
		page: func(first, records, count int, next bool) string {
			return `{"metadata":{` + said(count, next, references) + `},"stateChanges":[` + listed(first, records, `{"agentId":%d,"time":"2030-01-01T08:00:00Z","statusType":3}`) + `]}`
		},
	},
	"status_changes of version 1": {
		read: func(ctx context.Context, c *Client) (int, error) {
			got, err := c.StatusChanges(ctx, query(1, 10))
			return len(got.Changes), err
		},
		page: func(first, records, count int, next bool) string {
			return `{"_metadata":{` + said(count, next, references) + `},"agentsInfo":[` + listed(first, records, `{"agentId":%d,"statusChangeHistory":[{"time":"2030-01-01T08:00:00Z","statusType":3}]}`) + `]}`
		},
	},
	"agent_status": {
		read: func(ctx context.Context, c *Client) (int, error) {
			got, err := c.AgentStatus(ctx, AgentStatusQuery{Limit: 10})
			return len(got.Agents), err
		},
		page: func(first, records, count int, next bool) string {
			return `{"_metadata":{` + said(count, next, nextObject) + `},"agentStatusRecords":[` + listed(first, records, `{"agentId":%d}`) + `]}`
		},
	},
	"queues": {
		read: func(ctx context.Context, c *Client) (int, error) {
			got, err := c.QueueMetrics(ctx, skillsQuery(MetricNames{}), &KnownNames{})
			return len(got.Groups), err
		},
		page: func(first, records, count int, next bool) string {
			return `{"metadata":{` + said(count, next, nextObject) + `},"groupBy":{"groups":[` + listed(first, records, `{"key":"%d","metrics":{}}`) + `]}}`
		},
	},
	"agent_view": {
		read: func(ctx context.Context, c *Client) (int, error) {
			got, err := c.AgentView(ctx, AgentViewQuery{From: changesFrom, To: changesTo}, &KnownNames{})
			return len(got.Agents), err
		},
		page: func(first, records, count int, next bool) string {
			return `{"metadata":{` + said(count, next, nextObject) + `},"agentViewRecords":[` + listed(first, records, `{"agentId":"%d"}`) + `]}`
		},
	},
	"agent_segments": {
		read: func(ctx context.Context, c *Client) (int, error) {
			got, err := c.AgentSegments(ctx, changesFrom, changesTo)
			return len(got.Segments), err
		},
		page: func(first, records, count int, next bool) string {
			return `{"pagination":{` + said(count, next, references) + `},"segments":[` + listed(first, records, `{"segmentId":"s%d","endTimeL":1893484800000}`) + `]}`
		},
		total: true,
	},
	"interval_metrics": {
		read: func(ctx context.Context, c *Client) (int, error) {
			got, err := c.IntervalMetrics(ctx, IntervalMetricsQuery{From: changesFrom, To: changesTo})
			return len(got.Rows), err
		},
		page: func(first, records, count int, next bool) string {
			paging := fmt.Sprintf(`"paging":{"nextPageKey":"k%d"}`, first+records)
			return `{"metadata":{` + said(count, next, paging) + `},"intervals":[` + listed(first, records, `{"skillId":%d}`) + `]}`
		},
		gaps: true,
	},
}

// The pages of every source end only where they say so.
func TestPagesThatEndBeforeTheAnswerDoes(t *testing.T) {
	type page struct {
		first, records, count int
		next                  bool
	}
	const half = -1
	for name, test := range map[string]struct {
		pages []page // in turn
		want  int    // records, or half
		gaps  int    // where an empty page may have others behind it
	}{
		"all on one page":                              {[]page{{0, 5, 5, false}}, 5, 5},
		"all on two, with links":                       {[]page{{0, 10, -1, true}, {10, 5, -1, false}}, 15, 15},
		"all on two, with counts of their own":         {[]page{{0, 10, 10, true}, {10, 5, 5, false}}, 15, 15},
		"all on two, with the count of all":            {[]page{{0, 10, 15, true}, {10, 5, 15, false}}, 15, 15},
		"a link behind all that the count says":        {[]page{{0, 10, 15, true}, {10, 5, 15, true}, {15, 0, 15, false}}, 15, 15},
		"a count that grows":                           {[]page{{0, 10, 15, true}, {10, 6, 16, false}}, 16, 16},
		"none":                                         {[]page{{0, 0, 0, false}}, 0, 0},
		"fewer than the count":                         {[]page{{0, 3, 5, false}, {3, 0, 5, false}}, half, half},
		"the first page is empty, with a count":        {[]page{{0, 0, 5, false}}, half, half},
		"a link to an empty page":                      {[]page{{0, 10, -1, true}, {10, 0, -1, false}}, half, 10},
		"a link to an empty page, counts of their own": {[]page{{0, 10, 10, true}, {10, 0, 0, false}}, half, 10},
		"a link to an empty page, the count of all":    {[]page{{0, 10, 15, true}, {10, 0, 15, false}}, half, half},
		"a link to an empty page that counts none":     {[]page{{0, 10, 15, true}, {10, 0, 0, false}}, half, half},
	} {
		for source, s := range pagedSources {
			if s.total && strings.Contains(name, "of their own") {
				continue
			}
			t.Run(source+": "+name, func(t *testing.T) {
				asked := 0
				f := &fake{api: func(w http.ResponseWriter, _ *http.Request) {
					p := test.pages[asked%len(test.pages)]
					asked++
					io.WriteString(w, s.page(p.first, p.records, p.count, p.next))
				}}
				want, class := test.want, api.Class("")
				if s.gaps {
					want = test.gaps
				}
				if want == half {
					want, class = 0, api.Truncated
				}
				got, err := s.read(t.Context(), f.client(t))
				if got != want || api.ClassOf(err) != class || asked > len(test.pages)+3 {
					t.Errorf("%d records after %d requests, %v; want %d, class %q", got, asked, err, want, class)
				}
			})
		}
	}
}

// A page that counts itself lacks records where it has fewer, before or behind others.
func TestPageThatCountsItself(t *testing.T) {
	for name, pages := range map[string][][2]int{"the last": {{5, 5}, {3, 5}}, "the first": {{3, 5}, {5, 5}, {5, 5}}} {
		asked := 0
		s := pagedSources["interval_metrics"]
		f := &fake{api: func(w http.ResponseWriter, _ *http.Request) {
			p := pages[asked]
			io.WriteString(w, s.page(10*asked, p[0], p[1], asked < len(pages)-1))
			asked++
		}}
		if _, err := s.read(t.Context(), f.client(t)); api.ClassOf(err) != api.Truncated {
			t.Errorf("%s page: %v", name, err)
		}
	}
}

func TestSkillsThatAnAvailabilityLacks(t *testing.T) {
	f := &fake{api: respond(`{"metadata":{"count":2},"skillAvailabilities":[{"skillId":501,"onlineAgents":1}]}`)}
	if got, err := f.client(t).SkillAvailability(t.Context()); api.ClassOf(err) != api.Truncated {
		t.Errorf("%d skills, %v", len(got.Skills), err)
	}
}

// A page that is repeated for ever is none of the answer.
func TestSegmentsWhoseOffsetIsIgnored(t *testing.T) {
	f := &fake{api: respond(pagedSources["agent_segments"].page(0, 500, 1200, false))}
	if got, err := f.client(t).AgentSegments(t.Context(), changesFrom, changesTo); api.ClassOf(err) != api.Truncated {
		t.Errorf("%d segments, %v", len(got.Segments), err)
	}
}
