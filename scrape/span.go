package scrape

import (
	"fmt"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// span is the state that a subject is in: since when, and the series that grow.
// It is kept by the subject's key.
type span struct {
	since  time.Time
	series names
}

const spanKind = "span"

func (sp span) write(tx *state.Tx, subject state.Key) {
	tx.PutKey(spanKind, subject, append(appendTime(nil, sp.since), sp.series...))
}

func readSpan(value []byte) (span, error) {
	r := &record{b: value}
	sp := span{since: r.time(), series: names(r.b)}
	if r.short {
		return span{}, fmt.Errorf("%s: %w", spanKind, errRecord)
	}
	return sp, nil
}

// applyChanges ends and begins spans in the order in which the changes happened.
func (c *eventCounter) applyChanges(tx *state.Tx, due []change, now time.Time) error {
	slices.SortFunc(due, byTime)
	for _, ch := range due {
		if value := tx.GetKey(spanKind, ch.Subject); value != nil {
			sp, err := readSpan(value)
			if err != nil {
				return err
			}
			c.grow(tx, sp, ch.Time, now)
		}
		if len(ch.Begin) == 0 {
			tx.PutKey(spanKind, ch.Subject, nil)
			continue
		}
		ch.Begin.each(func(key []byte) { tx.AddTo(c.series(tx, key), 0, now) })
		span{since: ch.Time, series: ch.Begin}.write(tx, ch.Subject)
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

// growSpans gives every subject's state the time up to a moment.
func (c *eventCounter) growSpans(tx *state.Tx, upTo, now time.Time) error {
	for subject, value := range tx.Each(spanKind) {
		sp, err := readSpan(value)
		if err != nil {
			return err
		}
		if c.grow(tx, sp, upTo, now) {
			span{since: upTo, series: sp.series}.write(tx, subject)
		}
	}
	return nil
}
