package liveperson

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
)

// pastOf opens the past of a source.
func pastOf(t *testing.T, source string, options any, vendor http.RoundTripper) *collector.Past {
	t.Helper()
	account, err := open(testEnv(testAccount(source, options), vendor))
	if err != nil {
		t.Fatal(err)
	}
	p, err := account.Collectors[0].OpenPast()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A back-fill takes the intervals of its window, and ends where LivePerson has not finished one:
// a later one would be counted without it.
func TestPastIntervalsAreThoseOfTheWindow(t *testing.T) {
	from := time.Now().Add(-10 * time.Hour).Truncate(time.Hour)
	row := func(after time.Duration, status string) string {
		return fmt.Sprintf(`{"timeframe":{"fromL":%d},"skillId":501,"metrics":{"arrivals":3},"status":%q}`, from.Add(after).UnixMilli(), status)
	}
	for name, test := range map[string]struct {
		rows []string
		want int
		err  string
	}{
		"done":                  {[]string{row(0, "Done"), row(45*time.Minute, "Done")}, 2, ""},
		"outside of the window": {[]string{row(-15*time.Minute, "Done"), row(0, "Done"), row(time.Hour, "In Progress")}, 1, ""},
		"one is not finished":   {[]string{row(0, "Done"), row(15*time.Minute, "In Progress"), row(30*time.Minute, "Done")}, 1, "has not finished the interval of " + from.Add(15*time.Minute).UTC().Format(time.RFC3339)},
		"nothing was going on":  {nil, 0, ""},
		"a row without a time":  {[]string{`{"skillId":501}`, row(0, "Done")}, 1, ""},
	} {
		v := &intervalPages{status: 200, pages: map[string]string{"": intervalPage("", test.rows...)}}
		r, err := pastOf(t, "interval_metrics", intervalOptions(), v).Ask(context.Background(), from, from.Add(time.Hour))
		if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) || len(r.Intervals.List) != test.want {
			t.Errorf("%s: %d intervals, %v", name, len(r.Intervals.List), err)
		}
		if name == "a row without a time" && r.Skipped != 1 {
			t.Errorf("%d rows are skipped", r.Skipped)
		}
	}
}

// An account whose Key Messaging Metrics answer for one day only has a gap before it, which costs
// one request, and an error where a window of that day is refused.
func TestPastWindowsThatAreRefusedAreAGap(t *testing.T) {
	for source, options := range map[string]any{"queues": defaultQueues(), "agent_view": defaultAgentView()} {
		asked, status := 0, http.StatusBadRequest
		vendor := bodies(func(path, _, body string) (int, string) {
			asked++
			if source == "queues" && asked == 1 { // the names of now
				return http.StatusOK, `{"metadata":{"count":0},"groupBy":{"groups":[]}}`
			}
			return status, ""
		})
		p := pastOf(t, source, options, vendor)
		old := time.Now().Add(-5 * 24 * time.Hour).Truncate(p.Align)
		r, err := p.Ask(context.Background(), old, old.Add(4*p.Align))
		if err != nil || r.Intervals.Gap != 4*p.Align || asked > 3 { // of four windows
			t.Errorf("%s: gap of %s in %d requests, %v", source, r.Intervals.Gap, asked, err)
		}
		young := time.Now().Add(-5 * time.Hour).Truncate(p.Align)
		if _, err := p.Ask(context.Background(), young, young.Add(p.Align)); err == nil {
			t.Errorf("%s: a window that the vendor should answer for is left out", source)
		}
	}
}

// The first reading of each source that can be filled in says from when on it counts: there a
// back-fill ends.
func TestTheFirstReadingSaysWhereItBegins(t *testing.T) {
	for source, test := range map[string]struct {
		options any
		vendor  http.RoundTripper
		before  time.Duration
	}{
		"interval_metrics": {intervalOptions(), &intervalPages{status: 200, pages: map[string]string{"": intervalPage("")}}, 0},
		"agent_segments":   {nil, testVendor{"agent-segments": `{"segments":[],"pagination":{"count":0}}`}, segmentsAgain},
		"queues": {defaultQueues(), bodies(func(string, string, string) (int, string) {
			return http.StatusOK, `{"metadata":{"count":0},"groupBy":{"groups":[]}}`
		}), 0},
		"agent_view": {defaultAgentView(), bodies(func(string, string, string) (int, string) {
			return http.StatusOK, `{"metadata":{"count":0},"agentViewRecords":[]}`
		}), 0},
		"status_changes": {changesOptions(), changesVendor(func(time.Time, time.Time) []string { return nil }), 24 * time.Hour},
	} {
		r := collected(t, source, test.options, test.vendor, "")
		begin := r.Events.From
		if begin.IsZero() {
			begin = r.Intervals.From
		}
		if want := testNow.Add(-test.before); !begin.Equal(want) {
			t.Errorf("%s begins at %s, want %s", source, begin, want)
		}
	}
	for _, s := range sources() {
		if s.Past != nil && !strings.Contains("status_changes interval_metrics agent_segments queues agent_view", s.Name) {
			t.Errorf("%s is not tried", s.Name)
		}
	}
}
