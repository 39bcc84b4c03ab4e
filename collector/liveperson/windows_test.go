package liveperson

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestWindowsAreFollowed(t *testing.T) {
	w := windows{length: 15 * time.Minute, settle: 15 * time.Minute}
	now := time.Date(2030, 1, 2, 12, 7, 0, 0, time.UTC)
	at := func(d time.Duration) string { return now.Truncate(15 * time.Minute).Add(-d).Format(time.RFC3339) }
	refused, broken := error(&api.StatusError{Code: http.StatusBadRequest}), error(&api.StatusError{Code: http.StatusInternalServerError})
	always := func(err error) func(int, time.Time) error { return func(int, time.Time) error { return err } }
	for name, test := range map[string]struct {
		cursor  string
		outcome func(n int, from time.Time) error // of the nth window that is asked for
		asked   int
		list    int
		next    string
		gap     time.Duration
	}{
		"the first start":               {"", always(nil), 0, 0, at(0), 0},
		"the clock went back":           {at(-time.Hour), always(nil), 0, 0, at(0), 0},
		"a cursor that is none":         {"yesterday", always(nil), 0, 0, at(0), 0},
		"nothing has settled":           {at(15 * time.Minute), always(nil), 0, 0, at(15 * time.Minute), 0},
		"one has settled":               {at(30 * time.Minute), always(nil), 1, 1, at(15 * time.Minute), 0},
		"more than one poll asks for":   {at(24 * time.Hour), always(nil), 20, 20, at(19 * time.Hour), 0},
		"the first one fails":           {at(24 * time.Hour), always(broken), 1, 0, at(24 * time.Hour), 0},
		"the third one fails":           {at(time.Hour), func(n int, _ time.Time) error { return []error{nil, nil, broken}[n] }, 3, 2, at(30 * time.Minute), 0},
		"a recent one is refused":       {at(2 * time.Hour), always(refused), 1, 0, at(2 * time.Hour), 0},
		"older than the vendor keeps":   {at(20 * 24 * time.Hour), always(nil), 20, 20, at(14*24*time.Hour - 6*time.Hour - 15*time.Minute), 6*24*time.Hour + 75*time.Minute},
		"older than this account keeps": {at(3 * 24 * time.Hour), func(_ int, from time.Time) error { return map[bool]error{true: refused}[now.Sub(from) > 24*time.Hour] }, 20, 19, at(23*time.Hour - 20*15*time.Minute), 2*24*time.Hour + 75*time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			in := w.follow(now, test.cursor, func(from, to time.Time) ([]metric.Interval, int, error) {
				asked++
				if to.Sub(from) != w.length {
					t.Errorf("the window is from %s to %s", from, to)
				}
				return []metric.Interval{{End: to}}, 1, test.outcome(asked-1, from)
			})
			if asked != test.asked || in.Cursor != test.next || in.Gap != test.gap || !in.FinalUntil.Equal(parseCursor(test.next)) {
				t.Errorf("%d windows were asked for, cursor %s, gap %s; want %d, %s, %s", asked, in.Cursor, in.Gap, test.asked, test.next, test.gap)
			}
			if len(in.List) != test.list && test.list >= 0 {
				t.Errorf("%d windows are counted, want %d", len(in.List), test.list)
			}
		})
	}
}

// Gauges need no window.
func TestAWindowThatFailsHidesNoGauge(t *testing.T) {
	for source, options := range map[string]any{"queues": defaultQueues(), "agent_view": defaultAgentView()} {
		var windows int
		vendor := bodies(func(path, _, body string) (int, string) {
			if !strings.Contains(body, "CurrentValue") {
				windows++
				return http.StatusBadGateway, ""
			}
			if strings.HasSuffix(path, "/agent_view") {
				return http.StatusOK, `{"metadata":{"count":1},"agentViewRecords":[{"agentId":"1","agentCurrentStatus":"ONLINE"}]}`
			}
			return http.StatusOK, `{"metadata":{"count":1},"groupBy":{"groups":[{"key":"1","metrics":{"unassignedConversations":7}}]}}`
		})
		r := collected(t, source, options, vendor, "2030-01-02T11:00:00Z")
		shown := slices.ContainsFunc(r.Gauges.Samples, func(s metric.Sample) bool { return s.Desc == collector.QueueWaiting() || s.Desc == agentInfoDesc })
		if windows != 1 || !shown || r.Intervals.Cursor != "2030-01-02T11:00:00Z" {
			t.Errorf("%s: %d windows were asked for, cursor %s, gauges shown %t", source, windows, r.Intervals.Cursor, shown)
		}
	}
}
