package scrape

import (
	"fmt"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// span is the state that a subject is in: when it began, up to when its time has
// been counted, and the series that grow; none where the subject is in no state.
// It is kept by the subject's key.
type span struct {
	begun, since time.Time
	series       names
}

const spanKind = "state"

func (sp span) write(tx *state.Tx, subject state.Key) {
	tx.PutKey(spanKind, subject, append(appendTime(appendTime(nil, sp.begun), sp.since), sp.series...))
}

func readSpan(value []byte) (span, error) {
	r := &record{b: value}
	sp := span{begun: r.time(), since: r.time(), series: names(r.b)}
	if r.short {
		return span{}, fmt.Errorf("%s: %w", spanKind, errRecord)
	}
	return sp, nil
}

// applyChanges ends and begins spans in the order in which the changes happened.
// One that came late can't take back the time that was counted since; one that is
// older than the state that holds changes nothing.
func (c *eventCounter) applyChanges(tx *state.Tx, due []change, now time.Time) error {
	slices.SortFunc(due, byTime)
	for _, ch := range due {
		next := span{begun: ch.Time, since: ch.Time, series: ch.Begin}
		if value := tx.GetKey(spanKind, ch.Subject); value != nil {
			sp, err := readSpan(value)
			if err != nil {
				return err
			}
			if ch.Time.Before(sp.begun) {
				continue
			}
			c.grow(tx, sp, ch.Time, now)
			next.since = maxTime(next.since, sp.since)
		}
		ch.Begin.each(func(key []byte) { tx.AddTo(c.series(tx, key), 0, now) })
		next.write(tx, ch.Subject)
	}
	return nil
}

// grow adds the time up to a moment to the series of the state, and reports
// whether there was any.
func (c *eventCounter) grow(tx *state.Tx, sp span, upTo, now time.Time) bool {
	d := upTo.Sub(sp.since)
	if d <= 0 {
		return false
	}
	sp.series.each(func(key []byte) { tx.AddTo(c.series(tx, key), d.Seconds(), now) })
	return true
}

// endedKept is how long it is known that a subject is in no state: what comes later
// than that can't be older than its end.
const endedKept = 24 * time.Hour

// forgetEnded drops what is kept of subjects that have been in no state for long.
func (c *eventCounter) forgetEnded(tx *state.Tx, now time.Time) error {
	for subject, value := range tx.Each(spanKind) {
		sp, err := readSpan(value)
		if err != nil {
			return err
		}
		if len(sp.series) == 0 && now.Sub(sp.begun) > endedKept {
			tx.PutKey(spanKind, subject, nil)
		}
	}
	return nil
}

// growSpans gives every subject's state the time up to a moment.
func (c *eventCounter) growSpans(tx *state.Tx, upTo, now time.Time) error {
	for subject, value := range tx.Each(spanKind) {
		sp, err := readSpan(value)
		if err != nil {
			return err
		}
		if len(sp.series) > 0 && c.grow(tx, sp, upTo, now) {
			sp.since = upTo
			sp.write(tx, subject)
		}
	}
	return nil
}
