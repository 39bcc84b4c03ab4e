package scrape

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
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

// eventCounter counts the events of one source. It is used inside Update of one
// ledger only.
type eventCounter struct {
	source string
	// handles are the series that were met, by key, so that a series that an event
	// adds to is found without making a string of its name.
	handles map[string]*state.Series
	key     []byte // of the newest series

	// What one answer needs is kept for the next.
	changes, due, later []change
	unknown             []string // of the events that the newest answer added
}

// maxHandles bounds the handles; from there on they are collected anew.
const maxHandles = 50_000

// metaKind are times that concern the source as a whole.
const (
	metaKind    = "mark"
	metaSettled = "settled"
)

// add counts the events of one answer, each key once, and the time between
// those that are settled.
func (c *eventCounter) add(tx *state.Tx, r metric.Reading, now time.Time) error {
	settled := timeOf(tx.Get(metaKind, metaSettled))
	changes := c.changes[:0]
	repeated, counted := 0, 0
	c.unknown = c.unknown[:0]
	for i := range r.Events {
		e := &r.Events[i]
		if tx.Seen(e.Key) {
			repeated++
			continue
		}
		tx.Remember(e.Key, maxTime(e.Time, now)) // an event may say that it is older than it is
		c.addSamples(tx, e.Add, now)
		c.unknown = append(c.unknown, e.Unknown...)
		if len(e.Add) > 0 {
			counted++
		}
		if e.Time.Before(settled) {
			c.addSamples(tx, e.Late, now)
		}
		if e.Subject != "" {
			changes = append(changes, c.changeOf(tx, e))
		}
	}
	if counted > 0 {
		tx.Add(feedEvents.Of(0, c.source).Key(), float64(counted), now)
	}
	if repeated > 0 {
		tx.Add(feedDuplicates.Of(0, c.source).Key(), float64(repeated), now)
	}
	if !r.Horizon.IsZero() {
		tx.ForgetKeys(r.Horizon)
	}
	c.changes = changes
	return c.settle(tx, r, settled, now)
}

// settle takes the changes of state up to r.Settled in their order, those that
// had to wait included, and lets the later ones wait.
func (c *eventCounter) settle(tx *state.Tx, r metric.Reading, settled, now time.Time) (err error) {
	upTo := maxTime(settled, r.Settled)
	if c.due, err = takeWaiting(tx, c.due[:0], upTo); err != nil {
		return err
	}
	c.later = c.later[:0]
	for _, ch := range c.changes {
		if ch.Time.After(upTo) {
			c.later = append(c.later, ch)
		} else {
			c.due = append(c.due, ch)
		}
	}
	wait(tx, c.later)
	if err := c.applyChanges(tx, c.due, now); err != nil {
		return err
	}
	if !upTo.After(settled) {
		return nil
	}
	tx.Put(metaKind, metaSettled, bytesOf(upTo))
	if r.Running {
		return c.growSpans(tx, upTo, now)
	}
	return nil
}

func (c *eventCounter) changeOf(tx *state.Tx, e *metric.Event) change {
	ch := change{Time: e.Time, Order: e.Order, Key: tx.Hash(waitingKind, e.Key), Subject: tx.Hash(spanKind, e.Subject)}
	for _, s := range e.Begin {
		ch.Begin = ch.Begin.with(c.keyOf(s))
	}
	return ch
}

// addSamples is the function of that name, for series that come again and again.
func (c *eventCounter) addSamples(tx *state.Tx, add []metric.Sample, now time.Time) {
	for _, s := range add {
		if series := c.series(tx, c.keyOf(s)); s.Desc.Kind == metric.Histogram {
			tx.ObserveIn(series, s.Desc.Buckets, s.Value, now)
		} else {
			tx.AddTo(series, s.Value, now)
		}
	}
}

// keyOf returns the key of a sample; it is good until the next one is asked for.
func (c *eventCounter) keyOf(s metric.Sample) []byte {
	c.key = s.AppendKey(c.key[:0])
	return c.key
}

// series returns the handle of a series.
func (c *eventCounter) series(tx *state.Tx, key []byte) *state.Series {
	if s := c.handles[string(key)]; s != nil {
		return s
	}
	if c.handles == nil || len(c.handles) >= maxHandles {
		c.handles = map[string]*state.Series{}
	}
	s := tx.Series(string(key))
	c.handles[string(key)] = s
	return s
}
