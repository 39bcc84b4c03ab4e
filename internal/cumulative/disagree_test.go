package cumulative

import (
	"fmt"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// Two nodes of a vendor of which one is behind answer in turn, in runs of any length, at
// any time of the day. What is counted that was none is one day of the node behind at the
// most, however often they alternate, and it is taken off the growth to come.
func TestNodesThatAlternateAddOneDayAtMost(t *testing.T) {
	const ahead, behind = 1000., 400.
	midnight := at("02 00:00:00")
	for _, first := range []time.Duration{-13 * time.Hour, -30 * time.Minute, 0, 37 * time.Minute, 170 * time.Minute, 9 * time.Hour} {
		for _, zone := range []*time.Location{nil, time.UTC} {
			for run := 1; run <= 8; run++ {
				t.Run(fmt.Sprint(first, zone, run), func(t *testing.T) {
					n, now := testCounters(t, zone), midnight.Add(first)
					poll := func(v float64) {
						n.mustAdd(t, metric.Reading{Totals: day(v, v)}, now)
						now = now.Add(10 * time.Second)
					}
					for i := range 400 {
						v := ahead
						if i/run%2 == 1 {
							v = behind
						}
						poll(v)
						if got := n.value(testOffered, "7", "seven"); got > behind {
							t.Fatalf("poll %d: %v of totals that don't grow, want %v at most", i, got, behind)
						}
					}
					poll(ahead)
					poll(ahead + 2*behind)
					if got := n.value(testOffered, "7", "seven"); got != 2*behind {
						t.Errorf("%v once both agree, want %v", got, 2*behind)
					}
				})
			}
		}
	}
}

// A node that has more than half of what the other has adds a day once too.
func TestANodeThatIsLittleBehindAddsOneDayAtMost(t *testing.T) {
	for run := 1; run <= 8; run++ {
		n, now := testCounters(t, time.UTC), at("01 23:30:00")
		for i := range 800 {
			v := 1000.
			if i/run%2 == 1 {
				v = 600
			}
			n.mustAdd(t, metric.Reading{Totals: day(v, v)}, now)
			now = now.Add(10 * time.Second)
			if got := n.value(testOffered, "7", "seven"); got > 1000 {
				t.Fatalf("runs of %d, poll %d: %v of totals that don't grow, want 1000 at most", run, i, got)
			}
		}
	}
}

// One node begins the new day at midnight, the other says the totals of the day before
// for an hour: the new day is counted once.
func TestANodeThatBeginsItsDayLateAddsNothing(t *testing.T) {
	for run := 1; run <= 8; run++ {
		n, now := testCounters(t, time.UTC), at("01 23:50:00")
		truth := 0.
		poll := func(v float64) {
			n.mustAdd(t, metric.Reading{Totals: day(v, v)}, now)
			now = now.Add(10 * time.Second)
			if got := n.value(testOffered, "7", "seven"); got > truth {
				t.Fatalf("runs of %d: %v at %s, want %v at most", run, got, now, truth)
			}
		}
		for now.Before(at("02 00:00:00")) {
			poll(1000)
		}
		for i := 0; now.Before(at("02 01:00:00")); i++ {
			truth++
			if i/run%2 == 1 {
				poll(1000)
			} else {
				poll(truth)
			}
		}
		for range 10 {
			truth++
			poll(truth)
		}
		if got := n.value(testOffered, "7", "seven"); got != truth {
			t.Errorf("runs of %d: %v in the end, want %v", run, got, truth)
		}
	}
}
