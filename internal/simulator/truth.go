package simulator

import (
	"strconv"
	"time"
)

// Truth is what really happened, to compare a client's counts with.
type Truth struct {
	Since      time.Time       `json:"since"`
	Until      time.Time       `json:"until"`
	LivePerson LivePersonTruth `json:"liveperson"`
	LiveVox    LiveVoxTruth    `json:"livevox"`
	Feeds      FeedTruth       `json:"feeds"` // LiveVox's event feeds; events by when they reached the feed
}

// LiveVoxTruth is LiveVox's totals since the simulator began, whatever the span of the Truth is.
type LiveVoxTruth struct {
	Services map[string]LiveVoxServiceTruth      `json:"services"` // by service id
	Agents   map[string]map[string]LiveVoxTotals `json:"agents"`   // by login id and service id
	// Adherence to the Roster, by service id and login id.
	Adherence map[string]map[string]AdherenceTruth `json:"adherence"`
}

// LiveVoxServiceTruth is a service's totals, by the fields of service/stats, and its right-party connects.
type LiveVoxServiceTruth struct {
	LiveVoxTotals
	RightPartyConnects int64 `json:"right_party_connects"`
}

// LiveVoxTotals are day totals by the vendor's field names. Counted is what somebody has counted since the simulator
// began who saw every value that was shown; it never falls. It lacks what was the day's total when the simulator began:
// that, and the day's total now, are Began and Shown. Happened ignores corrections.
type LiveVoxTotals struct {
	Counted  map[string]int64 `json:"counted"`
	Shown    map[string]int64 `json:"shown"`
	Began    map[string]int64 `json:"began"`
	Happened map[string]int64 `json:"happened"`
}

// Truth is what happened since the simulator began.
func (s *Simulator) Truth() Truth {
	return s.TruthBetween(time.UnixMilli(s.started), s.options.Now())
}

// TruthBetween is what happened in a span of time; it may begin before the simulator did, in the hours for which the
// models were warmed up. LiveVox's totals are since the simulator began nevertheless.
func (s *Simulator) TruthBetween(from, to time.Time) Truth {
	s.lock()
	defer s.mu.Unlock()
	t := Truth{Since: from.UTC(), Until: to.UTC(), LiveVox: s.voice.truth()}
	t.LivePerson = s.messaging.truth(from.UnixMilli(), to.UnixMilli())
	all := s.voice.tally(tickOf(from.UnixMilli()), tickOf(to.UnixMilli()))
	if from.UnixMilli() <= s.started {
		all.join(s.forgotten)
	}
	t.Feeds = all.truth()
	return t
}

// begin makes now the instant from which truths count; the caller holds the lock, or has the only reference to s.
func (s *Simulator) begin() {
	for _, e := range s.voice.services {
		for i := range e.fields {
			e.fields[i].begin()
		}
		e.origin = e.connected
	}
	for _, a := range s.voice.agents {
		for _, w := range a.work {
			for i := range w.fields {
				w.fields[i].begin()
			}
		}
	}
	since := tickOf(s.started)
	s.forgotten = newTally()
	s.voice.agentFeed.gone = func(ticks []int64, events []agentEvent) {
		for i := range events {
			if ticks[i] >= since {
				s.forgotten.agent(&events[i])
			}
		}
	}
	s.voice.callFeed.gone = func(ticks []int64, events []interaction) {
		for i := range events {
			if ticks[i] >= since {
				s.forgotten.interaction(&events[i])
			}
		}
	}
}

func (v *voice) truth() LiveVoxTruth {
	t := LiveVoxTruth{map[string]LiveVoxServiceTruth{}, map[string]map[string]LiveVoxTotals{}, map[string]map[string]AdherenceTruth{}}
	for _, s := range v.services {
		t.Services[s.label] = LiveVoxServiceTruth{totals(serviceFieldNames(), s.fields[:]), s.connected - s.origin}
	}
	for _, a := range v.agents {
		if t.Adherence[a.home.label] == nil {
			t.Adherence[a.home.label] = map[string]AdherenceTruth{}
		}
		t.Adherence[a.home.label][a.login] = v.adherence(a)
		for _, w := range a.work {
			if t.Agents[a.login] == nil {
				t.Agents[a.login] = map[string]LiveVoxTotals{}
			}
			t.Agents[a.login][w.service.label] = totals(workFieldNames(), w.fields[:])
		}
	}
	return t
}

func totals(names []string, fields []counter) LiveVoxTotals {
	t := LiveVoxTotals{map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}}
	for i, name := range names {
		f := &fields[i]
		t.Counted[name], t.Shown[name], t.Began[name] = f.counted(), f.shown(), f.began
		t.Happened[name] = f.total - f.ever
	}
	return t
}

// serviceFieldNames are the vendor's names of a service's day totals.
func serviceFieldNames() []string {
	return []string{
		"totalOffered", "totalHandled", "totalAbandoned", "totalCallsAnsweredWithinSLA",
		"totalCallsAbandonedWithinSLA",
	}
}

// workFieldNames are the vendor's names of an agent's day totals.
func workFieldNames() []string {
	return []string{
		"inboundCalls", "outboundCalls", "readyDuration", "totalNotReadyDuration",
		"notReadyLunchDuration", "notReadyTrainingDuration", "notReadyBreakDuration", "notReadyMeetingDuration",
		"notReadyTechDiffDuration", "notReadyOtherDuration", "wrapupDuration", "talkDuration", "rpcComplete",
		"rpcIncomplete", "wpc", "nonContacts",
	}
}

// FeedTruth is what reached LiveVox's event feeds after one token or event id and not after another: what a client has
// got that began with the one and is at the other. An empty after is the simulator's beginning, an empty upTo is now.
func (s *Simulator) FeedTruth(after, upTo string) FeedTruth {
	now := s.lock()
	defer s.mu.Unlock()
	from, to := tickOf(s.started), tickOf(now)
	if tick, token, fine := parseTimeUUID(after); fine {
		from = firstAfter(tick, token)
	}
	if tick, token, fine := parseTimeUUID(upTo); fine {
		to = firstAfter(tick, token)
	}
	all := s.voice.tally(from, to)
	if after == "" {
		all.join(s.forgotten)
	}
	return all.truth()
}

// firstAfter is the first tick that is after a token or an event's id.
func firstAfter(tick int64, token bool) int64 {
	if token {
		return tick
	}
	return tick + 1
}

func seconds(ms int64) float64 { return float64(ms) / 1000 }

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
