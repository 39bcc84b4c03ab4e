package liveperson

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

func TestSpanOfSegments(t *testing.T) {
	now := time.Date(2030, 2, 10, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) string { return now.Add(-d).Format(time.RFC3339) }
	for name, test := range map[string]struct {
		cursor   string
		large    bool
		from, to time.Duration // before now
		next     string
		gap      time.Duration
	}{
		"the first poll":                 {"", false, 26 * time.Hour, 0, at(0), 0},
		"the next one":                   {at(time.Hour), false, 27 * time.Hour, 0, at(0), 0},
		"of a large account":             {at(time.Hour), true, 4 * time.Hour, 0, at(0) + " full " + at(time.Hour), 0},
		"again":                          {at(time.Hour) + " full " + at(5*time.Hour), true, 4 * time.Hour, 0, at(0) + " full " + at(5*time.Hour), 0},
		"after six hours":                {at(time.Hour) + " full " + at(6*time.Hour), true, 32 * time.Hour, 0, at(0), 0},
		"after a restart":                {at(time.Hour) + " full " + at(5*time.Hour), false, 31 * time.Hour, 0, at(0), 0},
		"after ten days":                 {at(240 * time.Hour), true, 266 * time.Hour, 98 * time.Hour, at(98 * time.Hour), 0},
		"after a month and a half":       {at(45 * 24 * time.Hour), false, 27 * 24 * time.Hour, 20 * 24 * time.Hour, at(20 * 24 * time.Hour), 18 * 24 * time.Hour},
		"with a cursor of another clock": {at(-time.Hour), true, 26 * time.Hour, 0, at(0), 0},
	} {
		p := segmentsSpan(now, test.cursor, test.large)
		if now.Sub(p.from) != test.from || now.Sub(p.to) != test.to || p.cursor() != test.next || p.gap != test.gap {
			t.Errorf("%s: from %s to %s ago, cursor %q, gap %s; want %s, %s, %q, %s",
				name, now.Sub(p.from), now.Sub(p.to), p.cursor(), p.gap, test.from, test.to, test.next, test.gap)
		}
	}
}

// The polls of a large account ask for every segment after LivePerson has delivered it,
// over restarts and pauses.
func TestEverySegmentIsAskedFor(t *testing.T) {
	for seed := range uint64(20) {
		luck := rand.New(rand.NewPCG(seed, 15))
		begin := time.Date(2030, 2, 10, 12, 0, 0, 0, time.UTC)
		type segment struct{ end, delivered time.Time }
		var all []segment
		for range 5000 {
			end := begin.Add(time.Duration(luck.Int64N(int64(5 * 24 * time.Hour))))
			all = append(all, segment{end, end.Add(time.Duration(luck.Int64N(int64(segmentsLate))))})
		}
		seen := map[segment]bool{}
		cursor, large, rows := "", false, 0
		for now := begin; now.Before(begin.Add(7 * 24 * time.Hour)); {
			p := segmentsSpan(now, cursor, large)
			for _, s := range all {
				if !s.delivered.After(now) && !s.end.Before(p.from) && !s.end.After(p.to) {
					seen[s] = true
					rows++
				}
			}
			cursor, large = p.cursor(), true
			now = now.Add(time.Hour + time.Duration(luck.Int64N(int64(time.Minute))))
			if luck.IntN(12) == 0 {
				large = false // a restart
				now = now.Add(time.Duration(luck.Int64N(int64(20 * time.Hour))))
			}
		}
		if len(seen) != len(all) || rows > 14*len(all) {
			t.Errorf("seed %d: %d of %d segments, in %d rows", seed, len(seen), len(all), rows)
		}
	}
}

func TestCostOfSegments(t *testing.T) {
	c := config.Source{Interval: time.Hour}
	for agents, want := range map[int]float64{0: 1, 100: 17, 666: 108, 5000: 160.0 + 100} {
		if got := segmentsCost(config.Account{}, c, collector.Load{Agents: agents}); got != want {
			t.Errorf("%d agents: %v requests, want %v", agents, got, want)
		}
	}
}

// A reason that the vendor spells in another way is the same reason.
func TestSpellingsOfReasons(t *testing.T) {
	for text, want := range map[string]string{
		"closedByConsumer": "closed_by_consumer", "ClosedByConsumer": "closed_by_consumer", "CLOSED_BY_CONSUMER": "closed_by_consumer",
		"closed by consumer": "closed_by_consumer", "backToQueue": "back_to_queue", "": "other", " other ": "other", "vanished": "other",
	} {
		var e metric.Event
		if got := segmentEnd(text, &e); got != want || (len(e.Unknown) > 0) != (text == "vanished") {
			t.Errorf("%q: %q, unknown %v; want %q", text, got, e.Unknown, want)
		}
	}
}
