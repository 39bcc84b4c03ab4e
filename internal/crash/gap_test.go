package crash

import (
	"testing"
	"time"
)

// TestGap lets a token get older than the vendor keeps events, and expects that
// what is lost is told, once, and that counting goes on.
func TestGap(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a program for a while")
	}
	t.Parallel()
	for _, mode := range []string{"poll", "sse"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			v := newVendor(t)
			x := newExporter(t, v, mode)
			x.start(t, program(t), Plan{})
			x.reaches(t, time.Unix(0, 0))
			v.burst(t, "agent_events", 1200)
			v.burst(t, "interaction_events", 1200)
			before := truth(v)
			x.until(t, time.Minute, "counting", func(h *history) bool { return len(difference(h, before)) == 0 })
			x.kill(t)

			const away = 25 * time.Hour
			v.burst(t, "agent_events", 500) // nobody will ever get these
			v.burst(t, "interaction_events", 500)
			v.pass(t, away)
			for range 2 { // the second start has nothing to tell any more
				x.start(t, program(t), Plan{})
				x.reaches(t, v.now().Add(-time.Hour))
				for _, source := range []string{"agent_events", "interaction_events"} {
					gaps, seconds := "contactcenter_feed_gaps_total{source="+source+"}", "contactcenter_feed_gap_seconds_total{source="+source+"}"
					before[gaps] = 1
					if got := x.seen.counter(seconds); got < away.Seconds() || got > away.Seconds()+60 {
						t.Errorf("%s is %v, want %v", seconds, got, away.Seconds())
					}
				}
				for _, wrong := range difference(x.seen, before) {
					t.Error(wrong)
				}
				x.kill(t)
			}
			for _, problem := range x.seen.problems() {
				t.Error(problem)
			}
		})
	}
}
