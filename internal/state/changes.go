package state

import (
	"bytes"
	"encoding/binary"
	"slices"

	"go.etcd.io/bbolt"
)

// changes is what one commit writes to a ledger. It is encoded before the bbolt
// transaction, which all ledgers wait for, and sorted by key: inserting N keys out
// of order takes bbolt a time of N².
type changes struct {
	ledger              string
	rows, seen, records []change
	head                []byte

	buf []byte // of the newest values
}

// change puts a value under a key or, if value is nil, deletes the key.
type change struct{ key, value []byte }

// maxBuf is the size from which on values go to a new buffer.
const maxBuf = 1 << 20

// add appends a change of key; encode appends the value to a buffer.
func (c *changes) add(to *[]change, key []byte, encode func(buf []byte) []byte) {
	if len(c.buf) >= maxBuf {
		c.buf = make([]byte, 0, maxBuf+maxBuf/8)
	}
	start := len(c.buf)
	c.buf = seal(encode(c.buf), start, key)
	*to = append(*to, change{key, c.buf[start:len(c.buf):len(c.buf)]})
}

func (c *changes) addRow(n int, b *block) {
	key := binary.BigEndian.AppendUint32(nil, uint32(n))
	if *b == (block{}) {
		c.rows = append(c.rows, change{key: key})
		return
	}
	c.add(&c.rows, key, b.append)
}

func (c *changes) addChunk(ch chunk) {
	c.add(&c.seen, ch.id(), func(buf []byte) []byte {
		for _, key := range ch.keys {
			buf = append(buf, key[:]...)
		}
		return buf
	})
}

func (c *changes) addRecord(id record, it item) {
	if it.value == nil {
		c.records = append(c.records, change{key: id.id()})
		return
	}
	c.add(&c.records, id.id(), func(buf []byte) []byte {
		return append(binary.LittleEndian.AppendUint32(buf, it.minute), it.value...)
	})
}

func (c *changes) setHead(h head) {
	for _, n := range []uint64{h.series, h.chunks, h.records, h.evicted} {
		c.head = binary.AppendUvarint(c.head, n)
	}
	c.head = seal(append(c.head, h.cursor...), 0, []byte(headKey+c.ledger))
}

// id is the key of a chunk; keys sort by age.
func (c chunk) id() []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, c.minute), c.number)
}

// id is the key of a record.
func (r record) id() []byte {
	id := append(binary.AppendUvarint(nil, uint64(len(r.kind))), r.kind...)
	return append(id, r.key[:]...)
}

// changes encodes what t staged; next is the View after it.
func (t *Tx) changes(next *View) *changes {
	c := &changes{ledger: t.ledger.name}
	for n, b := range next.blocks {
		if n >= len(t.view.blocks) || b != t.view.blocks[n] {
			c.addRow(n, b)
		}
	}
	for _, ch := range t.plan.drop {
		c.seen = append(c.seen, change{key: ch.id()})
	}
	for _, ch := range t.plan.add {
		c.addChunk(ch)
	}
	for id, value := range t.puts {
		c.addRecord(id, item{value, t.minute})
	}
	c.setHead(head{t.tally(), next.Evicted, next.Cursor})
	return c
}

// changes encodes the whole ledger.
func (l *Ledger) changes() *changes {
	v := l.view.Load()
	c := &changes{ledger: l.name}
	for n, b := range v.blocks {
		c.addRow(n, b)
	}
	for _, ch := range l.seen.chunks {
		c.addChunk(ch)
	}
	for kind, items := range l.records {
		for key, it := range items {
			c.addRecord(record{kind, key}, it)
		}
	}
	c.setHead(head{l.tally(), v.Evicted, v.Cursor})
	return c
}

// write applies c to the file.
func (c *changes) write(tx *bbolt.Tx) error {
	all, err := tx.CreateBucketIfNotExists([]byte(ledgersBucket))
	if err != nil {
		return err
	}
	b, err := all.CreateBucketIfNotExists([]byte(c.ledger))
	if err != nil {
		return err
	}
	for name, list := range map[string][]change{rowsBucket: c.rows, seenBucket: c.seen, recordsBucket: c.records} {
		if err := writeBucket(b, name, list); err != nil {
			return err
		}
	}
	return b.Put([]byte(headKey), c.head)
}

func writeBucket(ledger *bbolt.Bucket, name string, list []change) error {
	b, err := ledger.CreateBucketIfNotExists([]byte(name))
	if err != nil {
		return err
	}
	if name == rowsBucket {
		// Most rows are added together and then only change: fuller pages are fewer
		// pages to write.
		b.FillPercent = 0.9
	}
	for _, ch := range list {
		if ch.value == nil {
			err = b.Delete(ch.key)
		} else {
			err = b.Put(ch.key, ch.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// size returns the bytes of keys and values.
func (c *changes) size() (n int) {
	for _, list := range [][]change{c.rows, c.seen, c.records} {
		for _, ch := range list {
			n += len(ch.key) + len(ch.value)
		}
	}
	return n + len(c.head)
}

// sort orders c by key.
func (c *changes) sort() *changes {
	for _, list := range [][]change{c.seen, c.records} {
		slices.SortFunc(list, func(a, b change) int { return bytes.Compare(a.key, b.key) })
	}
	return c
}
