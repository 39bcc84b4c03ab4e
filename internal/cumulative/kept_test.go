package cumulative

import (
	"fmt"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// recordsOf returns how many records of a kind are stored.
func (n *Counters) recordsOf(kind string) (number int) {
	_ = n.ledger.Update(func(tx ledger.Tx) error {
		for range tx.Each(kind) {
			number++
		}
		return nil
	})
	return number
}

// A vendor names other services and agents in each answer: what is kept stays within
// max_series, in memory and in the state.
func TestWhatIsKeptIsBounded(t *testing.T) {
	const most, fresh, polls = 500, 2500, 30
	for name, reading := range map[string]func(poll int, now time.Time) metric.Reading{
		"services": func(poll int, _ time.Time) (r metric.Reading) {
			for i := range fresh {
				id := fmt.Sprint(poll, "-", i)
				r.Totals = append(r.Totals, metric.Row{Key: id, Totals: []metric.Sample{testHandled.Of(1, id, "name of "+id)}})
			}
			return r
		},
		"agents": func(poll int, now time.Time) (r metric.Reading) {
			for i := range fresh {
				id := fmt.Sprint(poll, "-", i)
				r.Events.List = append(r.Events.List, metric.Event{
					Key: id, Time: now, Subject: id, Add: []metric.Sample{testReasons.Of(1, id, "reason")}, Begin: []metric.Sample{testSeconds.Of(0, id, "online")},
				})
			}
			r.Events.FinalUntil, r.Events.Running, r.Events.Horizon = now, true, now.Add(-time.Minute)
			return r
		},
		"intervals": func(poll int, now time.Time) (r metric.Reading) {
			for i := range fresh {
				id := fmt.Sprint(poll, "-", i)
				r.Intervals.List = append(r.Intervals.List, metric.Interval{Key: id, End: now.Add(-time.Second), Add: []metric.Sample{testSeconds.Of(1, id, "online")}})
			}
			r.Intervals.FinalUntil = now
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			n, _ := limitedCounters(t, t.TempDir(), most)
			now := at("01 12:00:00")
			overflow := map[string]int{}
			for poll := range polls {
				now = now.Add(5 * time.Minute)
				r := reading(poll, now)
				for label, number := range n.Limit(&r, now) {
					overflow[label] += number
				}
				if err := n.Add(&r, now); err != nil {
					t.Fatal(err)
				}
				if got := n.ledger.View().Len(); got > most {
					t.Fatalf("poll %d: %d series, want %d at most", poll, got, most)
				}
			}
			for _, kind := range []string{highWaterMarkKind, stateKind, intervalKind} {
				if got := n.recordsOf(kind); got > recordsPerSeries*most+1 {
					t.Errorf("%d records %s, want %d at most", got, kind, recordsPerSeries*most)
				}
			}
			if len(overflow) == 0 {
				t.Error("nothing is said to be other")
			}
		})
	}
}

func TestEventsOfManyServicesAddUp(t *testing.T) {
	n, _ := limitedCounters(t, t.TempDir(), 1000)
	now := at("01 12:00:00")
	const pages, page = 40, 1000
	for p := range pages {
		var r metric.Reading
		for i := range page {
			id := fmt.Sprint(p*page + i)
			r.Events.List = append(r.Events.List, metric.Event{Key: id, Time: now, Add: []metric.Sample{testHandled.Of(1, id, "name")}})
		}
		r.Events.Horizon = now.Add(time.Minute)
		n.mustAdd(t, r, now)
	}
	samples := n.Append(nil, n.View(), nil)
	if total, _ := sum(samples, testHandled, 0); total != pages*page || len(samples) > 1000 {
		t.Errorf("%v events in %d series", total, len(samples))
	}
}

// What has not been used for longest makes room; what is used stays.
func TestIdleSeriesMakeRoom(t *testing.T) {
	n, _ := limitedCounters(t, t.TempDir(), 9+1+len(feedDescs())) // nine services and other
	now := at("01 12:00:00")
	event := func(service string) {
		now = now.Add(time.Second)
		n.mustAdd(t, metric.Reading{Events: metric.Events{List: []metric.Event{
			{Key: fmt.Sprint(service, now), Time: now, Add: []metric.Sample{testHandled.Of(1, service, service)}},
		}}}, now)
	}
	for i := range 9 {
		event(fmt.Sprint("service ", i))
	}
	event("early")
	now = now.Add(idleTime)
	event("service 3")
	event("late")
	for service, want := range map[string]float64{"early": -1, "service 0": -1, "service 1": 1, "service 3": 2, "late": 1, Other: 1} {
		if got := n.value(testHandled, service, service); got != want {
			t.Errorf("%s: %v, want %v", service, got, want)
		}
	}
}

// Services are renamed again and again while they grow: what is left of a former name
// goes after its grace, and rates summed over all names are what happened.
func TestRenamedServicesLeaveNothingBehind(t *testing.T) {
	const services, names = 50, 60
	n, _ := limitedCounters(t, t.TempDir(), 100_000)
	now := at("01 12:00:00")
	shown, increase, total := map[string]float64{}, 0., 0
	poll := func(name string) {
		now = now.Add(time.Minute)
		var rows []metric.Row
		for i := range services {
			id := fmt.Sprint(i)
			rows = append(rows, metric.Row{Key: id, Totals: []metric.Sample{testHandled.Of(float64(total), id, name)}})
		}
		n.mustAdd(t, metric.Reading{Totals: rows}, now)
		samples := n.Append(nil, n.View(), nil)
		for _, s := range samples {
			before, met := shown[s.Key()]
			if shown[s.Key()] = s.Value; met { // what a rate sees
				increase += s.Value - before
			} else if s.Value != 0 {
				t.Fatalf("%s begins at %v", s.Key(), s.Value)
			}
		}
	}
	for i := range names {
		for range 2 {
			poll(fmt.Sprint("name ", i))
			total++
		}
	}
	for range 12 {
		poll(fmt.Sprint("name ", names-1))
	}
	if want := float64(services*(total-1) + services); increase != want {
		t.Errorf("rates see %v, want %v", increase, want)
	}
	if got := n.ledger.View().Len(); got > services+len(feedDescs()) {
		t.Errorf("%d series are left of %d services", got, services)
	}
}
