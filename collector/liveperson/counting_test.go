package liveperson

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// changesVendor answers status-changes, page by page, with what list says of a
// window.
type changesVendor func(from, to time.Time) []string

func (v changesVendor) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(req.URL.Path, "/status-changes") {
		return testVendor{}.RoundTrip(req)
	}
	q := req.URL.Query()
	from, _ := time.Parse(time.RFC3339, q.Get("from"))
	to, _ := time.Parse(time.RFC3339, q.Get("to"))
	offset, _ := strconv.Atoi(q.Get("offset"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	all := v(from, to)
	page := all[min(offset, len(all)):min(offset+limit, len(all))]
	w := httptest.NewRecorder()
	io.WriteString(w, `{"stateChanges":[`+strings.Join(page, ",")+`]}`)
	return w.Result(), nil
}

// happened is a change at the vendor and when the vendor comes to know of it.
type happened struct {
	agent, kind, sub, seq int
	at, known             time.Time
}

// record writes the change; its session is known from the second delivery on.
func (h happened) record(session int) string {
	return fmt.Sprintf(`{"agentId":%d,"time":%q,"sessionId":%d,"sequenceNumber":%d,"statusType":%d,"statusSubType":%d,"statusReasonId":%d}`,
		h.agent, h.at.Format("2006-01-02T15:04:05.000Z"), session, h.seq, h.kind, h.sub, []int{0, -1}[h.agent%2])
}

// shifts returns the changes of agents from begin on: logins and logouts in
// pairs of one instant, changes between them, many within a second.
func shifts(r *rand.Rand, begin time.Time, count int) []happened {
	var all []happened
	add := func(agent, kind, sub, seq int, at time.Time) {
		all = append(all, happened{agent, kind, sub, seq, at, at.Add(time.Duration(r.Int64N(int64(time.Hour))))})
	}
	for agent := 1; len(all) < count; agent++ {
		at := begin.Add(time.Duration(r.Int64N(int64(time.Hour)))).Truncate(time.Millisecond)
		for range 3 {
			add(agent, 3, 0, -1, at)
			add(agent, 1, 2, 1, at)
			seq := 2
			for range r.IntN(12) {
				at = at.Add(time.Duration(r.IntN(600_000)) * time.Millisecond)
				add(agent, 1, 2+r.IntN(3), seq, at)
				seq++
			}
			at = at.Add(time.Duration(1+r.IntN(600_000)) * time.Millisecond)
			add(agent, 1, 1, seq, at)
			add(agent, 4, 0, seq+1, at)
			at = at.Add(time.Duration(1+r.IntN(600_000)) * time.Millisecond)
		}
	}
	return all
}

// truthOf counts the changes by the clock, from all that happened.
func truthOf(all []happened) (counts map[string]float64, seconds map[string]float64) {
	counts, seconds = map[string]float64{}, map[string]float64{}
	status := map[int]string{1: "offline", 2: "online", 3: "back_soon", 4: "away"}
	for i, h := range all { // in the order in which they happened, agent by agent
		id := strconv.Itoa(h.agent)
		switch h.kind {
		case 3:
			counts[logins.Of(0, id).Key()]++
		case 4:
			counts[logouts.Of(0, id).Key()]++
		default:
			counts[statusChangesDesc.Of(0, id, status[h.sub], translate.None).Key()]++
			seconds[statusSeconds.Of(0, id, status[h.sub], translate.None).Key()] += all[i+1].at.Sub(h.at).Seconds()
		}
	}
	return counts, seconds
}

// Run (b) of the promises: changes that come late, in any order, repeated, over
// page borders and with changing sessions give exactly the truth.
func TestTenThousandChangesAreCountedExactly(t *testing.T) {
	r := rand.New(rand.NewPCG(0, 1))
	begin := testNow.Add(-24 * time.Hour)
	all := shifts(r, begin, 10_000)
	now := begin
	var window [2]time.Time
	var records []string
	vendor := changesVendor(func(from, to time.Time) []string {
		if window == [2]time.Time{from, to} {
			return records // the next page of the same order
		}
		window, records = [2]time.Time{from, to}, nil
		for _, h := range all {
			if h.known.After(now) || h.at.Before(from) || h.at.After(to) {
				continue
			}
			records = append(records, h.record([]int{-1, 77}[r.IntN(2)]))
			if r.IntN(10) == 0 {
				records = append(records, records[len(records)-1])
			}
		}
		r.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		return records
	})
	counts, seconds := poll(t, vendor, &now)
	wantCounts, wantSeconds := truthOf(all)
	differ(t, "counts", counts, wantCounts)
	differ(t, "seconds", seconds, wantSeconds)
}

// poll follows the changes for two days and counts as the engine does: an event
// once, and the time between those of a subject that are settled.
func poll(t *testing.T, vendor http.RoundTripper, now *time.Time) (counts, seconds map[string]float64) {
	t.Helper()
	o := changesOptions()
	o.PageSize = 97
	collect := opened(t, "status_changes", o, vendor)
	seen := map[string]metric.Event{}
	cursor := ""
	var settled time.Time
	for end := now.Add(30 * time.Hour); now.Before(end); *now = now.Add(37 * time.Minute) {
		r, err := collect(t.Context(), collector.Position{Now: *now, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range r.Events.List {
			if _, again := seen[e.Key]; !again && e.Time.Before(settled) {
				t.Errorf("%s was settled before %s came", settled, e.Time)
			}
			seen[e.Key] = e
		}
		cursor, settled = r.Events.Cursor, r.Events.FinalUntil
	}
	return sumUp(seen, settled)
}

func sumUp(seen map[string]metric.Event, settled time.Time) (counts, seconds map[string]float64) {
	counts, seconds = map[string]float64{}, map[string]float64{}
	bySubject := map[string][]metric.Event{}
	for _, e := range seen {
		for _, s := range e.Add {
			counts[s.Key()] += s.Value
		}
		bySubject[e.Subject] = append(bySubject[e.Subject], e)
	}
	for _, events := range bySubject {
		slices.SortFunc(events, func(a, b metric.Event) int {
			if c := a.Time.Compare(b.Time); c != 0 {
				return c
			}
			return int(max(min(a.Order-b.Order, 1), -1))
		})
		for i, e := range events {
			until := settled
			if i+1 < len(events) {
				until = events[i+1].Time
			}
			for _, s := range e.Begin {
				seconds[s.Key()] += until.Sub(e.Time).Seconds()
			}
		}
	}
	return counts, seconds
}

// differ compares counters, to the microsecond for times.
func differ(t *testing.T, what string, got, want map[string]float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d series of %s, want %d", len(got), what, len(want))
	}
	for key, w := range want {
		if g := got[key]; g < w-1e-6 || g > w+1e-6 {
			t.Errorf("%s: %q is %g, want %g", what, key, g, w)
			return
		}
	}
}
