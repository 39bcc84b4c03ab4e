package cumulative

import (
	"errors"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// The metrics of where a feed stands.
var (
	feedCursor = metric.Gauge.Desc("contactcenter_feed_cursor_timestamp_seconds", "s",
		"Unix time in seconds up to which every event has been counted.", "source")
	feedLastEvent = metric.Gauge.Desc("contactcenter_feed_last_event_timestamp_seconds", "s",
		"Unix time in seconds of the newest event, by the event's own time.", "source")
)

// feedDescs are the counters that every source that counts events has.
func feedDescs() []*metric.Desc {
	return []*metric.Desc{feedEvents, feedDuplicates, feedGaps, feedGapSeconds}
}

// Position is where the events of a source stand.
type Position struct {
	First  time.Time // nothing before has been counted; zero where that is not known
	UpTo   time.Time // everything until then has been counted
	Newest time.Time // the newest event's own time
}

const (
	metaFirst  = "first"
	metaUpTo   = "up to"
	metaNewest = "newest"
)

func (p Position) write(tx ledger.Tx) {
	for name, t := range map[string]time.Time{metaFirst: p.First, metaUpTo: p.UpTo, metaNewest: p.Newest} {
		if !t.IsZero() && !t.Equal(timeOf(getMeta(tx, name))) {
			putMeta(tx, name, bytesOf(t))
		}
	}
}

// after returns the position that an answer leads to.
func (p Position) after(r metric.Reading) Position {
	if p.First.IsZero() && p.UpTo.IsZero() {
		p.First = maxTime(r.Events.From, r.Intervals.From) // a source has one of them
	}
	for _, e := range r.Events.List {
		p.Newest = maxTime(p.Newest, e.Time)
	}
	for _, part := range []metric.Progress{r.Intervals.Progress, r.Events.Progress} {
		p.UpTo = maxTime(p.UpTo, maxTime(part.FinalUntil, part.UpTo))
	}
	return p
}

// samples returns where the events of a source stand.
func (p Position) samples(source string) []metric.Sample {
	return metric.AppendTime(metric.AppendTime(nil, feedCursor, p.UpTo, source), feedLastEvent, minTime(p.Newest, time.Now()), source)
}

// errRead ends an Update that has only read.
var errRead = errors.New("nothing is written")

// PositionOf returns where the events of a source stand whose ledger no Counters use.
func PositionOf(l ledger.Ledger) Position { return positionOf(l, time.Now().Add(maxSkew)) }

// positionOf reads a position; what is later than latest was stored by a wrong clock.
func positionOf(l ledger.Ledger, latest time.Time) (p Position) {
	_ = l.Update(func(tx ledger.Tx) error {
		read := func(name string) time.Time { return timeOf(getMeta(tx, name)) }
		p = Position{First: read(metaFirst), UpTo: notAfter(read(metaUpTo), latest), Newest: notAfter(read(metaNewest), latest)}
		return errRead
	})
	return p
}

// BeginOf returns a time before which nothing has been counted in a ledger that no
// Counters use; false if nothing has been counted yet. Where the ledger doesn't say it,
// as that of an earlier version, it follows from the start of its series.
func BeginOf(l ledger.Ledger) (time.Time, bool) {
	if p := PositionOf(l); !p.First.IsZero() || l.View().Cursor() == "" {
		return p.First, !p.First.IsZero()
	}
	var begin time.Time
	for _, v := range l.View().All() {
		if begin.IsZero() || v.Since.Before(begin) {
			begin = v.Since
		}
	}
	if begin.IsZero() {
		return begin, false
	}
	return begin.Add(-catchUp), true
}
