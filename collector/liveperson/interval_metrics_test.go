package liveperson

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

func intervalOptions() *intervalMetricsOptions {
	return intervalMetricsSource().Options().(*intervalMetricsOptions)
}

// intervalPages answers interval-metrics with a page for each key, and the status of all.
type intervalPages struct {
	status int
	pages  map[string]string // by pageKey
	asked  []string
}

func (v *intervalPages) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(req.URL.Path, "/interval-metrics") {
		return testVendor{}.RoundTrip(req)
	}
	v.asked = append(v.asked, req.URL.Query().Get("pageKey"))
	w := httptest.NewRecorder()
	w.WriteHeader(v.status)
	io.WriteString(w, v.pages[req.URL.Query().Get("pageKey")])
	return w.Result(), nil
}

// intervalRow is a row of the quarter of an hour that begins at a time of testNow's day.
func intervalRow(at string, more string) string {
	start, _ := time.Parse(time.RFC3339, "2030-01-02T"+at+":00Z")
	return fmt.Sprintf(`{"timeframe":{"fromL":%d},"skillId":501,"skillName":"Billing",%s}`, start.UnixMilli(), more)
}

func intervalPage(next string, rows ...string) string {
	return `{"metadata":{"paging":{` + next + `}},"intervals":[` + strings.Join(rows, ",") + `]}`
}

// The cursor of the table's polls: intervals from 11:00 on are asked for, and those up to
// 11:30 have settled at testNow.
func TestIntervalMetricsOfManyForms(t *testing.T) {
	const whole = `"metrics":{"handleTime":540,"handledConversations":4},"status":"Done"`
	for name, test := range map[string]struct {
		change  func(*intervalMetricsOptions)
		status  int
		pages   map[string]string
		want    string // what is counted
		skipped int
		until   string
	}{
		"settled and young": {nil, 200, map[string]string{"": intervalPage("", intervalRow("11:00", whole), intervalRow("11:30", whole))}, "540 4", 0, "11:30"},
		"milliseconds":      {func(o *intervalMetricsOptions) { o.HandleTimeUnit = "ms" }, 200, map[string]string{"": intervalPage("", intervalRow("11:00", `"metrics":{"handleTime":540000,"workTime":600000}`))}, "540 600", 0, "11:30"},
		"of another unit than said": {func(o *intervalMetricsOptions) { o.Grouping = []string{"skill", "agent"} }, 200, map[string]string{"": intervalPage("",
			intervalRow("11:00", `"agentId":7,"metrics":{"handleTime":540000}`), intervalRow("11:00", `"agentId":8,"metrics":{"handleTime":3600}`))}, "3600", 1, "11:30"},
		"by agent": {func(o *intervalMetricsOptions) { o.Grouping = []string{"skill", "agent"} }, 200, map[string]string{"": intervalPage("",
			intervalRow("11:00", `"agentId":7,"agentName":"a","metrics":{"handleTime":1}`), intervalRow("11:00", `"agentId":"8","metrics":{"handleTime":2}`), intervalRow("11:00", whole))}, "1 2", 1, "11:30"},
		"in progress, all of it":    {nil, 202, map[string]string{"": intervalPage("", intervalRow("11:00", `"metrics":{"handleTime":1},"status":"In Progress"`))}, "", 0, "11:00"},
		"in progress behind a done": {nil, 202, map[string]string{"": intervalPage("", intervalRow("11:00", whole), intervalRow("11:15", `"metrics":{"handleTime":1},"status":"IN PROGRESS"`))}, "540 4", 0, "11:15"},
		"202 without rows":          {nil, 202, map[string]string{"": `{"metadata":{}}`}, "", 0, "11:30"},
		"an empty page in between": {nil, 200, map[string]string{
			"":  intervalPage(`"nextPageKey":"a"`),
			"a": intervalPage(`"refs":{"next":"https://localhost:8082/x?pageKey=b&v=1"}`),
			"b": intervalPage(`"nextPageKey":null,"refs":{}`, intervalRow("11:00", whole)),
		}, "540 4", 0, "11:30"},
		"other spellings":       {nil, 200, map[string]string{"": intervalPage("", intervalRow("11:00", `"Metrics":{"handle_time":"5","HandledConversations":2,"WORKTIME":7}`))}, "5 2 7", 0, "11:30"},
		"no numbers":            {nil, 200, map[string]string{"": intervalPage("", intervalRow("11:00", `"metrics":{"handleTime":null,"workTime":-1}`), intervalRow("11:00", `"metrics":null`))}, "", 0, "11:30"},
		"before it was asked":   {nil, 200, map[string]string{"": intervalPage("", intervalRow("10:45", whole))}, "", 0, "11:30"},
		"without a time":        {nil, 200, map[string]string{"": intervalPage("", `{"skillId":501,`+whole+`}`)}, "", 1, "11:30"},
		"intervals of an hour":  {func(o *intervalMetricsOptions) { o.Duration *= 4 }, 200, map[string]string{"": intervalPage("", intervalRow("11:00", whole))}, "", 0, "11:00"},
		"settled without delay": {func(o *intervalMetricsOptions) { o.Settle = 0 }, 200, map[string]string{"": intervalPage("", intervalRow("11:45", whole))}, "540 4", 0, "12:00"},
	} {
		t.Run(name, func(t *testing.T) {
			o := intervalOptions()
			if test.change != nil {
				test.change(o)
			}
			v := &intervalPages{status: test.status, pages: test.pages}
			r := collected(t, "interval_metrics", o, v, "2030-01-02T11:00:00Z")
			var got []string
			for _, i := range r.Intervals.List {
				for _, s := range i.Add {
					got = append(got, fmt.Sprint(s.Value))
				}
			}
			slices.Sort(got)
			want := strings.Fields(test.want)
			slices.Sort(want)
			if !slices.Equal(got, want) || r.Skipped != test.skipped || r.Intervals.Cursor != "2030-01-02T"+test.until+":00Z" || len(v.asked) != len(test.pages) {
				t.Errorf("counted %v, %d skipped, cursor %s after pages %q; want %v, %d, %s", got, r.Skipped, r.Intervals.Cursor, v.asked, want, test.skipped, test.until)
			}
		})
	}
}

// A week is how far back the vendor answers: what was before it is a gap.
func TestIntervalMetricsReachAWeekBack(t *testing.T) {
	for cursor, want := range map[string]struct {
		from string
		gap  time.Duration
	}{
		"":                     {"2030-01-02T12:00:00Z", 0},
		"2030-01-02T11:15:00Z": {"2030-01-02T11:15:00Z", 0},
		"2029-12-26T13:00:00Z": {"2029-12-26T13:00:00Z", 0},
		"2029-12-20T00:00:00Z": {"2029-12-26T13:00:00Z", 6*24*time.Hour + 13*time.Hour},
		"2030-01-05T00:00:00Z": {"2030-01-02T12:00:00Z", 0}, // of a clock that was wrong
	} {
		p := intervalOptions().poll(testNow, parseCursor(cursor))
		if got := p.from.UTC().Format(time.RFC3339); got != want.from || p.gap != want.gap {
			t.Errorf("%q: from %s, gap %s; want %s, %s", cursor, got, p.gap, want.from, want.gap)
		}
	}
}

// Every counter of an answer begins at 0 before its first interval has settled.
func TestIntervalCountersBeginAtZero(t *testing.T) {
	v := &intervalPages{status: 200, pages: map[string]string{"": intervalPage("", intervalRow("11:45", `"metrics":{"arrivals":3,"agentMessages":2}`))}}
	r := collected(t, "interval_metrics", intervalOptions(), v, "2030-01-02T11:00:00Z")
	var names []*metric.Desc
	for _, s := range r.Intervals.Zero {
		if s.Value != 0 {
			t.Errorf("%s begins at %v", s.Desc.Name, s.Value)
		}
		names = append(names, s.Desc)
	}
	if !slices.Contains(names, intervalArrivals) || !slices.Contains(names, intervalMessages) || len(r.Intervals.List) != 0 {
		t.Errorf("%d counters begin, %d intervals are counted", len(names), len(r.Intervals.List))
	}
}
