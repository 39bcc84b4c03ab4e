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

// keyIndex finds the slots of the committed series by the hashes of their keys, in a hash
// table with linear probing of which at most seven eighths are in use. A map from the keys
// takes four times its memory, and time of the garbage collector.
type keyIndex struct {
	seed   maphash.Seed
	places []place
	len    int
}

// place holds the slot of a series, plus 1; 0 is an empty place.
type place struct {
	hash uint32
	slot int32
}

func newKeyIndex() keyIndex { return keyIndex{seed: maphash.MakeSeed(), places: make([]place, 8)} }

// first is the place to look into first, next the one after i.
func (x *keyIndex) first(hash uint32) int { return int(uint64(hash) * uint64(len(x.places)) >> 32) }

func (x *keyIndex) next(i int) int {
	if i++; i < len(x.places) {
		return i
	}
	return 0
}

func (x *keyIndex) hash(id seriesID) uint32 {
	return id.metric ^ uint32(maphash.String(x.seed, id.labels))
}

// find returns the slot of a series in v, noSlot if there is none.
func (x *keyIndex) find(v *View, metric uint32, labels []byte) int32 {
	hash := metric ^ uint32(maphash.Bytes(x.seed, labels))
	for i := x.first(hash); x.places[i].slot != 0; i = x.next(i) {
		p := x.places[i]
		if p.hash != hash {
			continue
		}
		if e := v.at(p.slot - 1); e.metric == metric && e.labels == string(labels) {
			return p.slot - 1
		}
	}
	return noSlot
}

// add adds a series, which must be a new one.
func (x *keyIndex) add(id seriesID, slot int32) {
	x.len++
	x.grow(x.len)
	x.put(place{x.hash(id), slot + 1})
}

// grow makes room for n series, of which at least one place is empty.
func (x *keyIndex) grow(n int) {
	if n <= len(x.places)/8*7 {
		return
	}
	old := x.places
	x.places = make([]place, n/3*4+8)
	for _, p := range old {
		if p.slot != 0 {
			x.put(p)
		}
	}
}

func (x *keyIndex) put(p place) {
	i := x.first(p.hash)
	for x.places[i].slot != 0 {
		i = x.next(i)
	}
	x.places[i] = p
}

// remove removes a series that was added. Those behind it are put again: some would no
// longer be found behind an empty place.
func (x *keyIndex) remove(id seriesID, slot int32) {
	i := x.first(x.hash(id))
	for x.places[i].slot != slot+1 {
		i = x.next(i)
	}
	x.places[i] = place{}
	x.len--
	for i = x.next(i); x.places[i].slot != 0; i = x.next(i) {
		p := x.places[i]
		x.places[i] = place{}
		x.put(p)
	}
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
