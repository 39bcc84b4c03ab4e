package cumulative

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

const intervalKind = "bucket"

// intervalCounter counts the intervals of one source.
type intervalCounter struct {
	kept records // the newest interval of each record
	// settled is up to when the answer before was: what has no room among the records
	// is counted once by it.
	settled time.Time
}

// add adds the values of closed intervals of time, each record and interval
// once: the end of the newest interval that is counted is stored for each record. An
// interval is counted when none of its values is expected to change. latest is the
// latest time that any clock can have stored that was right.
func (c *intervalCounter) add(tx ledger.Tx, in metric.Intervals, latest, now time.Time) {
	if in.FinalUntil.IsZero() {
		return
	}
	c.kept.load(tx, now)
	var buf []byte
	list := slices.Clone(in.List)
	slices.SortStableFunc(list, func(a, b metric.Interval) int { return a.End.Compare(b.End) })
	for _, b := range list {
		key := tx.Hash(intervalKind, b.Key)
		if b.End.After(in.FinalUntil) || !b.End.After(notAfter(timeOf(tx.Get(intervalKind, key)), latest)) {
			continue
		}
		if c.kept.admit(tx, key, now) {
			tx.Put(intervalKind, key, bytesOf(b.End))
		} else if !b.End.After(c.settled) {
			continue
		}
		buf = addSamples(tx, buf, b.Add, now)
	}
	c.settled = maxTime(c.settled, in.FinalUntil)
}

// notAfter returns a time that was stored, or the zero time if it is later than now can
// be: it was stored by a clock that was wrong.
func notAfter(stored, latest time.Time) time.Time {
	if stored.After(latest) {
		return time.Time{}
	}
	return stored
}

// addSamples adds the values of samples of counters and histograms. Their keys are made in
// a buffer, which it returns.
func addSamples(tx ledger.Tx, key []byte, add []metric.Sample, now time.Time) []byte {
	for i := range add {
		s := &add[i]
		key = s.AppendKey(key[:0])
		tx.Add(key, s.Desc.Buckets, s.Value, now)
	}
	return key
}

// addTo adds to the counter of a sample; 0 creates it.
func addTo(tx ledger.Tx, s metric.Sample, delta float64, now time.Time) {
	tx.Add(s.AppendKey(nil), nil, delta, now)
}

// timeOf reads a time that bytesOf wrote; the zero time for nil.
func timeOf(b []byte) time.Time {
	if len(b) != 8 {
		return time.Time{}
	}
	return time.Unix(0, int64(binary.BigEndian.Uint64(b)))
}

func bytesOf(t time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(t.UnixNano()))
}
