package state

import (
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// content is everything in a file.
type content struct {
	header  header
	ledgers map[string]*Ledger
}

// checkedSize is the largest file that bbolt's own check is run on at the start.
const checkedSize = 64 << 20

// load reads f into the memory of s. Errors are of class errCorrupt or ErrSchema.
func (s *Store) load(f *file) (c content, err error) {
	c.ledgers = map[string]*Ledger{}
	err = guard(func() error {
		return f.db.View(func(tx *bbolt.Tx) error {
			if c.header, f.schema, err = getHeader(tx); err != nil {
				return err
			}
			if err := c.read(s, tx, f.schema); err != nil {
				return err
			}
			if got := uint64(len(c.ledgers)); got != c.header.Ledgers {
				return fmt.Errorf("%w: %d ledgers, want %d", errCorrupt, got, c.header.Ledgers)
			}
			return check(tx, f.info.Size())
		})
	})
	return c, err
}

func (c *content) read(s *Store, tx *bbolt.Tx, found uint64) error {
	all := tx.Bucket([]byte(ledgersBucket))
	if all == nil {
		return nil
	}
	return all.ForEachBucket(func(name []byte) error {
		l := newLedger(string(name), s, c.header.Secret[:])
		c.ledgers[l.name] = l
		return l.read(all.Bucket(name), c.header.Seq, found)
	})
}

// check looks for pages that are unreachable, used twice or beyond the end. It runs
// after everything was read, because bbolt checks in a goroutine of its own, where
// a fault cannot be recovered.
func check(tx *bbolt.Tx, size int64) error {
	if tx.Size() > size {
		return fmt.Errorf("%w: %d bytes of %d", errCorrupt, size, tx.Size())
	}
	if size > checkedSize {
		return nil
	}
	var first error
	for err := range tx.Check() {
		if first == nil {
			first = fmt.Errorf("%w: %w", errCorrupt, err)
		}
	}
	return first
}

// read fills the empty ledger l from its bucket in a file of the schema found.
func (l *Ledger) read(b *bbolt.Bucket, seq, found uint64) error {
	v := &View{ledger: l, Seq: seq}
	series, read := rowsBucket, v.readRow
	if found == 1 {
		series, read = seriesBucket, v.readEntry
	}
	for name, read := range map[string]func(key, value []byte) error{
		series: read, seenBucket: l.readChunk, recordsBucket: l.readRecord,
	} {
		if err := readBucket(b.Bucket([]byte(name)), read); err != nil {
			return fmt.Errorf("%s of %q: %w", name, l.name, err)
		}
	}
	h, err := getHead(b.Get([]byte(headKey)), l.name)
	if err != nil {
		return fmt.Errorf("head of %q: %w", l.name, err)
	}
	return l.complete(v, h)
}

// complete makes v, of which everything was read, the View of l.
func (l *Ledger) complete(v *View, h head) error {
	l.indexAll(v)
	v.Evicted, v.Cursor = h.evicted, h.cursor
	v.Seen = len(l.seen.minutes)
	l.view.Store(v)
	if got := l.tally(); got != h.tally {
		return fmt.Errorf("%w: %q holds %+v, want %+v", errCorrupt, l.name, got, h.tally)
	}
	return nil
}

func readBucket(b *bbolt.Bucket, read func(key, value []byte) error) error {
	if b == nil {
		return fmt.Errorf("%w: missing", errCorrupt)
	}
	return b.ForEach(func(key, sealed []byte) error {
		value, err := unseal(key, sealed)
		if err != nil {
			return err
		}
		return read(key, value)
	})
}

// readRow adds the block with that number to v.
func (v *View) readRow(key, value []byte) error {
	if len(key) != 4 || binary.BigEndian.Uint32(key) >= maxBlocks {
		return fmt.Errorf("%w: malformed row", errCorrupt)
	}
	for n := int(binary.BigEndian.Uint32(key)); len(v.blocks) <= n; {
		v.blocks = append(v.blocks, new(block))
	}
	b := v.blocks[len(v.blocks)-1]
	d := decoder{rest: value}
	for len(d.rest) > 0 && !d.failed {
		place := d.uvarint()
		name := string(d.take(d.uvarint()))
		e := d.entry()
		if place >= blockSize || b[place].series != nil {
			d.failed = true
			break
		}
		e.series = &Series{key: name, owner: v.ledger, slot: noSlot}
		b[place] = e
	}
	return d.end()
}

// readEntry adds a series in the form of schema 1 to v.
func (v *View) readEntry(key, value []byte) error {
	d := decoder{rest: value}
	e := d.entry()
	e.series = &Series{key: string(key), owner: v.ledger, slot: noSlot}
	if v.Len%blockSize == 0 {
		v.blocks = append(v.blocks, new(block))
	}
	v.blocks[v.Len/blockSize][v.Len%blockSize] = e
	v.Len++
	return d.end()
}

// indexAll fills the index and the unused slots of l, which is being read, from v.
func (l *Ledger) indexAll(v *View) {
	v.Len = 0
	for n := len(v.blocks) - 1; n >= 0; n-- {
		for i := blockSize - 1; i >= 0; i-- {
			slot := int32(n*blockSize + i)
			if s := v.at(slot).series; s != nil {
				l.index.set(s, slot)
				v.Len++
			} else {
				l.free = append(l.free, slot)
			}
		}
	}
}

func (l *Ledger) readChunk(key, value []byte) error {
	if len(key) != 12 || len(value)%len(Key{}) != 0 {
		return fmt.Errorf("%w: malformed chunk", errCorrupt)
	}
	c := chunk{minute: binary.BigEndian.Uint32(key), number: binary.BigEndian.Uint64(key[4:])}
	for ; len(value) > 0; value = value[len(Key{}):] {
		c.keys = append(c.keys, Key(value))
	}
	l.seen.insert(c)
	return nil
}

func (l *Ledger) readRecord(key, value []byte) error {
	d := decoder{rest: key}
	kind := string(d.take(d.uvarint()))
	name := d.take(uint64(len(Key{})))
	if err := d.end(); err != nil {
		return err
	}
	d = decoder{rest: value}
	minute := d.take(4)
	if d.failed {
		return d.end()
	}
	l.records.set(record{kind, Key(name)}, item{append([]byte{}, d.rest...), binary.LittleEndian.Uint32(minute)})
	return nil
}
