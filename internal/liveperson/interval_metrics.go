package liveperson

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// IntervalMetricsQuery says which intervals are asked for: those that begin between
// From, at most a week ago, and To.
type IntervalMetricsQuery struct {
	From, To time.Time
	// Duration of an interval: 15, 30, 60 or 1440 minutes.
	Duration time.Duration
	// Grouping are skill, agent and agentGroup.
	Grouping []string
	// Model is ift (in-focus time) or eht (engaged handle time).
	Model   string
	Metrics []string
}

// intervalPage is the length of a page, the vendor's most.
const intervalPage = 500

// IntervalMetrics are the intervals of all pages.
type IntervalMetrics struct {
	Rows []IntervalRow
	api.Extent
}

// IntervalRow mirrors a record of interval-metrics (Agent Activity API): what a skill,
// an agent or a group did in one interval. A number that is missing is no zero.
type IntervalRow struct {
	Timeframe api.Object[intervalTimeframe] `json:"timeframe"`
	SkillID   api.Text                      `json:"skillId"`
	SkillName api.Text                      `json:"skillName"`
	AgentID   api.Text                      `json:"agentId"`
	AgentName api.Text                      `json:"agentName"`
	Metrics   api.Object[IntervalNumbers]   `json:"metrics"`
	Status    api.Text                      `json:"status"` // Done, In Progress
}

// IntervalNumbers are the metrics of an interval. The unit of times is not documented.
type IntervalNumbers struct {
	HandleTime       api.Number `json:"handleTime"`
	WorkTime         api.Number `json:"workTime"`
	Arrivals         api.Number `json:"arrivals"`
	Handled          api.Number `json:"handledConversations"`
	Replied          api.Number `json:"repliedConversations"`
	Closed           api.Number `json:"closedConversations"`
	ConsumerMessages api.Number `json:"consumerMessages"`
	AgentMessages    api.Number `json:"agentMessages"`
}

// intervalTimeframe has each time once or twice; the one with L is exact.
type intervalTimeframe struct {
	FromL api.Time `json:"fromL"`
	From  api.Time `json:"from"`
}

// Start returns when the interval begins; the zero time if unknown.
func (r *IntervalRow) Start() time.Time {
	return first(r.Timeframe.Value.FromL, r.Timeframe.Value.From)
}

// Done reports whether the vendor has finished computing the interval.
func (r *IntervalRow) Done() bool {
	return r.Status == "" || strings.EqualFold(string(r.Status), "done")
}

// intervalsAnswer mirrors a page. Only when both links to a next one are gone it is
// the last: pages in the middle may be empty.
type intervalsAnswer struct {
	Metadata api.Object[struct {
		Count  api.Number `json:"count"` // of the page or of all: the document can't tell
		Paging api.Object[struct {
			NextPageKey api.Text `json:"nextPageKey"`
			Refs        api.Object[struct {
				Next api.Text `json:"next"`
			}] `json:"refs"`
		}] `json:"paging"`
	}] `json:"metadata"`
	Intervals api.List[IntervalRow] `json:"intervals"`
}

// next returns the key of the next page; "" if this is the last one. Of a link only
// its pageKey is used.
func (a *intervalsAnswer) next() string {
	paging := a.Metadata.Value.Paging.Value
	if paging.NextPageKey != "" {
		return string(paging.NextPageKey)
	}
	u, err := url.Parse(string(paging.Refs.Value.Next))
	if err != nil {
		return ""
	}
	return u.Query().Get("pageKey")
}

// IntervalMetrics returns the intervals that q asks for, from all pages. If one page
// fails there is only the error. While the vendor still computes some of them it
// answers 202, which is a good answer.
func (c *Client) IntervalMetrics(ctx context.Context, q IntervalMetricsQuery) (IntervalMetrics, error) {
	var all IntervalMetrics
	seen := map[string]bool{}
	pages := tally{endpoint: "interval_metrics"}
	for key := ""; ; {
		var page intervalsAnswer
		malformed, err := c.ask(ctx, q.request(c.source, key), &page)
		if err == nil && page.Intervals.Items == nil && !page.Metadata.Present {
			err = api.Schema.Errorf("interval_metrics: the answer has neither metadata nor intervals")
		}
		if err != nil {
			return IntervalMetrics{}, err
		}
		all.Rows = append(all.Rows, page.Intervals.Items...)
		all.Skipped += page.Intervals.Skipped
		all.Malformed = append(all.Malformed, malformed...)
		next := page.next()
		received := page.Intervals.Received()
		pages.note(page.Metadata.Value.Count, received, received, next != "")
		if next == "" && pages.lacks() {
			return IntervalMetrics{}, pages.truncated()
		}
		if next == "" {
			return all, nil
		}
		if seen[next] || len(seen) >= maxPages {
			return IntervalMetrics{}, api.Truncated.Errorf("interval_metrics: the pages repeat, or are more than %d", maxPages)
		}
		seen[next], key = true, next
	}
}

func (q IntervalMetricsQuery) request(source, key string) request {
	values := url.Values{
		"v": {"1"}, "source": {source},
		"fromL": {milliseconds(q.From)}, "toL": {milliseconds(q.To)},
		"metrics":          {strings.Join(q.Metrics, ",")},
		"handleTimeModel":  {strings.ToUpper(q.Model)},
		"grouping":         {strings.Join(q.Grouping, ",")},
		"intervalDuration": {minutes(q.Duration)},
		"pageSize":         {strconv.Itoa(intervalPage)},
	}
	if key != "" {
		values.Set("pageKey", key)
	}
	return request{endpoint: "interval_metrics", service: Activity, method: http.MethodGet, path: "api/account/%s/interval-metrics", query: values}
}

func milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
