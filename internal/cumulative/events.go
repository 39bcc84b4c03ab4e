package cumulative

import (
	"encoding/binary"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// The metrics of everything that counts events.
var (
	feedEvents = metric.Counter.Desc("contactcenter_feed_events_total", "{event}",
		"Events counted, once each.", "source")
	feedDuplicates = metric.Counter.Desc("contactcenter_feed_duplicates_total", "{event}",
		"Events that the vendor delivered again and that were not counted again.", "source")
	feedGaps = metric.Counter.Desc("contactcenter_feed_gaps_total", "{gap}",
		"Times that the vendor could no longer give all events since the last one counted.", "source")
	feedGapSeconds = metric.Counter.Desc("contactcenter_feed_gap_seconds_total", "s",
		"Seconds whose events the vendor could no longer give.", "source")
)

// eventCounter counts the events of one source. It is used inside Update of one
// ledger only.
type eventCounter struct {
	source string
	states records // one of each subject

	// What one answer needs is kept for the next.
	changes, due, later []change
	key                 []byte
	unknown             []string // of the events that the newest answer added
	repeats             bool     // that answer had events, and all of them were known
}

// metaKind is the kind of records that concern the source as a whole.
const (
	metaKind    = "mark"
	metaSettled = "settled"
)

// getMeta returns a record of metaKind, putMeta replaces it.
func getMeta(tx ledger.Tx, name string) []byte { return tx.Get(metaKind, tx.Hash(metaKind, name)) }

func putMeta(tx ledger.Tx, name string, value []byte) {
	tx.Put(metaKind, tx.Hash(metaKind, name), value)
}

// add counts the events of one answer, each key once, and the time between
// those that are settled. latest is the latest time that any clock can have stored that
// was right.
func (c *eventCounter) add(tx ledger.Tx, r metric.Events, latest, now time.Time) error {
	settled := notAfter(timeOf(getMeta(tx, metaSettled)), latest)
	c.states.load(tx, now)
	changes := c.changes
	repeated, counted := 0, 0
	c.unknown = c.unknown[:0]
	for i := range r.List {
		e := &r.List[i]
		if !tx.Once(e.Key, maxTime(e.Time, now)) { // an event may say that it is older than it is
			repeated++
			continue
		}
		c.key = addSamples(tx, c.key, e.Add, now)
		c.unknown = append(c.unknown, e.Unknown...)
		if len(e.Add) > 0 {
			counted++
		}
		if e.Time.Before(settled) {
			c.key = addSamples(tx, c.key, e.Late, now)
		}
		if e.Subject != "" && c.states.admit(tx, tx.Hash(stateKind, e.Subject), now) {
			changes = append(changes, c.changeOf(tx, e))
		}
	}
	if counted > 0 {
		addTo(tx, feedEvents.Of(0, c.source), float64(counted), now)
	}
	if repeated > 0 {
		addTo(tx, feedDuplicates.Of(0, c.source), float64(repeated), now)
	}
	if !r.Horizon.IsZero() {
		tx.ForgetNames(r.Horizon)
	}
	c.changes, c.repeats = changes, repeated > 0 && repeated == len(r.List)
	err := c.applyUpTo(tx, r, settled, now)
	c.changes, c.due, c.later = scratch(c.changes), scratch(c.due), scratch(c.later)
	return err
}

// scratch returns the changes of an answer for those of the next one, unless there were
// many, as after a start.
func scratch(changes []change) []change {
	if cap(changes) > 2048 {
		return nil
	}
	clear(changes)
	return changes[:0]
}

// applyUpTo applies the changes of state up to r.FinalUntil in their order, deferred ones
// included, and defers the later ones.
func (c *eventCounter) applyUpTo(tx ledger.Tx, r metric.Events, settled, now time.Time) error {
	upTo := maxTime(settled, r.FinalUntil)
	for _, ch := range c.changes {
		if ch.Time.After(upTo) {
			c.later = append(c.later, ch)
		} else {
			c.due = append(c.due, ch)
		}
	}
	for ch, err := range changesUpTo(tx, c.due, upTo) {
		if err == nil {
			err = ch.apply(tx, now)
		}
		if err != nil {
			return err
		}
	}
	deferChanges(tx, c.later)
	if !upTo.After(settled) {
		return nil
	}
	putMeta(tx, metaSettled, bytesOf(upTo))
	if r.Running {
		return growStates(tx, upTo, now)
	}
	return nil
}

func (c *eventCounter) changeOf(tx ledger.Tx, e *metric.Event) change {
	event := tx.Hash(ledger.EventKind, e.Key)
	ch := change{Time: e.Time, Order: e.Order, Tie: binary.BigEndian.Uint64(event[:]), Subject: tx.Hash(stateKind, e.Subject)}
	for _, s := range e.Begin {
		c.key = s.AppendKey(c.key[:0])
		ch.Begin = ch.Begin.with(c.key)
	}
	return ch
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
