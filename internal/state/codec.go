package state

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"math"
	"slices"
	"time"
)

// errCorrupt is the class of errors that mean a damaged file.
var errCorrupt = errors.New("corrupt")

// seal appends the checksum of key and buf[start:]: bbolt has no checksum of its
// own for values.
func seal(buf []byte, start int, key []byte) []byte {
	return binary.LittleEndian.AppendUint32(buf, checksum(key, buf[start:]))
}

// unseal returns the value without its checksum.
func unseal(key, sealed []byte) ([]byte, error) {
	n := len(sealed) - crc32.Size
	if n < 0 || checksum(key, sealed[:n]) != binary.LittleEndian.Uint32(sealed[n:]) {
		return nil, fmt.Errorf("%w: checksum", errCorrupt)
	}
	return sealed[:n], nil
}

func checksum(key, value []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	return crc32.Update(crc32.Checksum(key, table), table, value)
}

const (
	counterEntry   = 'c'
	histogramEntry = 'h'
)

// appendEntry encodes a series without its key.
func appendEntry(buf []byte, e *entry) []byte {
	h := e.histogram
	if h == nil {
		return appendFixed(append(buf, counterEntry), e.since, e.changed, e.sum)
	}
	buf = appendFixed(append(buf, histogramEntry), e.since, e.changed, sum{h.Sum, h.low})
	buf = binary.AppendUvarint(buf, uint64(len(h.Bounds)))
	for _, bound := range h.Bounds {
		buf = appendFloat(buf, bound)
	}
	for _, count := range h.Counts {
		buf = binary.AppendUvarint(buf, count)
	}
	buf = binary.AppendUvarint(buf, h.Count)
	buf = binary.AppendUvarint(buf, h.Zero)
	buf = binary.AppendUvarint(buf, uint64(len(h.Native)))
	for _, i := range slices.Sorted(maps.Keys(h.Native)) {
		buf = binary.AppendVarint(buf, int64(i))
		buf = binary.AppendUvarint(buf, h.Native[i])
	}
	return buf
}

func appendFixed(buf []byte, since int64, changed uint32, s sum) []byte {
	buf = binary.LittleEndian.AppendUint64(buf, uint64(since))
	buf = binary.LittleEndian.AppendUint64(buf, uint64(changed)*uint64(time.Minute))
	return appendFloat(appendFloat(buf, s.high), s.low)
}

func appendFloat(buf []byte, f float64) []byte {
	return binary.LittleEndian.AppendUint64(buf, math.Float64bits(f))
}

// decoder reads encoded values; after the first malformed one, failed is true and
// all others are zero.
type decoder struct {
	rest   []byte
	failed bool
}

func (d *decoder) take(n uint64) []byte {
	if d.failed || n > uint64(len(d.rest)) {
		d.failed = true
		return nil
	}
	head := d.rest[:n]
	d.rest = d.rest[n:]
	return head
}

func (d *decoder) word() uint64 {
	if b := d.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (d *decoder) float() float64 { return math.Float64frombits(d.word()) }

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.failed = true
		return 0
	}
	d.take(uint64(n))
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.rest)
	if n <= 0 {
		d.failed = true
		return 0
	}
	d.take(uint64(n))
	return v
}

// length reads the number of items that follow, of at least size bytes each.
func (d *decoder) length(size int) int {
	n := d.uvarint()
	if d.failed || n > uint64(len(d.rest)/size) {
		d.failed = true
		return 0
	}
	return int(n)
}

// end returns an error if a value was malformed or bytes are left.
func (d *decoder) end() error {
	if d.failed || len(d.rest) > 0 {
		return fmt.Errorf("%w: malformed value", errCorrupt)
	}
	return nil
}

// appendRow encodes the series of blocks of v: place, length of the key, key, entry.
func (v *View) appendRow(buf []byte, row []*block) []byte {
	for n, b := range row {
		for i := range b {
			e := &b[i]
			if e.metric == 0 {
				continue
			}
			buf = binary.AppendUvarint(buf, uint64(n*blockSize+i))
			name := v.nameOf(e.id())
			buf = binary.AppendUvarint(buf, uint64(len(name.Metric)+len(name.Labels)))
			buf = appendEntry(append(append(buf, name.Metric...), name.Labels...), e)
		}
	}
	return buf
}

func (d *decoder) entry() entry {
	kind := d.take(1)
	e := entry{since: int64(d.word()), changed: minuteOf(time.Unix(0, int64(d.word()))), sum: sum{d.float(), d.float()}}
	switch {
	case d.failed:
	case kind[0] == histogramEntry:
		e.histogram = d.histogram()
		e.histogram.Sum, e.histogram.low, e.sum = e.sum.high, e.sum.low, sum{}
	case kind[0] != counterEntry:
		d.failed = true
	}
	return e
}

func (d *decoder) histogram() *Histogram {
	bounds := make([]float64, d.length(8))
	for i := range bounds {
		bounds[i] = d.float()
	}
	h := newHistogram(bounds)
	for i := range h.Counts {
		h.Counts[i] = d.uvarint()
	}
	h.Count = d.uvarint()
	h.Zero = d.uvarint()
	for range d.length(2) {
		i := d.varint()
		h.Native[int(i)] = d.uvarint()
	}
	return h
}
