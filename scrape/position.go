package scrape

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// The metrics of where a feed stands.
var (
	feedCursor = &metric.Desc{
		Name:   "contactcenter_feed_cursor_timestamp_seconds",
		Help:   "Unix time in seconds up to which every event has been counted.",
		Unit:   "s",
		Labels: []string{"source"},
	}
	feedLastEvent = &metric.Desc{
		Name:   "contactcenter_feed_last_event_timestamp_seconds",
		Help:   "Unix time in seconds of the newest event, by the event's own time.",
		Unit:   "s",
		Labels: []string{"source"},
	}
	feedConnected = &metric.Desc{
		Name:   "contactcenter_feed_connected",
		Help:   "1 while the feed is followed by a stream or long polls, moments between two of them included, else 0.",
		Labels: []string{"source"},
	}
)

// feedDescs are the counters that every source that counts events has.
func feedDescs() []*metric.Desc {
	return []*metric.Desc{feedEvents, feedDuplicates, feedGaps, feedGapSeconds}
}

// position is where the events of a source stand.
type position struct {
	upTo   time.Time // everything until then has been counted
	newest time.Time // the newest event's own time
}

const (
	metaUpTo   = "up to"
	metaNewest = "newest"
)

func readPosition(tx *state.Tx) position {
	return position{upTo: timeOf(tx.Get(metaKind, metaUpTo)), newest: timeOf(tx.Get(metaKind, metaNewest))}
}

func (p position) write(tx *state.Tx) {
	for name, t := range map[string]time.Time{metaUpTo: p.upTo, metaNewest: p.newest} {
		if !t.IsZero() && !t.Equal(timeOf(tx.Get(metaKind, name))) {
			tx.Put(metaKind, name, bytesOf(t))
		}
	}
}

// after returns the position that an answer leads to.
func (p position) after(r metric.Reading) position {
	for _, e := range r.Events {
		p.newest = maxTime(p.newest, e.Time)
	}
	p.upTo = maxTime(p.upTo, r.Settled)
	p.upTo = maxTime(p.upTo, r.UpTo)
	return p
}

// feedSamples returns where a source that follows events stands; mu is held.
func (s *source) feedSamples() []metric.Sample {
	p := s.counters.position()
	samples := []metric.Sample{feedConnected.Of(bit(s.outcome.open), s.Name)}
	if !p.upTo.IsZero() {
		samples = append(samples, feedCursor.Of(seconds(p.upTo), s.Name))
	}
	if !p.newest.IsZero() {
		samples = append(samples, feedLastEvent.Of(seconds(p.newest), s.Name))
	}
	return samples
}
