package state

import (
	"hash/maphash"
	"strings"
)

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

func (x *keyIndex) hash(key string) uint32 { return uint32(maphash.String(x.seed, key)) }

// find returns the slot of the series with a key in v, noSlot if there is none.
func (x *keyIndex) find(v *View, key []byte) int32 {
	hash := uint32(maphash.Bytes(x.seed, key))
	for i := x.first(hash); x.places[i].slot != 0; i = x.next(i) {
		if p := x.places[i]; p.hash == hash && v.at(p.slot-1).key == string(key) {
			return p.slot - 1
		}
	}
	return noSlot
}

// add adds a series, which must be a new one.
func (x *keyIndex) add(key string, slot int32) {
	x.len++
	x.grow(x.len)
	x.put(place{x.hash(key), slot + 1})
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
func (x *keyIndex) remove(key string, slot int32) {
	i := x.first(x.hash(key))
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
			l.series.remove(c.key, c.slot)
		}
	}
	for i := range t.cells {
		if c := &t.cells[i]; c.added {
			l.series.add(c.key, c.slot)
		}
	}
}

// keyBuffer makes strings of keys, some together in one allocation.
type keyBuffer struct{ strings.Builder }

// keyBufferSize is the size of an allocation, which is released when none of its keys is
// in use any more.
const keyBufferSize = 2 << 10

func (b *keyBuffer) add(key []byte) string {
	if b.Cap()-b.Len() < len(key) {
		*b = keyBuffer{}
		b.Grow(max(keyBufferSize, len(key)))
	}
	n := b.Len()
	b.Write(key)
	return b.String()[n:]
}
