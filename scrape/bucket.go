package scrape

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

const bucketKind = "bucket"

// addBuckets adds what closed intervals of time hold, each record and interval
// once: what is kept of a record is the end of the newest interval that is in
// its counters. An interval is taken when nothing of it is expected to change.
func addBuckets(tx *state.Tx, buckets []metric.Bucket, settled, now time.Time) {
	if settled.IsZero() {
		return
	}
	buckets = slices.Clone(buckets)
	slices.SortStableFunc(buckets, func(a, b metric.Bucket) int { return a.End.Compare(b.End) })
	for _, b := range buckets {
		if b.End.After(settled) || !b.End.After(timeOf(tx.Get(bucketKind, b.Key))) {
			continue
		}
		addSamples(tx, b.Add, now)
		tx.Put(bucketKind, b.Key, bytesOf(b.End))
	}
}

// addSamples adds what samples of counters and histograms say.
func addSamples(tx *state.Tx, add []metric.Sample, now time.Time) {
	for _, s := range add {
		if s.Desc.Kind == metric.Histogram {
			tx.Observe(s.Key(), s.Desc.Buckets, s.Value, now)
			continue
		}
		tx.Zero(s.Key(), now)
		tx.Add(s.Key(), s.Value, now)
	}
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
