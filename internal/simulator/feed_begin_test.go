package simulator

import (
	"testing"
	"testing/synctest"
	"time"
)

// rest asks a feed for all that came after a token.
func (s *stand) rest(path, token string) (events []map[string]any) {
	s.t.Helper()
	for {
		var a feedAnswer
		s.get(&a, "POST", path, tokenBody(token))
		events = append(events, append(a.AgentEvent, a.Events...)...)
		if token = a.Token; len(a.AgentEvent)+len(a.Events) < feedCount {
			return events
		}
	}
}

func TestTruthHasOnlyEventsThatAClientCanGet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newBubble(t, Options{Frozen: true, Speed: 100_000}) // events in every millisecond
		time.Sleep(time.Second)
		if f := s.Truth().Feeds; f.AgentEventTotal+f.InteractionTotal > 0 {
			t.Errorf("nothing has happened yet, and the truth has %d agent events and %d interactions", f.AgentEventTotal, f.InteractionTotal)
		}
		var agents, calls feedAnswer
		s.get(&agents, "POST", agentFeedPath, "{}")
		s.get(&calls, "POST", callFeedPath, "{}")
		if err := s.Play(Scene{Scene: "normal"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
		if err := s.Play(Scene{Scene: "frozen"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		f := s.Truth().Feeds
		if n := len(s.rest(agentFeedPath, agents.Token)); int64(n) != f.AgentEventTotal || n == 0 {
			t.Errorf("%d of %d agent events", n, f.AgentEventTotal)
		}
		if n := len(s.rest(callFeedPath, calls.Token)); int64(n) != f.InteractionTotal || n == 0 {
			t.Errorf("%d of %d interactions", n, f.InteractionTotal)
		}
	})
}

func TestAClockThatRunsBackwardsHidesNoEvent(t *testing.T) {
	for feed, path := range map[string]string{"agent_events": agentFeedPath, "interaction_events": callFeedPath} {
		t.Run(feed, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var ahead time.Duration
				s := newStand(t, Options{Frozen: true, Now: func() time.Time { return time.Now().Add(ahead) }})
				time.Sleep(time.Second)
				var first feedAnswer
				s.get(&first, "POST", path, "{}")
				ahead = -20 * time.Millisecond
				if err := s.Burst(Burst{feed, 3}); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second)
				if n := len(s.rest(path, first.Token)); n != 3 {
					t.Errorf("%d of 3 events", n)
				}
			})
		})
	}
}
