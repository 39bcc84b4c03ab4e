package cumulative

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// Two nodes of a vendor, one of which is behind, answer in any turn, at any time of the
// day, with and without the zone: what is counted is at most what the node that is
// ahead has counted, and all of it once both agree.
func TestNodesThatDisagreeAddNothing(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for name, zone := range map[string]*time.Location{"no zone": nil, "zone": newYork} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				n := testCounters(t, zone)
				now := at("02 00:00:00").Add(time.Duration(rapid.IntRange(0, 24*60).Draw(rt, "minute")) * time.Minute)
				ahead := rapid.Float64Range(20, 100).Draw(rt, "ahead")
				behind := ahead * rapid.Float64Range(0.1, 0.9).Draw(rt, "share")
				base := ahead
				n.mustAdd(t, metric.Reading{Totals: day(ahead, ahead)}, now)
				stale := 0
				for range rapid.IntRange(1, 40).Draw(rt, "polls") {
					now = now.Add(time.Minute)
					var v float64
					if stale++; stale < standingPolls && rapid.Bool().Draw(rt, "stale") {
						v = behind
					} else {
						stale = 0
						ahead++
						behind++
						v = ahead
					}
					n.mustAdd(t, metric.Reading{Totals: day(v, v)}, now)
					if zone == nil {
						if got := n.value(testOffered, "7", "seven"); got > ahead-base {
							rt.Fatalf("%v, want %v at most", got, ahead-base)
						}
					}
				}
				ahead += 200 // more than what a drop near midnight may have added
				n.mustAdd(t, metric.Reading{Totals: day(ahead, ahead)}, now.Add(time.Minute))
				if got := n.value(testOffered, "7", "seven"); got < ahead-base-1e-6 || got > ahead-base+1e-6 {
					rt.Fatalf("%v in the end, want %v", got, ahead-base)
				}
			})
		})
	}
}

// Two nodes of a vendor whose zone is not known answer in runs of any length. Whatever
// they say, days don't follow one another within hours: each 18 h add what the node
// behind says once at the most, and all is right once both agree.
func TestNodesThatAnswerInRunsMakeNoDays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := testCounters(t, nil)
		now := at("02 00:00:00")
		ahead := rapid.Float64Range(20, 100).Draw(rt, "ahead")
		behind := ahead * rapid.Float64Range(0, 0.49).Draw(rt, "share")
		pause := rapid.SampledFrom([]time.Duration{time.Second, 30 * time.Second, time.Minute}).Draw(rt, "pause")
		n.mustAdd(t, metric.Reading{Totals: day(ahead, ahead)}, now)
		for run := range rapid.IntRange(1, 10).Draw(rt, "runs") {
			v := ahead
			if run%2 == 0 {
				v = behind
			}
			for range rapid.IntRange(1, 60).Draw(rt, "polls") {
				now = now.Add(pause)
				n.mustAdd(t, metric.Reading{Totals: day(v, v)}, now)
			}
		}
		if got := n.value(testOffered, "7", "seven"); got > behind {
			rt.Fatalf("%v of nodes that say %v and %v", got, ahead, behind)
		}
		n.mustAdd(t, metric.Reading{Totals: day(ahead, ahead)}, now.Add(pause))
		n.mustAdd(t, metric.Reading{Totals: day(ahead+200, ahead+200)}, now.Add(2*pause))
		if got := n.value(testOffered, "7", "seven"); got < 200-1e-6 || got > 200+1e-6 {
			rt.Fatalf("%v in the end, want 200", got)
		}
	})
}

// A new day that begins soon after one that was none counts whole, if later.
func TestADayAfterOneThatWasNoneIsCounted(t *testing.T) {
	n := testCounters(t, nil)
	poll := func(clock string, totals ...float64) {
		for i, v := range totals {
			n.mustAdd(t, metric.Reading{Totals: day(v, v)}, at(clock).Add(time.Duration(i)*time.Minute))
		}
	}
	poll("01 12:00:00", 100, 40, 40, 40, 40, 40, 100, 100) // 40 are counted that are none
	poll("02 00:00:00", 150, 0, 1, 2, 3)
	poll("02 05:00:00", 60, 90, 121, 130)
	poll("02 06:10:00", 140)
	if got := n.value(testOffered, "7", "seven"); got != 190 {
		t.Errorf("%v, want 50 of the first day and 140 of the second", got)
	}
	poll("03 00:00:00", 150, 0, 1, 2, 3)
	poll("03 00:20:00", 4)
	if got := n.value(testOffered, "7", "seven"); got != 204 {
		t.Errorf("%v, want 50, 150 and 4", got)
	}
}

// A counter begins at 0 when the exporter sees the day's total first, and with a start
// of that moment; a row that comes later begins at 0 before its first total.
func TestTheFirstAnswerIsWhatWasBefore(t *testing.T) {
	n := testCounters(t, nil)
	first := at("01 12:00:00")
	n.mustAdd(t, metric.Reading{Partial: true, Totals: day(6202, 5000)}, first)
	n.mustAdd(t, metric.Reading{Totals: day(6202, 5000)}, first.Add(30*time.Second))
	n.mustAdd(t, metric.Reading{Totals: day(6212, 5001)}, first.Add(time.Minute))
	samples := n.Append(nil, n.View(), nil)
	for _, s := range samples {
		if s.Desc == testOffered && (s.Value != 10 || !s.Since().Equal(first)) {
			t.Errorf("%v since %s, want 10 since %s", s.Value, s.Since(), first)
		}
	}
	later := []metric.Row{{Key: "9", Totals: []metric.Sample{testOffered.Of(4, "9", "nine")}}}
	n.mustAdd(t, metric.Reading{Totals: append(later, day(6212, 5001)...)}, first.Add(2*time.Minute))
	if got := n.value(testOffered, "9", "nine"); got != 4 {
		t.Errorf("a row that appears adds %v, want 4", got)
	}
}

// What the first answer lacks, since it is partial or a field has no value, is no growth
// when it comes; from the next day on it is.
func TestWhatTheFirstAnswerLacksIsWhatWasBefore(t *testing.T) {
	offered := metric.Row{Key: "7", Totals: []metric.Sample{testOffered.Of(80, "7", "seven")}}
	second := func(v float64) metric.Row {
		return metric.Row{Key: "9", Totals: []metric.Sample{testOffered.Of(v, "9", "nine")}}
	}
	n := testCounters(t, nil)
	poll := func(clock string, partial bool, rows ...metric.Row) {
		n.mustAdd(t, metric.Reading{Partial: partial, Totals: rows}, at(clock))
	}
	want := func(what string, offered, handled, second float64) {
		t.Helper()
		got := [3]float64{n.value(testOffered, "7", "seven"), n.value(testHandled, "7", "seven"), n.value(testOffered, "9", "nine")}
		if got != [3]float64{offered, handled, second} {
			t.Errorf("%s: offered, handled and the second service's %v, want %v %v %v", what, got, offered, handled, second)
		}
	}
	poll("01 12:00:00", true, offered)
	poll("01 12:01:00", true, offered)
	poll("01 12:02:00", false, offered, second(100))
	want("a row that a partial answer lacked", 0, -1, 0)
	poll("01 12:03:00", false, day(81, 5000)[0], second(101))
	want("a field that had no value", 1, 0, 1)
	poll("01 12:04:00", false, day(82, 5003)[0], second(101))
	want("growth", 2, 3, 1)
	offered.Totals[0].Value = 1
	for _, clock := range []string{"02 00:00:00", "02 00:01:00", "02 00:02:00"} {
		poll(clock, false, offered, second(102))
	}
	poll("02 00:03:00", false, day(1, 1)[0], second(102))
	want("a field that comes on a new day", 3, 4, 2)
}

func TestAFirstAnswerWithoutRowsIsOne(t *testing.T) {
	n := testCounters(t, nil)
	n.mustAdd(t, metric.Reading{Partial: true}, at("01 12:00:00")) // as after an error
	n.mustAdd(t, metric.Reading{}, at("01 12:00:30"))
	n.mustAdd(t, metric.Reading{Totals: day(4, 3)}, at("01 12:01:00"))
	if got := n.value(testOffered, "7", "seven"); got != 4 {
		t.Errorf("%v, want the 4 that came later", got)
	}
}

func TestTotalsThatCannotBeTrueAreCounted(t *testing.T) {
	n := testCounters(t, nil)
	seconds := &metric.Desc{Name: "livevox_test_seconds_total", Kind: metric.Counter, Unit: "s", Labels: []string{AgentLabel}}
	n.descs[seconds.Name] = seconds
	for i, c := range []struct {
		total   float64
		skipped int
	}{{100, 0}, {-5, 1}, {200, 0}, {200 + 86_401, 1}, {201, 0}, {1e6, 1}, {1e6 + 5, 1}, {1e6 + 10, 0}} {
		r := metric.Reading{Totals: []metric.Row{{Key: "a", Totals: []metric.Sample{seconds.Of(c.total, "a")}}, {Key: "b", Totals: []metric.Sample{seconds.Of(5, "b")}}}}
		n.mustCount(t, &r, at("01 12:00:00").Add(time.Duration(i)*time.Minute))
		if r.Skipped != c.skipped {
			t.Errorf("%v: %d skipped, want %d", c.total, r.Skipped, c.skipped)
		}
	}
	if got := n.value(seconds, "a"); got != 1e6+10-100 {
		t.Errorf("%v", got)
	}
}

// A service grows while its name changes, to a new one each time or to and fro, and over
// restarts: a reader of each page sees all of the growth, one answer later at most.
func TestGrowthOfARenamedServiceIsSeen(t *testing.T) {
	for name, nameOf := range map[string]func(i int) string{
		"new each time":     func(i int) string { return fmt.Sprint("s", i) },
		"to and fro":        func(i int) string { return fmt.Sprint("s", i%2) },
		"every third":       func(i int) string { return fmt.Sprint("s", i/3) },
		"none now and then": func(i int) string { return []string{"s", "", "t"}[i%3] },
	} {
		for _, restart := range []bool{false, true} {
			t.Run(fmt.Sprint(name, restart), func(t *testing.T) {
				store, err := state.Open("", state.Options{MemoryOnly: true})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { store.Close() })
				n := countersOf(t, store, nil)
				now, seen, increase := at("01 12:00:00"), map[string]float64{}, 0.
				const polls = 40
				for i := range polls {
					if restart && i%7 == 0 {
						n = countersOf(t, store, nil)
						n.TakeOver()
					}
					now = now.Add(30 * time.Second)
					row := metric.Row{Key: "7", Totals: []metric.Sample{testOffered.Of(float64(100+min(i, polls-2)), "7", nameOf(min(i, polls-2)))}}
					n.mustAdd(t, metric.Reading{Totals: []metric.Row{row}}, now)
					shown := n.Append(nil, n.View(), nil)
					for _, s := range shown {
						if s.Desc != testOffered {
							continue
						}
						if before, ok := seen[s.Key()]; ok {
							increase += s.Value - before
						}
						seen[s.Key()] = s.Value
					}
				}
				if want := float64(polls - 2); increase != want {
					t.Errorf("an increase of %v is seen, want %v", increase, want)
				}
			})
		}
	}
}

// An exporter without state starts soon after midnight, before or after the vendor has
// restarted its totals: neither the new day nor a correction is taken for the other.
func TestTheFirstAnswerMayBeThatOfTheDayBefore(t *testing.T) {
	for start := time.Duration(0); start < lateRestart; start += 20 * time.Minute {
		for restart := start + time.Minute; restart < lateRestart-standingPolls*time.Minute; restart += 31 * time.Minute {
			n := testCounters(t, time.UTC)
			midnight := at("02 00:00:00")
			growth := 0.
			for since := start; since < 5*time.Hour; since += time.Minute {
				total := 1000.
				if since >= restart {
					growth++
					total = growth
				}
				n.mustAdd(t, metric.Reading{Totals: day(total, total)}, midnight.Add(since))
			}
			if got := n.value(testOffered, "7", "seven"); got != growth {
				t.Fatalf("started at %s, new day at %s: %v, want %v", start, restart, got, growth)
			}
		}
		n := testCounters(t, time.UTC)
		now := at("02 00:00:00").Add(start)
		for i, total := range []float64{1000, 900, 900, 900, 900, 950, 1001} {
			n.mustAdd(t, metric.Reading{Totals: day(total, total)}, now.Add(time.Duration(i)*time.Minute))
		}
		if got := n.value(testOffered, "7", "seven"); got != 1 {
			t.Fatalf("started at %s: %v after a correction, want 1", start, got)
		}
	}
}

// The state of a row that had another key in an earlier version is continued.
func TestARowWithAnotherKeyGoesOn(t *testing.T) {
	n := testCounters(t, nil)
	row := func(key, former string, total float64) metric.Reading {
		return metric.Reading{Totals: []metric.Row{{Key: key, Former: former, Totals: []metric.Sample{testOffered.Of(total, "7", "seven")}}}}
	}
	n.mustAdd(t, row("A1", "", 100), at("01 12:00:00"))
	n.mustAdd(t, row("A1", "", 103), at("01 12:01:00"))
	for i, spelling := range []string{"A1", "a1", "A1"} {
		n.mustAdd(t, row("a1", spelling, 104+float64(i)), at("01 12:02:00").Add(time.Duration(i)*time.Minute))
	}
	if got := n.value(testOffered, "7", "seven"); got != 6 {
		t.Errorf("%v, want 6", got)
	}
}
