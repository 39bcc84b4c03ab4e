package state

import (
	"iter"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// View is the content of a Ledger after one commit. It is immutable.
type View struct {
	cursor string
	len    int // the number of series
	seen   int // the number of names that Tx.Once knows
	// evicted counts the names that were forgotten early because of Options.MaxSeen.
	// It survives restarts.
	evicted uint64
	blocks  []*block
	metrics []string // the names of seriesID.metric
}

// Cursor is where the next request continues; "" if none was ever set.
func (v *View) Cursor() string { return v.cursor }

// Len is the number of series.
func (v *View) Len() int { return v.len }

// All yields the series and their values, in an order that stays the same while no
// series is added or dropped.
func (v *View) All() iter.Seq2[ledger.Series, ledger.Value] {
	return func(yield func(ledger.Series, ledger.Value) bool) {
		for _, b := range v.blocks {
			for i := range b {
				if e := &b[i]; e.metric != 0 && !yield(v.nameOf(e.id()), e.value()) {
					return
				}
			}
		}
	}
}

func (v *View) nameOf(id seriesID) ledger.Series {
	return ledger.Series{Metric: v.metrics[id.metric-1], Labels: id.labels}
}

func (v *View) at(slot int32) *entry {
	return &v.blocks[slot/blockSize][slot%blockSize]
}

// blockSize is the number of series that are copied, and written to the file, when one
// of them changes. It is part of the schema. With 16 a row has half a page: a commit
// that changes 200 series out of 100,000 writes as much as with a key for each series
// (1.0 MiB; with 64 it is 3.3 MiB), and a first commit has 16 times fewer keys.
const blockSize = 16

// maxPack is the number of blocks in a row of Options.Copy, in which a row costs more than
// its bytes: 64 series in a row. BenchmarkCommit of package replica compares them.
const maxPack = 4

// pack is the number of blocks that are written together.
func (s *Store) pack() int {
	if s.opts.Copy != nil {
		return maxPack
	}
	return 1
}

type block [blockSize]entry

// maxBlocks bounds the number of a block, which comes from the file.
const maxBlocks = 1 << 26 / blockSize

// entry is one series in memory.
type entry struct {
	labels    string // of seriesID
	sum       sum
	since     int64 // Unix nanoseconds
	histogram *Histogram
	metric    uint32 // of seriesID, 0 where there is no series
	changed   uint32 // the minute of the last use, since 1970
}

func (e *entry) id() seriesID { return seriesID{e.labels, e.metric} }

func (e *entry) value() ledger.Value {
	v := ledger.Value{Value: e.sum.high, Since: time.Unix(0, e.since).UTC()}
	if e.histogram != nil {
		v.Histogram = &e.histogram.Distribution
	}
	return v
}
