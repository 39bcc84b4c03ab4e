package cumulative

import (
	"fmt"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// stateInterval is the state that a subject is in: when it began, up to when its time has
// been counted, and the series that grow; none where the subject is in no state.
// It is kept by the subject's key.
type stateInterval struct {
	begun, since time.Time
	series       names
}

const stateKind = "state"

func (in stateInterval) write(tx ledger.Tx, subject ledger.Key) {
	tx.Put(stateKind, subject, append(appendTime(appendTime(nil, in.begun), in.since), in.series...))
}

func readStateInterval(value []byte) (stateInterval, error) {
	r := &record{b: value}
	in := stateInterval{begun: r.time(), since: r.time(), series: names(r.b)}
	if r.short {
		return stateInterval{}, fmt.Errorf("%s: %w", stateKind, errRecord)
	}
	return in, nil
}

// apply ends the state of a subject and begins another one. Changes are applied in the
// order in which they happened. One that came late can't take back the time that was
// counted since; one that is older than the state that holds changes nothing.
func (ch *change) apply(tx ledger.Tx, now time.Time) error {
	next := stateInterval{begun: ch.Time, since: ch.Time, series: ch.Begin}
	if value := tx.Get(stateKind, ch.Subject); value != nil {
		in, err := readStateInterval(value)
		if err != nil {
			return err
		}
		if ch.Time.Before(in.begun) {
			return nil
		}
		grow(tx, in, ch.Time, now)
		next.since = maxTime(next.since, in.since)
	}
	ch.Begin.each(func(key []byte) { tx.Add(key, nil, 0, now) })
	next.write(tx, ch.Subject)
	return nil
}

// grow adds the time up to a moment to the series of the state, and reports
// whether there was any.
func grow(tx ledger.Tx, in stateInterval, upTo, now time.Time) bool {
	d := upTo.Sub(in.since)
	if d <= 0 {
		return false
	}
	in.series.each(func(key []byte) { tx.Add(key, nil, d.Seconds(), now) })
	return true
}

// endedKept is how long it is known that a subject is in no state: what comes later
// than that can't be older than its end.
const endedKept = 24 * time.Hour

// forgetEnded drops what is kept of subjects that have been in no state for long.
func forgetEnded(tx ledger.Tx, now time.Time) error {
	for subject, value := range tx.Each(stateKind) {
		in, err := readStateInterval(value)
		if err != nil {
			return err
		}
		if len(in.series) == 0 && now.Sub(in.begun) > endedKept {
			tx.Put(stateKind, subject, nil)
		}
	}
	return nil
}

// growStates gives every subject's state the time up to a moment.
func growStates(tx ledger.Tx, upTo, now time.Time) error {
	for subject, value := range tx.Each(stateKind) {
		in, err := readStateInterval(value)
		if err != nil {
			return err
		}
		ahead := in.since.After(upTo.Add(maxSkew)) // of a clock that was wrong
		if len(in.series) > 0 && (ahead || grow(tx, in, upTo, now)) {
			in.since = upTo
			in.write(tx, subject)
		}
	}
	return nil
}
