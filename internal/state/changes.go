package state

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// Item is one stored value. One without a value is deleted, one that has no bucket
// either is a ledger that is deleted.
type Item struct {
	Ledger, Bucket string
	Key, Value     []byte
}

// changes are the items that one commit writes of a ledger. They are encoded before the
// transaction, which all ledgers wait for, and sorted by key: inserting N keys out
// of order takes bbolt a time of N².
type changes struct {
	ledger string
	pack   int // blocks in a row
	items  []Item
	buf    []byte // of the newest values
}

// maxBuf is the size from which on values go to a new buffer.
const maxBuf = 1 << 20

// add appends an item; encode appends its value to a buffer, and is nil where the item is
// deleted.
func (c *changes) add(bucket string, key []byte, encode func(buf []byte) []byte) {
	it := Item{Ledger: c.ledger, Bucket: bucket, Key: key}
	if encode != nil {
		if len(c.buf) >= maxBuf {
			c.buf = make([]byte, 0, maxBuf+maxBuf/8)
		}
		start := len(c.buf)
		c.buf = seal(encode(c.buf), start, it.sealKey())
		it.Value = c.buf[start:len(c.buf):len(c.buf)]
	}
	c.items = append(c.items, it)
}

// sealKey is what is part of the checksum besides the value.
func (it Item) sealKey() []byte {
	if it.Bucket == headKey {
		return []byte(headKey + it.Ledger)
	}
	return it.Key
}

// addRows appends the rows of v that differ from those before.
func (c *changes) addRows(v *View, before []*block) {
	for n := 0; n < len(v.blocks); n += c.pack {
		row := v.blocks[n:min(n+c.pack, len(v.blocks))]
		if len(before) >= n+len(row) && slices.Equal(row, before[n:n+len(row)]) {
			continue
		}
		encode := func(buf []byte) []byte { return v.appendRow(buf, row) }
		if !slices.ContainsFunc(row, func(b *block) bool { return *b != block{} }) {
			if n >= len(before) {
				continue // there is no such row
			}
			encode = nil
		}
		c.add(rowsBucket, binary.BigEndian.AppendUint32(nil, uint32(n)), encode)
	}
}

func (c *changes) addChunk(ch *chunk) {
	c.add(seenBucket, ch.id(), func(buf []byte) []byte {
		for _, key := range ch.keys {
			buf = append(buf, key[:]...)
		}
		return buf
	})
}

func (c *changes) addRecord(id record, it item) {
	if it.value == nil {
		c.add(recordsBucket, id.id(), nil)
		return
	}
	c.add(recordsBucket, id.id(), func(buf []byte) []byte {
		return append(binary.LittleEndian.AppendUint32(buf, it.minute), it.value...)
	})
}

// end appends the head and returns all items, those of each bucket sorted.
func (c *changes) end(h head) []Item {
	c.add(headKey, []byte{}, func(buf []byte) []byte {
		for _, n := range []uint64{h.series, h.chunks, h.records, h.evicted} {
			buf = binary.AppendUvarint(buf, n)
		}
		return append(buf, h.cursor...)
	})
	for rest := c.items; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Bucket == rest[0].Bucket {
			n++
		}
		slices.SortFunc(rest[:n], func(a, b Item) int { return bytes.Compare(a.Key, b.Key) })
		rest = rest[n:]
	}
	return c.items
}

// id is the key of a chunk; keys sort by age.
func (c *chunk) id() []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, c.minute), c.number)
}

// id is the key of a record.
func (r record) id() []byte {
	id := append(binary.AppendUvarint(nil, uint64(len(r.kind))), r.kind...)
	return append(id, r.key[:]...)
}

// items encodes what t staged; next is the View after it.
func (t *Tx) items(next *View) []Item {
	c := &changes{ledger: t.ledger.name, pack: t.ledger.store.pack()}
	c.addRows(next, t.view.blocks)
	for _, ch := range t.plan.drop {
		c.add(seenBucket, ch.id(), nil)
	}
	for _, ch := range t.plan.add {
		c.addChunk(ch)
	}
	for id, value := range t.puts {
		c.addRecord(id, item{value, t.minute})
	}
	return c.end(head{t.tally(next), next.evicted, next.cursor})
}

// items encodes the whole ledger, with so many blocks in a row.
func (l *Ledger) items(pack int) []Item {
	v := l.view.Load()
	c := &changes{ledger: l.name, pack: pack}
	c.addRows(v, nil)
	for _, ch := range l.seen.chunks {
		c.addChunk(ch)
	}
	for kind, items := range l.records {
		for key, it := range items {
			c.addRecord(record{kind, key}, it)
		}
	}
	return c.end(head{l.tally(), v.evicted, v.cursor})
}

// items encodes the whole memory.
func (s *Store) items() (items []Item) {
	for _, l := range s.ledgers {
		items = append(items, l.items(s.pack())...)
	}
	return items
}

// removal deletes what is stored of ledgers, if anything.
func removal(ledgers []*Ledger) (items []Item) {
	for _, l := range ledgers {
		items = append(items, Item{Ledger: l.name})
	}
	return items
}

// sizeOf returns the bytes of keys and values.
func sizeOf(items []Item) (n int) {
	for _, it := range items {
		n += len(it.Key) + len(it.Value)
	}
	return n
}
