package cumulative

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

var (
	testOffered     = &metric.Desc{Name: "livevox_test_offered_total", Kind: metric.Counter, Labels: []string{"service_id", "service_name"}}
	testHandled     = &metric.Desc{Name: "livevox_test_handled_total", Kind: metric.Counter, Labels: []string{"service_id", "service_name"}}
	testChanges     = &metric.Desc{Name: "liveperson_test_changes_total", Kind: metric.Counter, Labels: []string{"agent_id"}}
	testLate        = &metric.Desc{Name: "liveperson_test_late_total", Kind: metric.Counter}
	testSeconds     = &metric.Desc{Name: "liveperson_test_seconds_total", Kind: metric.Counter, Labels: []string{"agent_id", "status"}}
	testCorrections = &metric.Desc{Name: "livevox_test_corrections_total", Kind: metric.Counter}
	testLength      = &metric.Desc{Name: "livevox_test_length_seconds", Kind: metric.Histogram, Buckets: []float64{1, 10}}
)

// testCounters returns the counters of a source whose ledger is in memory.
func testCounters(t *testing.T, zone *time.Location) *Counters {
	t.Helper()
	store, err := state.Open("", state.Options{MemoryOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return countersOf(t, store, zone)
}

func countersOf(t *testing.T, store *state.Store, zone *time.Location) *Counters {
	t.Helper()
	return openCounters(t, store, Options{
		Source: "source", MaxLabelValues: 3, Zone: zone, ResetGrace: 15 * time.Minute, Corrections: testCorrections,
		Descs: []*metric.Desc{testOffered, testHandled, testChanges, testLate, testSeconds, testLength},
	})
}

// openCounters returns the counters of a store.
func openCounters(t *testing.T, store *state.Store, o Options) *Counters {
	t.Helper()
	l, err := store.Ledger("account/source")
	if err != nil {
		t.Fatal(err)
	}
	n := New(l, o)
	if err := n.Resume(store, at("01 00:00:00")); err != nil {
		t.Fatal(err)
	}
	return n
}

// add counts a reading at a time.
func (n *Counters) mustAdd(t *testing.T, r metric.Reading, now time.Time) {
	t.Helper()
	n.mustCount(t, &r, now)
}

func (n *Counters) mustCount(t *testing.T, r *metric.Reading, now time.Time) {
	t.Helper()
	n.Limit(r, now)
	if err := n.Add(r, now); err != nil {
		t.Fatal(err)
	}
}

// value returns the value shown of a series; -1 if it isn't shown.
func (n *Counters) value(d *metric.Desc, labels ...string) float64 {
	samples := n.Append(nil, n.View(), nil)
	for _, s := range samples {
		if s.Key() == d.Of(0, labels...).Key() {
			return s.Value
		}
	}
	return -1
}

// at returns a time of 2030-01-01, UTC.
func at(clock string) time.Time {
	t, err := time.Parse(time.DateTime, "2030-01-"+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// day is a row of service 7.
func day(offered, handled float64) []metric.Row {
	return []metric.Row{{Key: "7", Totals: []metric.Sample{testOffered.Of(offered, "7", "seven"), testHandled.Of(handled, "7", "seven")}}}
}

func TestDayTotals(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York") // midnight is 05:00 UTC
	if err != nil {
		t.Fatal(err)
	}
	type poll struct {
		clock            string
		offered, handled float64 // -1: the row is missing
	}
	for _, c := range []struct {
		name             string
		zone             *time.Location
		polls            []poll
		offered, handled float64
		corrections      float64
	}{
		{name: "a row that appears counts whole", polls: []poll{{"01 12:00:00", 50, 40}}, offered: 50, handled: 40},
		{name: "growth", polls: []poll{{"01 12:00:00", 50, 40}, {"01 12:01:00", 55, 41}, {"01 12:02:00", 55, 41}}, offered: 55, handled: 41},
		{name: "a new day by drop", polls: []poll{{"01 12:00:00", 50, 40}, {"02 05:01:00", 3, 2}, {"02 05:02:00", 4, 2}, {"02 05:03:00", 4, 2}, {"02 05:04:00", 5, 2}}, offered: 55, handled: 42},
		{name: "a new day that begins with nothing", polls: []poll{{"01 12:00:00", 50, 40}, {"02 05:01:00", 0, 0}, {"02 05:02:00", 1, 1}, {"02 05:03:00", 1, 1}}, offered: 51, handled: 41},
		{name: "a drop that has stood for two polls is not believed yet", polls: []poll{{"01 12:00:00", 50, 40}, {"02 05:01:00", 3, 2}, {"02 05:02:00", 4, 2}}, offered: 50, handled: 40},
		{name: "a drop that didn't stand", polls: []poll{{"01 12:00:00", 50, 40}, {"02 05:01:00", 3, 2}, {"02 05:02:00", 4, 2}, {"02 05:03:00", 51, 41}}, offered: 51, handled: 41},
		{name: "a drop after a correction that didn't stand", polls: []poll{
			{"01 12:00:00", 50, 40}, {"01 12:01:00", 45, 40}, {"01 12:02:00", 3, 2}, {"01 12:03:00", 45, 40}, {"01 12:04:00", 46, 40}, {"01 12:05:00", 47, 41}, {"01 12:06:00", 51, 41},
		}, offered: 51, handled: 41, corrections: 1},
		{name: "a drop near midnight that didn't stand", zone: zone, polls: []poll{
			{"02 04:59:00", 50, 40}, {"02 05:01:00", 3, 2}, {"02 05:02:00", 50, 40}, {"02 05:03:00", 3, 2}, {"02 05:04:00", 50, 40}, {"02 05:05:00", 60, 50},
		}, offered: 60, handled: 50},
		{name: "a drop near midnight that didn't stand, and then the new day", zone: zone, polls: []poll{
			{"02 04:59:00", 50, 40}, {"02 05:01:00", 3, 2}, {"02 05:02:00", 50, 40}, {"02 05:03:00", 5, 2}, {"02 05:04:00", 6, 2}, {"02 05:05:00", 7, 3},
		}, offered: 57, handled: 43},
		{name: "a drop long after midnight is a correction", zone: zone, polls: []poll{
			{"02 13:00:00", 50, 40}, {"02 13:01:00", 3, 2}, {"02 13:02:00", 3, 2}, {"02 13:03:00", 4, 2}, {"02 13:04:00", 52, 40},
		}, offered: 52, handled: 40, corrections: 1},
		{name: "a second drop near midnight is a correction", zone: zone, polls: []poll{
			{"02 04:59:00", 50, 40}, {"02 05:01:00", 3, 2}, {"02 05:02:00", 4, 2}, {"02 05:03:00", 4, 2}, {"02 05:04:00", 5, 2}, {"02 05:05:00", 1, 1}, {"02 05:06:00", 6, 2},
		}, offered: 56, handled: 42, corrections: 1},
		{name: "a vendor that restarts two hours after midnight", zone: zone, polls: []poll{
			{"02 04:59:00", 50, 40}, {"02 05:10:00", 50, 40}, {"02 05:20:00", 50, 40}, {"02 07:00:00", 51, 40}, {"02 07:01:00", 2, 1},
		}, offered: 53, handled: 41},
		{name: "a total that can't be true", polls: []poll{
			{"01 12:00:00", 50, 40},
			{"01 12:01:00", 1e308, 40},
			{"01 12:02:00", 51, 40},
			{"01 12:03:00", math.Inf(1), 40},
			{"01 12:04:00", math.NaN(), 40},
			{"01 12:05:00", 5e8, 40},
			{"01 12:06:00", 6e9, 40},
			{"01 12:07:00", 7e10, 40},
			{"01 12:08:00", 52, 40},
			{"01 12:09:00", 5e8, 40},
			{"01 12:10:00", 5e8, 40},
			{"01 12:11:00", 53, 41},
		}, offered: 53, handled: 41},
		{name: "a total that can't be true and stays", polls: []poll{
			{"01 12:00:00", 50, 40}, {"01 12:01:00", 1e308, 40}, {"01 12:02:00", 1e308, 40}, {"01 12:03:00", 1e308, 40}, {"01 12:04:00", 1e308, 40},
		}, offered: 50, handled: 40},
		{name: "a growth that three polls agree on", polls: []poll{
			{"01 12:00:00", 50, 40}, {"01 12:01:00", 3e7, 40}, {"01 12:02:00", 3e7 + 5, 40}, {"01 12:03:00", 3e7 + 9, 41},
		}, offered: 3e7 + 9, handled: 41},
		{name: "a correction stands still until the old height is passed", polls: []poll{
			{"01 12:00:00", 50, 40}, {"01 12:01:00", 48, 40}, {"01 12:02:00", 49, 41}, {"01 12:03:00", 52, 42},
		}, offered: 52, handled: 42, corrections: 1},
		{name: "two corrections", polls: []poll{
			{"01 12:00:00", 50, 40}, {"01 12:01:00", 48, 40}, {"01 12:02:00", 47, 40}, {"01 12:03:00", 50, 40},
		}, offered: 50, handled: 40, corrections: 2},
		{name: "one total corrected to nothing is no new day", polls: []poll{
			{"01 12:00:00", 50, 30}, {"01 12:01:00", 50, 0}, {"01 12:02:00", 51, 31},
		}, offered: 51, handled: 31, corrections: 1},
		{name: "a small drop after midnight of the zone is a new day", zone: zone, polls: []poll{
			{"02 04:59:00", 5, 4}, {"02 05:01:00", 4, 3},
		}, offered: 9, handled: 7},
		{name: "the same drop before midnight is a correction", zone: zone, polls: []poll{
			{"02 04:50:00", 5, 4}, {"02 04:52:00", 4, 3},
		}, offered: 5, handled: 4, corrections: 1},
		{name: "a vendor that restarts a little after midnight", zone: zone, polls: []poll{
			{"02 04:59:50", 50, 40}, {"02 05:00:20", 50, 40}, {"02 05:00:50", 51, 40}, {"02 05:01:20", 0, 0}, {"02 05:01:50", 1, 1},
		}, offered: 52, handled: 41},
		{name: "a row that vanishes and comes back", polls: []poll{
			{"01 12:00:00", 50, 40}, {"01 12:01:00", -1, -1}, {"01 12:02:00", 51, 40},
		}, offered: 51, handled: 40},
		{name: "a row that vanishes over midnight and comes back with more", zone: zone, polls: []poll{
			{"01 23:00:00", 5, 4}, {"01 23:01:00", -1, -1}, {"02 14:00:00", -1, -1}, {"02 14:01:00", 8, 6},
		}, offered: 13, handled: 10},
		{name: "an outage over midnight after which there is more", zone: zone, polls: []poll{
			{"01 23:00:00", 5, 4}, {"02 14:01:00", 8, 6},
		}, offered: 13, handled: 10},
		{name: "an outage within a day", zone: zone, polls: []poll{
			{"01 12:00:00", 5, 4}, {"01 20:00:00", 8, 6},
		}, offered: 8, handled: 6},
		{name: "a quiet row over midnight", zone: zone, polls: []poll{
			{"02 04:59:00", 0, 0}, {"02 05:10:00", 0, 0}, {"02 05:20:00", 0, 0}, {"02 14:00:00", 2, 1},
		}, offered: 2, handled: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := testCounters(t, c.zone)
			var before float64
			n.mustAdd(t, metric.Reading{Totals: []metric.Row{{Key: "8", Totals: []metric.Sample{testOffered.Of(0, "8", "eight")}}}}, at("01 11:00:00"))
			for _, p := range c.polls {
				var rows []metric.Row
				if p.offered != -1 {
					rows = day(p.offered, p.handled)
				}
				other := metric.Row{Key: "8", Totals: []metric.Sample{testOffered.Of(0, "8", "eight")}}
				n.mustAdd(t, metric.Reading{Totals: append(rows, other)}, at(p.clock))
				if v := n.value(testOffered, "7", "seven"); v < before {
					t.Errorf("at %s the counter fell from %v to %v", p.clock, before, v)
				} else {
					before = v
				}
			}
			if got := n.value(testOffered, "7", "seven"); got != c.offered {
				t.Errorf("offered %v, want %v", got, c.offered)
			}
			if got := n.value(testHandled, "7", "seven"); got != c.handled {
				t.Errorf("handled %v, want %v", got, c.handled)
			}
			if s, _ := n.Corrections(); s.Value != c.corrections {
				t.Errorf("corrections %v, want %v", s.Value, c.corrections)
			}
		})
	}
}

func TestDayTotalsOfARenamedServiceGoOn(t *testing.T) {
	n := testCounters(t, nil)
	n.mustAdd(t, metric.Reading{Totals: day(50, 40)}, at("01 12:00:00"))
	n.mustAdd(t, metric.Reading{Totals: []metric.Row{{Key: "7", Totals: []metric.Sample{testOffered.Of(53, "7", "renamed")}}}}, at("01 12:01:00"))
	if got := n.value(testOffered, "7", "renamed"); got != 0 {
		t.Errorf("the new name begins with %v, want 0", got)
	}
	n.mustAdd(t, metric.Reading{Totals: []metric.Row{{Key: "7", Totals: []metric.Sample{testOffered.Of(54, "7", "renamed")}}}}, at("01 12:02:00"))
	if got := n.value(testOffered, "7", "renamed"); got != 4 {
		t.Errorf("the new name continues with %v, want the 4 since", got)
	}
}

func TestDayTotalsAreCountedWhileTheExporterIsDown(t *testing.T) {
	dir := t.TempDir()
	open := func() (*Counters, *state.Store) {
		store, err := state.Open(dir, state.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return countersOf(t, store, nil), store
	}
	n, store := open()
	n.mustAdd(t, metric.Reading{Totals: day(50, 40)}, at("01 12:00:00"))
	store.Close()
	n, store = open()
	defer store.Close()
	if got := n.value(testOffered, "7", "seven"); got != 0 {
		t.Errorf("restored %v, want 0: the first answer is what was before", got)
	}
	n.mustAdd(t, metric.Reading{Totals: day(58, 41)}, at("01 13:00:00"))
	if got := n.value(testOffered, "7", "seven"); got != 8 {
		t.Errorf("after the restart %v, want 8", got)
	}
}

func TestDayTotalsOfAgentsThatAreNotToldApartAddUp(t *testing.T) {
	n := testCounters(t, nil)
	row := func(key string, v float64) metric.Row {
		return metric.Row{Key: key, Totals: []metric.Sample{testChanges.Of(v, "")}}
	}
	n.mustAdd(t, metric.Reading{Totals: []metric.Row{row("a", 10), row("b", 5)}}, at("01 12:00:00"))
	n.mustAdd(t, metric.Reading{Totals: []metric.Row{row("a", 12), row("b", 5)}}, at("01 12:01:00"))
	n.mustAdd(t, metric.Reading{Totals: []metric.Row{row("a", 12), row("b", 5), row("c", 3)}}, at("01 12:02:00"))
	if got := n.value(testChanges, ""); got != 5 {
		t.Errorf("%v, want the growth of a, and c, who came later", got)
	}
}

func TestBucketsAreAddedOnceEach(t *testing.T) {
	n := testCounters(t, nil)
	bucket := func(key, end string, v float64) metric.Interval {
		return metric.Interval{Key: key, End: at(end), Add: []metric.Sample{testSeconds.Of(v, key, "online")}}
	}
	for range 10 { // the same answer again and again
		n.mustAdd(t, intervals(at("01 12:10:00"),
			bucket("a", "01 12:15:00", 1), bucket("a", "01 12:10:00", 300), bucket("a", "01 12:05:00", 200), bucket("b", "01 12:05:00", 7),
		), at("01 13:11:00"))
	}
	if got := n.value(testSeconds, "a", "online"); got != 500 {
		t.Errorf("%v seconds, want those of the two settled buckets", got)
	}
	n.mustAdd(t, intervals(at("01 12:15:00"),
		bucket("a", "01 12:15:00", 150), bucket("a", "01 12:10:00", 999), bucket("b", "01 12:10:00", 1),
	), at("01 13:16:00"))
	if got := n.value(testSeconds, "a", "online"); got != 650 {
		t.Errorf("%v seconds: a bucket that was restated must not count again", got)
	}
	if got := n.value(testSeconds, "b", "online"); got != 8 {
		t.Errorf("%v seconds of the other agent, want 8", got)
	}
}

// changed is a change of an agent's state, which begins status unless it is "".
func changed(key, clock, agent, status string) metric.Event {
	e := metric.Event{
		Key: key, Time: at(clock), Subject: agent,
		Add:  []metric.Sample{testChanges.Of(1, agent)},
		Late: []metric.Sample{testLate.Of(1)},
	}
	if status != "" {
		e.Begin = []metric.Sample{testSeconds.Of(0, agent, status)}
	}
	return e
}

// running is an answer with events, in which the time of states continues.
func running(settled time.Time, events ...metric.Event) metric.Reading {
	return metric.Reading{Events: metric.Events{List: events, Progress: metric.Progress{FinalUntil: settled}, Running: true}}
}

// intervals is an answer with closed intervals.
func intervals(settled time.Time, list ...metric.Interval) metric.Reading {
	return metric.Reading{Intervals: metric.Intervals{List: list, Progress: metric.Progress{FinalUntil: settled}}}
}

func TestEventsAreCountedOnceInAnyOrder(t *testing.T) {
	n := testCounters(t, nil)
	a, b, c := changed("1", "01 12:00:00", "a", "online"), changed("2", "01 12:10:00", "a", "away"), changed("3", "01 12:30:00", "a", "")
	n.mustAdd(t, running(at("01 11:00:00"), b, a), at("01 12:15:00"))
	n.mustAdd(t, running(at("01 12:20:00"), c, a, b, a), at("01 13:20:00"))
	if got := n.value(testChanges, "a"); got != 3 {
		t.Errorf("%v changes, want 3", got)
	}
	if got := n.value(feedDuplicates, "source"); got != 3 {
		t.Errorf("%v duplicates, want 3", got)
	}
	if got := n.value(testSeconds, "a", "online"); got != 600 {
		t.Errorf("online for %v, want 600", got)
	}
	if got := n.value(testSeconds, "a", "away"); got != 600 {
		t.Errorf("away for %v up to the settled time, want 600", got)
	}
	n.mustAdd(t, running(at("01 14:00:00")), at("01 15:00:00"))
	if got := n.value(testSeconds, "a", "away"); got != 1200 {
		t.Errorf("away for %v until the log-out, want 1200", got)
	}
}

// What was counted stays counted, but a state does not go on after its end.
func TestAnEventThatIsLateHoldsFromWhatIsSettledOn(t *testing.T) {
	for name, c := range map[string]struct {
		late         metric.Event
		late2        metric.Event
		online, away float64
	}{
		"another state":                {late: changed("2", "01 12:10:00", "a", "away"), online: 1800, away: 600},
		"the end":                      {late: changed("2", "01 12:10:00", "a", ""), online: 1800},
		"of before the state began":    {late: changed("2", "01 11:50:00", "a", "away"), online: 2400},
		"the end, and what was before": {late: changed("2", "01 12:20:00", "a", ""), late2: changed("3", "01 12:10:00", "a", "away"), online: 1800},
		"the end, and what came after": {late: changed("2", "01 12:20:00", "a", ""), late2: changed("3", "01 12:25:00", "a", "away"), online: 1800, away: 600},
		"of somebody unknown":          {late: changed("2", "01 12:10:00", "b", "away"), online: 2400},
	} {
		t.Run(name, func(t *testing.T) {
			n := testCounters(t, nil)
			n.mustAdd(t, running(at("01 12:30:00"), changed("1", "01 12:00:00", "a", "online")), at("01 13:30:00"))
			late := 1.
			n.mustAdd(t, running(at("01 12:30:00"), c.late), at("01 13:35:00"))
			if c.late2.Key != "" {
				n.mustAdd(t, running(at("01 12:30:00"), c.late2), at("01 13:36:00"))
				late = 2
			}
			n.mustAdd(t, running(at("01 12:40:00")), at("01 13:40:00"))
			if got := n.value(testLate); got != late {
				t.Errorf("%v late, want %v", got, late)
			}
			if online, away := n.value(testSeconds, "a", "online"), max(0, n.value(testSeconds, "a", "away")); online != c.online || away != c.away {
				t.Errorf("online for %v, away for %v; want %v and %v", online, away, c.online, c.away)
			}
		})
	}
}

func TestWhatIsUnknownInAnEventCountsWithIt(t *testing.T) {
	n := testCounters(t, nil)
	odd := changed("1", "01 12:00:00", "a", "online")
	odd.Unknown = []string{"status"}
	for i, want := range []int{1, 0, 0} {
		r := metric.Reading{Events: metric.Events{List: []metric.Event{odd}, Progress: metric.Progress{FinalUntil: at("01 12:30:00")}}}
		if i == 2 {
			r = metric.Reading{} // nothing to count
		}
		if err := n.Add(&r, at("01 12:30:00")); err != nil || len(r.Unknown) != want {
			t.Errorf("delivery %d: unknown %v, %v; want %d", i, r.Unknown, err, want)
		}
	}
}

func TestWhoIsInNoStateIsForgotten(t *testing.T) {
	n := testCounters(t, nil)
	n.mustAdd(t, running(at("01 12:30:00"), changed("1", "01 12:00:00", "a", "online"), changed("2", "01 12:10:00", "a", ""), changed("3", "01 12:00:00", "b", "away")), at("01 12:30:00"))
	kept := func() (kept int) {
		_ = n.ledger.Update(func(tx ledger.Tx) error {
			for range tx.Each(stateKind) {
				kept++
			}
			return nil
		})
		return kept
	}
	if got := kept(); got != 2 {
		t.Errorf("%d agents are known, want 2", got)
	}
	n.mustAdd(t, running(at("02 12:30:00")), at("02 12:30:00"))
	if got := kept(); got != 1 {
		t.Errorf("%d agents are known a day after one has left, want 1", got)
	}
}

func TestEventsAtOneInstantKeepTheirOrder(t *testing.T) {
	n := testCounters(t, nil)
	login, state := changed("login", "01 12:00:00", "a", "offline"), changed("state", "01 12:00:00", "a", "online")
	login.Order, state.Order = -1, 1
	n.mustAdd(t, running(at("01 12:10:00"), state, login), at("01 13:30:00"))
	if got := n.value(testSeconds, "a", "online"); got != 600 {
		t.Errorf("online for %v, want 600", got)
	}
}

func TestAGapIsCounted(t *testing.T) {
	n := testCounters(t, nil)
	n.mustAdd(t, metric.Reading{Events: metric.Events{Progress: metric.Progress{Cursor: "x", Gap: 90 * time.Second}}}, at("01 12:00:00"))
	if got := [2]float64{n.value(feedGaps, "source"), n.value(feedGapSeconds, "source")}; got != [2]float64{1, 90} {
		t.Errorf("gaps and seconds %v", got)
	}
	if n.Cursor() != "x" {
		t.Errorf("cursor %q", n.Cursor())
	}
}

func TestHistogramsAreObserved(t *testing.T) {
	n := testCounters(t, nil)
	for i, v := range []float64{0, 0.5, 5, 50} {
		n.mustAdd(t, metric.Reading{Events: metric.Events{List: []metric.Event{{Key: fmt.Sprint(i), Time: at("01 12:00:00"), Add: []metric.Sample{testLength.Of(v)}}}}}, at("01 12:00:00"))
	}
	samples := n.Append(nil, n.View(), nil)
	for _, s := range samples {
		if h := s.Histogram; h != nil {
			if h.Count != 4 || h.Sum != 55.5 || fmt.Sprint(h.Counts) != "[2 1 1]" || h.Zero != 1 || len(h.Native) != 3 {
				t.Errorf("%+v", h)
			}
			return
		}
	}
	t.Error("no histogram is shown")
}

func TestLabelsThatCustomersExtendAreBounded(t *testing.T) {
	d := &metric.Desc{Name: "x_total", Kind: metric.Counter, Labels: []string{"service_id", "result"}, Open: []string{"result"}}
	b := newCardinality(2, 0)
	r := metric.Reading{Gauges: metric.Gauges{Samples: []metric.Sample{d.Of(1, "1", "a"), d.Of(1, "1", "b"), d.Of(1, "1", "c"), d.Of(1, "1", "d"), d.Of(1, "1", "a")}}}
	b.limit(&r, time.Now())
	got := map[string]float64{}
	for _, s := range r.Gauges.Samples {
		got[s.Labels[1]] += s.Value
	}
	if fmt.Sprint(got) != "map[a:2 b:1 other:2]" {
		t.Errorf("%v", got)
	}
}

// Labels of an earlier view are used again; what is shown is what the ledger has, whatever
// series came and went.
func TestCountersAreThoseOfTheViewWhateverWasBefore(t *testing.T) {
	n, _ := limitedCounters(t, t.TempDir(), 100)
	add := func(drop string, agents ...string) {
		if err := n.ledger.Update(func(tx ledger.Tx) error {
			tx.DropSeries(func(series ledger.Series) bool { return drop != "" && strings.Contains(series.Key(), drop) })
			for i, a := range agents {
				agent, status, _ := strings.Cut(a, " ")
				addTo(tx, testSeconds.Of(0, agent, status), float64(i+1), at("01 12:00:00"))
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	var before []metric.Sample
	for _, step := range []struct {
		drop   string
		agents []string
	}{
		{"", []string{"ann on", "bob on", "cy on"}},
		{"", []string{"ann on"}},
		{"ann", nil},
		{"", []string{"dora on"}},
		{"dora", []string{"dora online"}},
		{"cy", []string{"eve on", "finn on"}},
		{"bob", []string{"ann on"}},
	} {
		add(step.drop, step.agents...)
		got, want := n.Append(nil, n.View(), before), n.Append(nil, n.View(), nil)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v: %v, want %v", step, got, want)
		}
		before = got
	}
	before = n.Append(nil, n.View(), nil)
	for i, s := range n.Append(nil, n.View(), before) {
		if unsafe.SliceData(s.Labels) != unsafe.SliceData(before[i].Labels) {
			t.Errorf("the labels of %s are copied though nothing changed", s.Key())
		}
	}
}
