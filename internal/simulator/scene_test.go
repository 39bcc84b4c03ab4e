package simulator

import (
	"testing"
	"time"
)

// crowd is what a look at the centre shows.
type crowd struct{ voice, queue, messaging int }

func (s *stand) crowd() crowd {
	s.t.Helper()
	var agents struct{ AgentDetails []agentRow }
	var services struct{ Stats []serviceRow }
	var people struct{ AgentStatusRecords []statusRecord }
	s.get(&agents, "POST", "/realtime/service/agents/status", "{}")
	s.get(&services, "POST", "/realtime/service/stats", "{}")
	s.get(&people, "POST", s.lp(statusPath)+"?limit=1000", "{}")
	c := crowd{voice: len(agents.AgentDetails), messaging: len(people.AgentStatusRecords)}
	for _, r := range services.Stats {
		c.queue += r.InQueue
	}
	return c
}

func TestScenes(t *testing.T) {
	s := newStand(t, Options{Agents: 120})
	play := func(scene Scene) {
		t.Helper()
		if err := s.Play(scene); err != nil {
			t.Fatal(err)
		}
	}
	usual := s.crowd()
	play(Scene{Scene: "everybody_leaves"})
	s.clock.forward(30 * time.Minute)
	if c := s.crowd(); c.voice != 0 || c.messaging != 0 {
		t.Errorf("everybody left: %+v", c)
	}
	play(Scene{Scene: "normal"})
	s.clock.forward(5 * time.Minute)
	if c := s.crowd(); c.voice < usual.voice/2 || c.messaging < usual.messaging/2 {
		t.Errorf("back to normal: %+v, before %+v", c, usual)
	}
	play(Scene{Scene: "queue_flood", Size: 100})
	if c := s.crowd(); c.queue < 300 {
		t.Errorf("flooded: %+v", c)
	}
	play(Scene{Scene: "frozen"})
	still := s.Truth()
	c := s.crowd()
	s.clock.forward(20 * time.Minute)
	if now := s.crowd(); now.voice != c.voice || now.queue != c.queue || s.Truth().Feeds.AgentEventTotal != still.Feeds.AgentEventTotal {
		t.Errorf("frozen: %+v, before %+v", s.crowd(), c)
	}
	play(Scene{Scene: "normal"})
	s.clock.forward(20 * time.Minute)
	if s.Truth().Feeds.AgentEventTotal == still.Feeds.AgentEventTotal {
		t.Error("still frozen")
	}
	play(Scene{Scene: "midnight"})
	for id, service := range s.Truth().LiveVox.Services {
		if n := service.Shown["totalOffered"]; n != 0 {
			t.Errorf("%s: %d offered at midnight", id, n)
		}
	}
	play(Scene{Scene: "everybody_away", Group: s.voice.services[0].name})
}

func TestDaysPassFaster(t *testing.T) {
	h := &hands{time.Date(2031, 3, 5, 15, 0, 0, 0, time.UTC)}
	s := newStand(t, Options{Speed: 240, Now: h.now}) // a day takes six minutes
	turns := 0
	last := s.voice.midnight
	for range 36 {
		h.forward(30 * time.Second)
		s.crowd()
		if s.voice.midnight != last {
			turns++
			last = s.voice.midnight
		}
	}
	if turns != 3 {
		t.Errorf("%d midnights in 18 minutes", turns)
	}
	if n := s.Truth().Feeds.InteractionTotal; n < 5000 {
		t.Errorf("%d interactions in three days", n)
	}
}

func TestTimeUUIDs(t *testing.T) {
	// The vendor's own token and the time that its error message names.
	tick, token, fine := parseTimeUUID("d57fa600-9117-11eb-8080-808080808080")
	if at := time.UnixMilli(milliOf(tick)).UTC(); !fine || !token || at.Format(time.RFC3339) != "2021-03-30T05:21:51Z" {
		t.Errorf("%v %v %v", at, token, fine)
	}
	if s := timeUUID(tick, lowNode); s != "d57fa600-9117-11eb-8080-808080808080" {
		t.Error(s)
	}
	id := eventUUID(tick + 7)
	if back, token, fine := parseTimeUUID(id); back != tick+7 || token || !fine || len(id) != 36 {
		t.Errorf("%s: %d %v %v", id, back-tick, token, fine)
	}
	for _, bad := range []string{"", "x", "d57fa600-9117-41eb-8080-808080808080", "zzzzzzzz-9117-11eb-8080-808080808080"} {
		if _, _, fine := parseTimeUUID(bad); fine {
			t.Errorf("%q is a time", bad)
		}
	}
}

func TestFeedsForgetWhatIsOld(t *testing.T) {
	f := &feed[int]{}
	gone := 0
	f.gone = func(_ []int64, e []int) { gone += len(e) }
	const n = 40_000
	for i := range n {
		f.add(int64(i)*10_000, i)
	}
	if len(f.events)+gone != n || f.events[0] != gone || gone == 0 {
		t.Errorf("%d kept, %d gone", len(f.events), gone)
	}
	if oldest := milliOf(f.ticks[0]); oldest > (n-1)*10_000-feedLife {
		t.Errorf("the oldest is of %d", oldest)
	}
}
