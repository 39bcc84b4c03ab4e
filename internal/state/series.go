package state

import (
	"bytes"
	"hash/maphash"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// seriesID is the key of a series in a ledger.
type seriesID struct {
	labels string // ledger.Series.Labels
	metric uint32 // the number of its name in keys, from 1 on
}

const noSlot int32 = -1

// maxSeriesKey is the longest key of a series.
const maxSeriesKey = 32 << 10

// keyIndex finds the slots of the committed series by their keys.
type keyIndex struct {
	table // of slots, plus 1
	seed  maphash.Seed
}

func newKeyIndex() keyIndex { return keyIndex{newTable(), maphash.MakeSeed()} }

func (x *keyIndex) hash(id seriesID) uint32 {
	return spread*id.metric ^ uint32(maphash.String(x.seed, id.labels))
}

// spread is 2^32 divided by the golden ratio: series that differ in their metric alone, of
// which there are many, are far apart in the table.
const spread = 0x9e3779b1

// find returns the slot of a series in v, noSlot if there is none.
func (x *keyIndex) find(v *View, metric uint32, labels []byte) int32 {
	at := x.table.find(spread*metric^uint32(maphash.Bytes(x.seed, labels)), func(ref uint32) bool {
		e := v.at(int32(ref - 1))
		return e.metric == metric && e.labels == string(labels)
	})
	if at < 0 {
		return noSlot
	}
	return int32(x.places[at].ref - 1)
}

// add adds a series, which must be a new one.
func (x *keyIndex) add(id seriesID, slot int32) { x.table.add(x.hash(id), uint32(slot+1)) }

// remove removes a series that was added.
func (x *keyIndex) remove(id seriesID, slot int32) {
	x.table.remove(x.table.find(x.hash(id), func(ref uint32) bool { return ref == uint32(slot+1) }))
}

// index makes the series of l those that are committed with t. Slots of dropped ones may
// be those of new ones already.
func (l *Ledger) index(t *Tx) {
	for i := range t.cells {
		if c := &t.cells[i]; c.dropped {
			l.series.remove(c.id(), c.slot)
		}
	}
	for i := range t.cells {
		if c := &t.cells[i]; c.added {
			l.series.add(c.id(), c.slot)
		}
	}
}

// keys are what the series of a ledger are named by: each name of a metric once, and the
// labels of some series together in one allocation.
type keys struct {
	metrics []string
	numbers map[string]uint32 // of metrics, from 1 on
	buffer  strings.Builder
}

// keyBufferSize is the size of an allocation, which is released when none of its labels
// are in use any more.
const keyBufferSize = 2 << 10

// split returns the parts of a key: the name of a metric, its number, which is 0 if it is
// new, and the labels.
func (k *keys) split(key []byte) (name []byte, number uint32, labels []byte) {
	n := bytes.Index(key, []byte(metric.Separator))
	if n < 0 {
		n = len(key)
	}
	return key[:n], k.numbers[string(key[:n])], key[n:]
}

// id returns the name of a new series.
func (k *keys) id(key []byte) seriesID {
	name, number, labels := k.split(key)
	if number == 0 {
		if k.numbers == nil {
			k.numbers = map[string]uint32{}
		}
		k.metrics = append(k.metrics, string(name))
		number = uint32(len(k.metrics))
		k.numbers[string(name)] = number
	}
	if k.buffer.Cap()-k.buffer.Len() < len(labels) {
		k.buffer = strings.Builder{}
		k.buffer.Grow(max(keyBufferSize, len(labels)))
	}
	n := k.buffer.Len()
	k.buffer.Write(labels)
	return seriesID{k.buffer.String()[n:], number}
}
