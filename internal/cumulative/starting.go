package cumulative

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// starting is a transaction in which new series start at an earlier time: those of an
// answer that catches up, such as the first one of a source that looks back. Starting
// now, they would seem to have grown by all of it at once.
type starting struct {
	ledger.Tx
	at time.Time
}

// Add is that of ledger.Tx.
func (s starting) Add(series []byte, bounds []float64, value float64, now time.Time) {
	s.Tx.Add(series, bounds, value, s.at)
	s.Tx.Add(series, nil, 0, now) // it is used now
}

// catchUp is how old an answer's records are that catches up: more than those that a
// vendor repeats, or takes to settle.
const catchUp = 3 * time.Hour

// startingAt returns tx, or one in which new series start with the oldest record of an
// answer that catches up; what is older than upTo was counted before.
func startingAt(tx ledger.Tx, r *metric.Reading, upTo, now time.Time) ledger.Tx {
	oldest := now
	for i := range r.Events.List {
		if at := r.Events.List[i].Time; !at.IsZero() {
			oldest = minTime(oldest, at)
		}
	}
	for i := range r.Intervals.List {
		oldest = minTime(oldest, r.Intervals.List[i].End)
	}
	if at := maxTime(oldest, upTo); now.Sub(at) > catchUp {
		return starting{tx, at}
	}
	return tx
}
