// Package ledger says what counting needs of storage: a place for each source in
// which counters, records and a cursor change together or not at all. It knows no
// storage and no vendor.
package ledger

import (
	"iter"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// Store holds the ledgers of all sources.
type Store interface {
	// Ledger returns the ledger with that name, such as "account/source", which need
	// not exist yet. Of one name there is one ledger.
	Ledger(name string) (Ledger, error)
	// Key returns the secret of keyed hashes, the same one over restarts.
	Key() []byte
	// Epoch is a number that changes when what was stored is lost or was replaced by
	// something older. continued is true if nothing is missing: at the first start of
	// all, and where the newest commit was found.
	Epoch() (number uint64, continued bool)
	// RetainLedgers deletes the ledgers that used has rejected for at least a time,
	// and returns their names.
	RetainLedgers(used func(name string) bool, after time.Duration) (removed []string, err error)
	// Writable is false from a commit that failed to the next one that succeeds.
	Writable() bool
}

// Ledger is what is stored of one source.
type Ledger interface {
	// View returns what was committed last. It doesn't block.
	View() View
	// Update calls do to change the ledger and commits the changes. If do or the
	// commit fails, nothing has changed. Updates of one ledger run one at a time.
	Update(do func(Tx) error) error
}

// View is a ledger after one commit. Views are compared with ==: two that are equal
// hold the same.
type View interface {
	// Cursor is where the next request continues; "" if none was ever set.
	Cursor() string
	// Len is the number of series.
	Len() int
	// All yields the series.
	All() iter.Seq2[Series, Value]
}

// Series is the key of a series, metric.Sample.Key, in two parts: a ledger has few metrics.
type Series struct {
	// Metric is the name of the metric.
	Metric string
	// Labels are what follows in the key: the values of the labels, each after a
	// metric.Separator.
	Labels string
}

// SeriesOf returns the parts of a key.
func SeriesOf(key string) Series {
	n := strings.Index(key, metric.Separator)
	if n < 0 {
		n = len(key)
	}
	return Series{key[:n], key[n:]}
}

// Key returns the whole key.
func (s Series) Key() string { return s.Metric + s.Labels }

// Value is one series.
type Value struct {
	// Value of a counter.
	Value float64
	// Since is when the series was 0.
	Since time.Time
	// Histogram is nil for counters. It must not be modified.
	Histogram *metric.Distribution
}

// EventKind is the kind under which Tx.Hash hashes the names of events, as Once does.
const EventKind = "\x00mark"

// Key stands for the name of a record; names may be personal and are not stored.
type Key [16]byte

// Tx changes a ledger. Its methods see what was changed before. It is valid until
// the function passed to Update returns, and for one goroutine at a time.
type Tx interface {
	// SetCursor replaces the cursor.
	SetCursor(cursor string)

	// Add adds to a counter, or a value to the histogram with those bounds, which are nil
	// for a counter. The series is created if need be and starts now. Adding 0 without
	// bounds creates a counter, or notes that a series is in use. What is negative or not
	// finite is ignored. series may be modified after the call.
	Add(series []byte, bounds []float64, value float64, now time.Time)
	// DropSeries drops the series that which accepts, and returns their number.
	DropSeries(which func(Series) bool) int
	// DropIdle drops the series and records that were not used since before.
	DropIdle(before time.Time) int

	// Hash returns the Key of a record.
	Hash(kind, name string) Key
	// Get returns a record, nil if there is none. It must not be modified.
	Get(kind string, key Key) []byte
	// Put stores a copy of value; nil deletes the record.
	Put(kind string, key Key, value []byte)
	// Each yields the records of a kind in no particular order. Records may be put
	// and deleted meanwhile; whether a new one is yielded is undefined.
	Each(kind string) iter.Seq2[Key, []byte]

	// Once remembers the name of an event from a time, and reports whether it was
	// not known before.
	Once(name string, at time.Time) bool
	// ForgetNames forgets names from before a time.
	ForgetNames(before time.Time)
}
