package metric

import (
	"strings"
	"time"
)

// Sample is one measurement.
type Sample struct {
	Desc *Desc
	// Labels are the values of Desc.Labels, in their order. An empty value means
	// that the series doesn't have the label.
	Labels []string
	// Value of a gauge or counter. In a Histogram that is still to be added to
	// the ledger it is the one value observed.
	Value float64
	// Histogram is the distribution of a Histogram; nil for other kinds.
	Histogram *Distribution

	since int64 // Unix nanoseconds, since samples are many; 0: none
}

// Separator stands between the parts of a Key. It is valid UTF-8, so that a key
// survives JSON; the engine takes it out of label values.
const Separator = "\x1f"

// Key identifies the series within its account: two samples with one key are
// the same series.
func (s Sample) Key() string { return s.Desc.Name + Separator + strings.Join(s.Labels, Separator) }

// AppendKey appends the Key to b.
func (s Sample) AppendKey(b []byte) []byte {
	b = append(b, s.Desc.Name...)
	if len(s.Labels) == 0 {
		return append(b, Separator...)
	}
	for _, l := range s.Labels {
		b = append(b, Separator...)
		b = append(b, l...)
	}
	return b
}

// From returns s with the time when it was 0; the zero time for gauges.
func (s Sample) From(since time.Time) Sample {
	if s.since = 0; !since.IsZero() {
		s.since = since.UnixNano()
	}
	return s
}

// Since is when a counter or histogram was 0, in UTC; the zero time for gauges.
func (s Sample) Since() time.Time {
	if s.since == 0 {
		return time.Time{}
	}
	return time.Unix(0, s.since).UTC()
}

// AppendTime appends the sample of a moment in seconds, to the millisecond; none of the
// zero time.
func AppendTime(to []Sample, d *Desc, t time.Time, labels ...string) []Sample {
	if t.IsZero() {
		return to
	}
	return append(to, d.Of(float64(t.UnixMilli())/1e3, labels...))
}

// Truth returns 1 for true and 0 for false.
func Truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Distribution is the content of a histogram, classic and native.
type Distribution struct {
	// Count and Sum are over all values observed.
	Count uint64
	Sum   float64
	// Counts are the values observed per classic bucket of Desc.Buckets, not
	// cumulative; the last one, behind the bounds, is the +Inf bucket.
	Counts []uint64
	// Zero counts the values that are zero; Native the positive ones by the index
	// of their exponential bucket at Schema.
	Zero   uint64
	Native map[int]uint64
}

// Schema is the resolution of native histograms: each bucket is 2^(1/8) times
// as wide as the one before.
const Schema = 3

// Batch is what one source shows at one moment.
type Batch struct {
	// Account and Vendor are labels of every sample; empty where the samples are
	// about the exporter as a whole.
	Account, Vendor string
	// Source is the name of the source; empty for what concerns the account.
	Source string
	// Generation changes whenever Samples change: a reader that has seen this
	// generation of this account and source needs to render nothing again.
	Generation uint64
	Samples    []Sample
}
