package scrape

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// change is a change of a subject's state. It waits in the ledger while
// something older may still arrive.
type change struct {
	Key     string    `json:"k"` // hashed
	Time    time.Time `json:"t"`
	Order   int64     `json:"o,omitempty"`
	Subject string    `json:"s"`           // hashed
	Begin   []string  `json:"b,omitempty"` // series of the state that begins
}

// span is the state that a subject is in: the series that grow, and since when.
type span struct {
	Subject string    `json:"s"` // hashed
	Series  []string  `json:"b"`
	Since   time.Time `json:"t"`
}

const (
	waitingKind = "waiting"
	spanKind    = "span"
)

func (ch change) wait(tx *state.Tx) error { return putJSON(tx, waitingKind, ch.Key, ch) }

func (sp span) write(tx *state.Tx) error { return putJSON(tx, spanKind, sp.Subject, sp) }

func putJSON(tx *state.Tx, kind, key string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	tx.Put(kind, key, b)
	return nil
}

// takeWaiting removes the changes up to a time from the ledger and returns
// them.
func takeWaiting(tx *state.Tx, upTo time.Time) ([]change, error) {
	var due []change
	for key, value := range tx.Each(waitingKind) {
		var ch change
		if err := json.Unmarshal(value, &ch); err != nil {
			return nil, fmt.Errorf("%s: %w", waitingKind, err)
		}
		if ch.Time.After(upTo) {
			continue
		}
		due = append(due, ch)
		tx.PutKey(waitingKind, key, nil)
	}
	return due, nil
}

// applyChanges ends and begins spans in the order in which the changes happened.
func applyChanges(tx *state.Tx, due []change, now time.Time) error {
	slices.SortStableFunc(due, func(a, b change) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Key, b.Key))
	})
	for _, ch := range due {
		if err := applyChange(tx, ch, now); err != nil {
			return err
		}
	}
	return nil
}

func applyChange(tx *state.Tx, ch change, now time.Time) error {
	sp, open, err := readSpan(tx, ch.Subject)
	if err != nil {
		return err
	}
	if open {
		sp.grow(tx, ch.Time, now)
	}
	if len(ch.Begin) == 0 {
		tx.Put(spanKind, ch.Subject, nil)
		return nil
	}
	for _, series := range ch.Begin {
		tx.Zero(series, now)
	}
	return span{Subject: ch.Subject, Series: ch.Begin, Since: ch.Time}.write(tx)
}

func readSpan(tx *state.Tx, subject string) (sp span, open bool, err error) {
	b := tx.Get(spanKind, subject)
	if b == nil {
		return span{}, false, nil
	}
	if err := json.Unmarshal(b, &sp); err != nil {
		return span{}, false, fmt.Errorf("%s: %w", spanKind, err)
	}
	return sp, true, nil
}

// grow adds the time up to a moment to the series of the state.
func (sp *span) grow(tx *state.Tx, upTo, now time.Time) {
	d := upTo.Sub(sp.Since)
	if d <= 0 {
		return
	}
	for _, series := range sp.Series {
		tx.Add(series, d.Seconds(), now)
	}
	sp.Since = upTo
}

// growSpans gives every subject's state the time up to a moment.
func growSpans(tx *state.Tx, upTo, now time.Time) error {
	for _, value := range tx.Each(spanKind) {
		var sp span
		if err := json.Unmarshal(value, &sp); err != nil {
			return fmt.Errorf("%s: %w", spanKind, err)
		}
		sp.grow(tx, upTo, now)
		if err := sp.write(tx); err != nil {
			return err
		}
	}
	return nil
}
