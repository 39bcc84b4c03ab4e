package scrape

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// The metrics of everything that counts events.
var (
	feedEvents = &metric.Desc{
		Name:   "contactcenter_feed_events_total",
		Help:   "Events counted, once each.",
		Unit:   "{event}",
		Kind:   metric.Counter,
		Labels: []string{"source"},
	}
	feedDuplicates = &metric.Desc{
		Name:   "contactcenter_feed_duplicates_total",
		Help:   "Events that the vendor delivered again and that were not counted again.",
		Unit:   "{event}",
		Kind:   metric.Counter,
		Labels: []string{"source"},
	}
	feedGaps = &metric.Desc{
		Name:   "contactcenter_feed_gaps_total",
		Help:   "Times that the vendor could no longer give all events since the last one counted.",
		Unit:   "{gap}",
		Kind:   metric.Counter,
		Labels: []string{"source"},
	}
	feedGapSeconds = &metric.Desc{
		Name:   "contactcenter_feed_gap_seconds_total",
		Help:   "Seconds whose events the vendor could no longer give.",
		Unit:   "s",
		Kind:   metric.Counter,
		Labels: []string{"source"},
	}
)

// eventCounter counts the events of one source.
type eventCounter struct {
	source string
	hash   func(string) string // hides the id of a subject
}

// markKind are times that concern the source as a whole.
const (
	markKind    = "mark"
	settledMark = "settled"
)

// add counts the events of one answer, each key once, and the time between
// those that are settled.
func (c *eventCounter) add(tx *state.Tx, r metric.Reading, now time.Time) error {
	settled := timeOf(tx.Get(markKind, settledMark))
	var changes []change
	for _, e := range r.Events {
		if tx.Seen(e.Key) {
			tx.Add(feedDuplicates.Of(0, c.source).Key(), 1, now)
			continue
		}
		tx.Mark(e.Key, maxTime(e.Time, now)) // an event may say that it is older than it is
		tx.Add(feedEvents.Of(0, c.source).Key(), 1, now)
		addSamples(tx, e.Add, now)
		switch {
		case e.Time.Before(settled):
			addSamples(tx, e.Late, now) // the time around it has been given away
		case e.Subject != "":
			changes = append(changes, c.changeOf(e))
		}
	}
	if !r.Horizon.IsZero() {
		tx.Forget(r.Horizon)
	}
	return c.settle(tx, changes, r, settled, now)
}

// settle takes the changes of state up to r.Settled in their order, those that
// had to wait included, and lets the later ones wait.
func (c *eventCounter) settle(tx *state.Tx, changes []change, r metric.Reading, settled, now time.Time) error {
	upTo := settled
	if r.Settled.After(settled) {
		upTo = r.Settled
	}
	waiting, err := takeWaiting(tx, upTo)
	if err != nil {
		return err
	}
	due := waiting
	for _, ch := range changes {
		if ch.Time.After(upTo) {
			if err := ch.wait(tx); err != nil {
				return err
			}
			continue
		}
		due = append(due, ch)
	}
	if err := applyChanges(tx, due, now); err != nil {
		return err
	}
	if !upTo.After(settled) {
		return nil
	}
	tx.Put(markKind, settledMark, bytesOf(upTo))
	if r.Running {
		return growSpans(tx, upTo, now)
	}
	return nil
}

func (c *eventCounter) changeOf(e metric.Event) change {
	ch := change{Key: c.hash(e.Key), Time: e.Time, Order: e.Order, Subject: c.hash(e.Subject)}
	for _, s := range e.Begin {
		ch.Begin = append(ch.Begin, s.Key())
	}
	return ch
}
