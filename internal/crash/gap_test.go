package crash

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestRefusedToken lets the vendor refuse the tokens of both feeds although they
// are young. Asked for once more they may be good; if they aren't, what is lost is a gap,
// told once and shown by the next scrape. No login comes of it.
func TestRefusedToken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		refusals string
		gaps     float64
	}{"once": {"1", 0}, "twice": {"2", 1}} {
		t.Run(name, func(t *testing.T) {
			if name == "once" { // F02 of docs/faults.md is shown without a process, too
				long(t)
			}
			x := counting(t, "poll")
			v := x.vendor
			sessions := v.Requests().Counts["login"]["200"]
			v.faults(t, `[
				{"endpoint": "agent_events", "kind": "token_expired", "count": `+c.refusals+`},
				{"endpoint": "interaction_events", "kind": "token_expired", "count": `+c.refusals+`}]`)
			v.wake(t)
			x.until(t, time.Minute, "refused", func(*history) bool {
				counts := v.Requests().Counts
				return counts["agent_events"]["400"] > 0 && counts["interaction_events"]["400"] > 0
			})
			x.until(t, time.Minute, "told", func(h *history) bool {
				return h.counter(agentGaps) >= c.gaps && h.counter(interactionGaps) >= c.gaps
			})
			v.ClearFaults()
			x.looks(t, 10)
			x.burst(t, 500)
			want := truth(v)
			want[agentGaps], want[interactionGaps] = c.gaps, c.gaps
			x.until(t, time.Minute, "counting", func(h *history) bool { return len(difference(h, want)) == 0 })
			x.sane(t)
			if n := v.Requests().Counts["login"]["200"] - sessions; n > 0 {
				t.Errorf("%d logins for two tokens", n)
			}
			told := strings.Count(x.log.String(), "events are lost")
			x.stop(t, syscall.SIGTERM)
			if float64(told) != 2*c.gaps {
				t.Errorf("%d messages, want one for each gap", told)
			}
		})
	}
}

// TestGap lets a token get older than the vendor keeps events, and expects that
// what is lost is counted as a gap, once, and that counting continues.
func TestGap(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a program for a while")
	}
	t.Parallel()
	for _, mode := range []string{"poll", "sse"} {
		t.Run(mode, func(t *testing.T) {
			if mode == "poll" {
				long(t)
			}
			t.Parallel()
			v := newVendor(t)
			x := newExporter(t, v, mode)
			x.start(t, programWithFailpoints(t), Plan{})
			x.reaches(t, time.Unix(0, 0))
			v.burst(t, "agent_events", 1200)
			v.burst(t, "interaction_events", 1200)
			before := truth(v)
			x.until(t, time.Minute, "counting", func(h *history) bool { return len(difference(h, before)) == 0 })
			x.kill(t)

			const away = 25 * time.Hour
			v.burst(t, "agent_events", 500) // these are lost
			v.burst(t, "interaction_events", 500)
			v.pass(t, away)
			for range 2 { // the second start has nothing to tell any more
				x.start(t, programWithFailpoints(t), Plan{})
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
