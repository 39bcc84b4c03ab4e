package livevox

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/golden"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// lookupVendor plays a vendor with calls.
type lookupVendor struct {
	active  []int // transactions that agents have
	ended   []int // transactions that the next page of events ends
	gone    map[string]bool
	object  map[string]bool // transactions that the vendor's error object answers
	code    int             // of that object; 7 if 0
	noTerm  bool
	due     string // what calls owe; 100.5 if empty
	refuses int    // status of look-ups; 0 answers
	lookups int
}

func (v *lookupVendor) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	transaction := req.URL.Query().Get("transaction")
	switch path := strings.TrimPrefix(req.URL.Path, "/realtime/"); path {
	case "service/agents/status":
		var rows []string
		for _, n := range v.active {
			rows = append(rows, fmt.Sprintf(`{"serviceId":9001,"agentLoginId":"A%d","stateId":4,"sessionId":"U%d@192.0.2.1","transactionId":%d}`, n, n, n))
		}
		fmt.Fprintf(w, `{"agentDetails":[%s]}`, strings.Join(rows, ","))
	case "event/feed":
		var events []string
		for _, n := range v.ended {
			events = append(events, fmt.Sprintf(`{"eventId":"%d","callEventType":"CALL_TERMINATION","serviceId":9001,"sessionId":"U%d@192.0.2.1","transactionId":%d}`, n, n, n))
		}
		v.ended = nil
		fmt.Fprintf(w, `{"token":"next","events":[%s]}`, strings.Join(events, ","))
	case "callData/inCall", "callData/postCall":
		v.lookups++
		switch {
		case v.refuses != 0:
			w.WriteHeader(v.refuses)
		case v.gone[transaction]:
			w.WriteHeader(http.StatusNotFound)
		case v.object[transaction]:
			fmt.Fprintf(w, `{"code":%d,"message":"no call"}`, cmp.Or(v.code, 7))
		case path == "callData/inCall":
			fmt.Fprintf(w, `{"serviceId":9001,"totalDue":%s,"callDirectionOutbound":true,"callStartTime":"19000000%s0000"}`, cmp.Or(v.due, "100.5"), transaction)
		case v.noTerm:
			_, _ = io.WriteString(w, `{"serviceId":9001,"callEndTime":1368006243000,"lvResult":"No Answer","termCodeName":null}`)
		default:
			_, _ = io.WriteString(w, `{"serviceId":9001,"callEndTime":1368006243000,"lvResult":"No Answer","termCodeName":"PAID"}`)
		}
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// lookupTest opens call_data in virtual time.
func lookupTest(t *testing.T, most int, test func(t *testing.T, v *lookupVendor, c *livevox.Client, collect func() (metric.Reading, error))) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		v := &lookupVendor{gone: map[string]bool{}}
		c := testClient(t, livevox.Filter{}, v.ServeHTTP)
		source := callDataSource().Open(collector.Setup{Config: config.Source{Options: &callDataOptions{MaxLookups: most}}, Client: c})
		cursor := ""
		test(t, v, c, func() (metric.Reading, error) {
			r, err := source(t.Context(), collector.Position{Now: time.Now(), Cursor: cursor})
			cursor = cmp.Or(r.Events.Cursor, cursor)
			return r, err
		})
	})
}

// sumOf adds up the samples of d, in events too.
func sumOf(r metric.Reading, d *metric.Desc) (total float64) {
	for _, s := range r.Gauges.Samples {
		if s.Desc == d {
			total += s.Value
		}
	}
	for _, e := range r.Events.List {
		for _, s := range e.Add {
			if s.Desc == d {
				total += s.Value
			}
		}
	}
	return total
}

// The list of calls is that of agents_status, and no newer.
func TestActiveCallsAreAsOldAsTheirList(t *testing.T) {
	lookupTest(t, 10, func(t *testing.T, v *lookupVendor, c *livevox.Client, collect func() (metric.Reading, error)) {
		v.active = []int{1}
		begin := time.Now()
		for _, since := range []time.Duration{0, time.Minute, activeAge, activeAge + time.Second} {
			time.Sleep(time.Until(begin.Add(since)))
			want := begin
			if since > activeAge {
				want = time.Now() // asked for again
			}
			if r, err := collect(); err != nil || !r.Gauges.At.Equal(want) {
				t.Errorf("after %s the list is of %s, %v; want %s", since, r.Gauges.At.Sub(begin), err, want.Sub(begin))
			}
		}
	})
}

func TestActiveCallsAreLookedUpOnce(t *testing.T) {
	lookupTest(t, 30, func(t *testing.T, v *lookupVendor, _ *livevox.Client, collect func() (metric.Reading, error)) {
		v.active = []int{10, 11, 12}
		v.gone["12"] = true // ended between poll and look-up
		for range 3 {
			r, err := collect()
			if err != nil {
				t.Fatal(err)
			}
			if got := sumOf(r, activeCalls); got != 2 {
				t.Errorf("%v active calls, want 2", got)
			}
			if got := sumOf(r, activeDue); got != 201 {
				t.Errorf("%v due, want 201", got)
			}
			golden.Page(t, r.Gauges.Samples)
			time.Sleep(time.Minute)
		}
		if v.lookups != 3 {
			t.Errorf("%d look-ups, want one per call", v.lookups)
		}
		v.active = []int{11}
		time.Sleep(3 * time.Minute)
		if r, err := collect(); err != nil || sumOf(r, activeCalls) != 1 || v.lookups != 3 {
			t.Errorf("%v active calls after one ended, %d look-ups, %v", sumOf(r, activeCalls), v.lookups, err)
		}
	})
}

func TestLookUpsAreBounded(t *testing.T) {
	lookupTest(t, 10, func(t *testing.T, v *lookupVendor, _ *livevox.Client, collect func() (metric.Reading, error)) {
		for n := range 25 {
			v.active = append(v.active, 10+n)
		}
		for round, want := range []struct{ lookups, skipped int }{{10, 15}, {20, 5}, {25, 0}, {25, 0}} {
			r, err := collect()
			if err != nil {
				t.Fatal(err)
			}
			if v.lookups != want.lookups || sumOf(r, lookupsSkipped) != float64(want.skipped) {
				t.Errorf("round %d: %d look-ups, %v skipped; want %+v", round, v.lookups, sumOf(r, lookupsSkipped), want)
			}
			if again, _ := collect(); v.lookups != want.lookups {
				t.Errorf("round %d: asked again within the minute: %d look-ups, %d events", round, v.lookups, len(again.Events.List))
			}
			time.Sleep(time.Minute)
		}
	})
}

func TestEndedCallsAreCountedWithTheirTermCode(t *testing.T) {
	lookupTest(t, 30, func(t *testing.T, v *lookupVendor, c *livevox.Client, collect func() (metric.Reading, error)) {
		v.ended, v.noTerm = []int{10, 11}, true
		v.gone["11"] = true
		if _, err := c.InteractionEvents(t.Context(), "opaque", livevox.InteractionOptions{}); err != nil {
			t.Fatal(err)
		}
		if r, err := collect(); err != nil || len(r.Events.List) != 0 {
			t.Fatalf("events %v, %v; want to wait for the term code", r.Events.List, err)
		}
		v.noTerm = false
		time.Sleep(2 * time.Minute)
		r, err := collect()
		if err != nil || len(r.Events.List) != 1 {
			t.Fatalf("events %v, %v; want one call", r.Events.List, err)
		}
		e := r.Events.List[0]
		if e.Key != "U10@192.0.2.1\x0010" || strings.Join(e.Add[0].Labels, ",") != "9001,No Answer,PAID" || e.Time.UnixMilli() != 1368006243000 {
			t.Errorf("event %+v", e)
		}
		if r, _ = collect(); len(r.Events.List) != 0 || v.lookups != 3 {
			t.Errorf("%d events, %d look-ups in the end; want none and 3", len(r.Events.List), v.lookups)
		}
	})
}

func TestEndedCallWithoutTermCodeIsCountedIntoNone(t *testing.T) {
	lookupTest(t, 30, func(t *testing.T, v *lookupVendor, c *livevox.Client, collect func() (metric.Reading, error)) {
		v.ended, v.noTerm = []int{10}, true
		_, _ = c.InteractionEvents(t.Context(), "opaque", livevox.InteractionOptions{})
		total := 0.0
		for range 5 {
			r, err := collect()
			if err != nil {
				t.Fatal(err)
			}
			total += sumOf(r, callsClosed)
			time.Sleep(2 * time.Minute)
		}
		if total != 1 || v.lookups != 2 {
			t.Errorf("counted %v times with %d look-ups, want once with two", total, v.lookups)
		}
	})
}

func TestEndedAndActiveCallsShareTheBound(t *testing.T) {
	lookupTest(t, 10, func(t *testing.T, v *lookupVendor, c *livevox.Client, collect func() (metric.Reading, error)) {
		for n := range 50 {
			v.active, v.ended = append(v.active, 10+n), append(v.ended, 100+n)
		}
		_, _ = c.InteractionEvents(t.Context(), "opaque", livevox.InteractionOptions{})
		r, err := collect()
		if err != nil || sumOf(r, activeCalls) != 5 || sumOf(r, callsClosed) != 5 || sumOf(r, lookupsSkipped) != 90 {
			t.Errorf("%v active, %v ended, %v skipped, %v; want 5, 5 and 90", sumOf(r, activeCalls), sumOf(r, callsClosed), sumOf(r, lookupsSkipped), err)
		}
	})
}

func TestQueueOfEndedCallsIsBounded(t *testing.T) {
	lookupTest(t, 10, func(t *testing.T, v *lookupVendor, c *livevox.Client, collect func() (metric.Reading, error)) {
		for round, skipped := range []float64{2990, 1000 + 4980, 4970} {
			for n := range []int{3000, 3000, 0}[round] {
				v.ended = append(v.ended, round*10000+n)
			}
			_, _ = c.InteractionEvents(t.Context(), "opaque", livevox.InteractionOptions{})
			r, err := collect()
			if err != nil || sumOf(r, lookupsSkipped) != skipped {
				t.Errorf("round %d: %v skipped, %v; want %v", round, sumOf(r, lookupsSkipped), err, skipped)
			}
			time.Sleep(time.Minute)
		}
	})
}

func TestFailedLookUpIsTriedAgain(t *testing.T) {
	lookupTest(t, 30, func(t *testing.T, v *lookupVendor, c *livevox.Client, collect func() (metric.Reading, error)) {
		v.ended = []int{10, 11}
		_, _ = c.InteractionEvents(t.Context(), "opaque", livevox.InteractionOptions{})
		v.refuses = http.StatusForbidden
		if _, err := collect(); api.ClassOf(err) != api.Forbidden || v.lookups != 1 {
			t.Fatalf("%v after %d look-ups, want class forbidden after the first", err, v.lookups)
		}
		v.refuses = 0
		if r, err := collect(); err != nil || sumOf(r, callsClosed) != 2 {
			t.Errorf("%v calls, %v; want both", sumOf(r, callsClosed), err)
		}
	})
}

// The vendor's error object in place of a call's data costs that call alone.
func TestErrorObjectOfOneCallHoldsUpNoOther(t *testing.T) {
	lookupTest(t, 30, func(t *testing.T, v *lookupVendor, c *livevox.Client, collect func() (metric.Reading, error)) {
		v.ended, v.active, v.object = []int{10, 11, 12}, []int{20, 21}, map[string]bool{"10": true, "20": true}
		_, _ = c.InteractionEvents(t.Context(), "opaque", livevox.InteractionOptions{})
		if r, err := collect(); err != nil || sumOf(r, callsClosed) != 2 || sumOf(r, activeCalls) != 1 {
			t.Errorf("%v ended calls, %v active ones, %v; want 2 and 1", sumOf(r, callsClosed), sumOf(r, activeCalls), err)
		}
		lookups := v.lookups
		if _, err := collect(); err != nil || v.lookups != lookups {
			t.Errorf("%d look-ups more, %v; want none", v.lookups-lookups, err)
		}
	})
}

// A look-up that fails for what may be the call's own is tried again behind the others.
func TestFailedLookUpOfOneCallHoldsUpNoOther(t *testing.T) {
	lookupTest(t, 30, func(t *testing.T, v *lookupVendor, c *livevox.Client, collect func() (metric.Reading, error)) {
		v.ended, v.active, v.object, v.code = []int{10, 11, 12}, []int{20, 21}, map[string]bool{"10": true, "20": true}, 500
		_, _ = c.InteractionEvents(t.Context(), "opaque", livevox.InteractionOptions{})
		for range 2 {
			if _, err := collect(); api.ClassOf(err) != api.VendorError {
				t.Errorf("%v, want class vendor_error", err)
			}
		}
		if r, err := collect(); err != nil || sumOf(r, callsClosed) != 2 || sumOf(r, activeCalls) != 1 {
			t.Errorf("%v ended calls, %v active ones, %v; want 2 and 1", sumOf(r, callsClosed), sumOf(r, activeCalls), err)
		}
		v.object = nil
		time.Sleep(postponement)
		if r, err := collect(); err != nil || sumOf(r, callsClosed) != 1 || sumOf(r, activeCalls) != 2 {
			t.Errorf("%v ended calls, %v active ones, %v; want the others", sumOf(r, callsClosed), sumOf(r, activeCalls), err)
		}
	})
}

// One call that owes what no call can doesn't hide what the others owe.
func TestWhatNoCallCanOweIsSkipped(t *testing.T) {
	lookupTest(t, 30, func(t *testing.T, v *lookupVendor, _ *livevox.Client, collect func() (metric.Reading, error)) {
		v.active = []int{10}
		if _, err := collect(); err != nil {
			t.Fatal(err)
		}
		for i, due := range []string{"1e308", `"1e308"`, "9223372036854775807", "-1e300", "1e12"} {
			v.due, v.active = due, append(v.active, 11+i)
			time.Sleep(activeAge + time.Second)
			r, err := collect()
			if got := sumOf(r, activeDue); err != nil || got != 100.5 || r.Skipped != 1 || sumOf(r, activeCalls) != float64(2+i) {
				t.Errorf("%s: %v due, %d skipped, %v", due, got, r.Skipped, err)
			}
		}
	})
}
