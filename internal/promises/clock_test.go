package promises

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// The zone of the machine, the end of February and the end of the year change
// nothing: the vendor's day is counted whole.
func TestDayTotalsWhateverTheZoneOfTheMachine(t *testing.T) {
	zone := newYork(t)
	local := time.Local
	defer func() { time.Local = local }()
	for i, c := range []struct {
		host  string
		begin time.Time
		days  int
	}{
		{"UTC", time.Date(2000, 2, sized(28, 29), 6, 0, 0, 0, zone), sized(3, 1)},
		{"America/New_York", time.Date(2000, 4, 1, 6, 0, 0, 0, zone), sized(3, 2)}, // clocks go forward on the 2nd
		{"Asia/Kathmandu", time.Date(2000, 12, sized(30, 31), 6, 0, 0, 0, zone), sized(3, 1)},
		{"Pacific/Auckland", time.Date(2000, 10, 28, 6, 0, 0, 0, zone), sized(3, 2)}, // clocks go back on the 29th
	} {
		host, err := time.LoadLocation(c.host)
		if err != nil {
			t.Skip("this system has no time zones")
		}
		time.Local = host
		t.Run(host.String(), func(t *testing.T) { runDays(t, int64(60+i), c.begin, c.days, "") })
	}
}

// A machine whose clock is set while the exporter is down finds its counters and
// continues with them.
func TestClocksThatAreSetBetweenTwoRuns(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{
		"a day back": -24 * time.Hour, "an hour back": -time.Hour, "an hour ahead": time.Hour, "three years ahead": 3 * 365 * 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var s *simulator.Simulator
			var before, base sheet
			var offset time.Duration // of the vendor's clock, which is not set
			var end time.Time
			var file string
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(64 * time.Hour) // noon in New York
				s = simulator.New(simulator.Options{
					Seed: 71, Agents: 10, Services: 3, Late: -1, Frozen: true, FeedsOff: true,
					Now: func() time.Time { return time.Now().Add(offset) },
				})
				file = accounts(shop("shop", shopHost, s, generous, slowShop), dialer("dialer", dialerHost, s, generous, slowDialer, "identity: id"))
				x := run(t, both(s), dir, file)
				time.Sleep(2 * time.Minute)
				base = x.shown("dialer").base(s.Truth().LiveVox)
				play(t, s, "normal")
				time.Sleep(20 * time.Minute)
				x.shown("dialer").healthy(t)
				before = merged(x.shown("shop").counters(), x.shown("dialer").counters())
				end = time.Now()
			})
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(end.Add(jump)))
				offset = end.Round(0).Sub(time.Now().Round(0))
				x := run(t, both(s), dir, file)
				watchClock(t, x, before)
				play(t, s, "frozen")
				time.Sleep(5 * time.Minute)
				compare(t, "day totals", x.shown("dialer").without("service_name").days(), daysTruth(s.Truth().LiveVox).less(base))
			})
		})
	}
}

// watchClock looks for a while that nothing falls and nothing is of the future.
func watchClock(t *testing.T, x *exporter, before sheet) {
	t.Helper()
	for range 20 {
		now := merged(x.shown("shop").counters(), x.shown("dialer").counters())
		for _, fell := range vendorCounters(now).fellFrom(vendorCounters(before)) {
			t.Errorf("a counter falls: %s", fell)
		}
		if t.Failed() {
			return
		}
		before = now
		time.Sleep(time.Minute)
		for k, v := range x.shown("dialer").of("contactcenter_source_last_success_timestamp_seconds") {
			if at := time.UnixMilli(int64(v * 1000)); at.After(time.Now()) {
				t.Errorf("%s is of the future", k)
			}
		}
	}
	x.shown("dialer").healthy(t)
	x.shown("shop").healthy(t)
}

func merged(a, b sheet) sheet {
	all := sheet{}
	for _, s := range []sheet{a, b} {
		for k, v := range s {
			all[k] = v
		}
	}
	return all
}
