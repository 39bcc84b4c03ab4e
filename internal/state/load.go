package state

import (
	"encoding/binary"
	"errors"
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

// load reads f. Errors are of class errCorrupt or ErrSchema.
func (s *Store) load(f *file) (c content, err error) {
	err = guard(func() error {
		return f.db.View(func(tx *bbolt.Tx) error {
			if c.header, f.schema, err = getHeader(tx); err != nil {
				return err
			}
			r := s.newReader(c.header.Secret[:])
			if err := errors.Join(readItems(tx, r.read), r.end()); err != nil {
				return err
			}
			c.ledgers = r.ledgers
			if got := uint64(len(c.ledgers)); got != c.header.Ledgers {
				return fmt.Errorf("%w: %d ledgers, want %d", errCorrupt, got, c.header.Ledgers)
			}
			return check(tx, f.info.Size())
		})
	})
	return c, err
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

// reader makes ledgers of their items, of which those of one ledger come one after the
// other.
type reader struct {
	store   *Store
	secret  []byte // of the keys of records
	ledgers map[string]*Ledger

	// The ledger that is being read:
	ledger *Ledger
	view   *View
	head   *head // nil before it was read
}

func (s *Store) newReader(secret []byte) *reader {
	return &reader{store: s, secret: secret, ledgers: map[string]*Ledger{}}
}

// read takes one item.
func (r *reader) read(it Item) error {
	if r.ledger == nil || r.ledger.name != it.Ledger {
		if err := r.end(); err != nil {
			return err
		}
		r.ledger, r.view, r.head = newLedger(it.Ledger, r.store, r.secret), &View{}, nil
	}
	value, err := unseal(it.sealKey(), it.Value)
	if err == nil {
		err = r.readValue(it.Bucket, it.Key, value)
	}
	if err != nil {
		return fmt.Errorf("%s of %q: %w", it.Bucket, it.Ledger, err)
	}
	return nil
}

func (r *reader) readValue(bucket string, key, value []byte) error {
	switch bucket {
	case headKey:
		h, err := readHead(value)
		r.head = &h
		return err
	case rowsBucket:
		return r.view.readRow(key, value, &r.ledger.keys)
	case seriesBucket:
		return r.view.readEntry(key, value, &r.ledger.keys)
	case seenBucket:
		return r.ledger.readChunk(key, value)
	case recordsBucket:
		return r.ledger.readRecord(key, value)
	}
	return fmt.Errorf("%w: unknown bucket", errCorrupt)
}

// end completes the ledger of which all items were read.
func (r *reader) end() error {
	l, v, h := r.ledger, r.view, r.head
	switch {
	case l == nil:
		return nil
	case h == nil:
		return fmt.Errorf("%w: %q has no head", errCorrupt, l.name)
	}
	l.indexAll(v)
	v.evicted, v.cursor, v.seen = h.evicted, h.cursor, l.seen.len
	l.view.Store(v)
	if got := l.tally(); got != h.tally {
		return fmt.Errorf("%w: %q holds %+v, want %+v", errCorrupt, l.name, got, h.tally)
	}
	r.ledgers[l.name] = l
	return nil
}

// readRow adds the blocks from that number on to v.
func (v *View) readRow(key, value []byte, k *keys) error {
	if len(key) != 4 || binary.BigEndian.Uint32(key) >= maxBlocks {
		return fmt.Errorf("%w: malformed row", errCorrupt)
	}
	first := int(binary.BigEndian.Uint32(key))
	v.grow(first)
	d := decoder{rest: value}
	for len(d.rest) > 0 && !d.failed {
		place := d.uvarint()
		name := d.take(d.uvarint())
		e := d.entry()
		id := k.id(name)
		e.labels, e.metric = id.labels, id.metric
		if place >= maxPack*blockSize || !v.put(first*blockSize+int(place), e) {
			d.failed = true
		}
	}
	return d.end()
}

// grow adds blocks up to a number.
func (v *View) grow(n int) {
	for len(v.blocks) <= n {
		v.blocks = append(v.blocks, new(block))
	}
}

// put adds a series at a slot, unless there is one.
func (v *View) put(slot int, e entry) bool {
	v.grow(slot / blockSize)
	at := v.at(int32(slot))
	if at.metric != 0 {
		return false
	}
	*at = e
	return true
}

// readEntry adds a series in the form of schema 1 to v.
func (v *View) readEntry(key, value []byte, k *keys) error {
	d := decoder{rest: value}
	e := d.entry()
	id := k.id(key)
	e.labels, e.metric = id.labels, id.metric
	if v.len%blockSize == 0 {
		v.blocks = append(v.blocks, new(block))
	}
	v.blocks[v.len/blockSize][v.len%blockSize] = e
	v.len++
	return d.end()
}

// indexAll fills the index and the unused slots of l, which is being read, from v.
func (l *Ledger) indexAll(v *View) {
	v.len, v.metrics = 0, l.keys.metrics
	l.series.grow(len(v.blocks) * blockSize)
	for n := len(v.blocks) - 1; n >= 0; n-- {
		for i := blockSize - 1; i >= 0; i-- {
			slot := int32(n*blockSize + i)
			if e := v.at(slot); e.metric != 0 {
				l.series.add(e.id(), slot)
				v.len++
			} else {
				l.free = append(l.free, slot)
			}
		}
	}
}

func (l *Ledger) readChunk(key, value []byte) error {
	if len(key) != 12 || len(value)%len(Key{}) != 0 || len(value) > maxChunk*len(Key{}) {
		return fmt.Errorf("%w: malformed chunk", errCorrupt)
	}
	c := &chunk{minute: binary.BigEndian.Uint32(key), number: binary.BigEndian.Uint64(key[4:])}
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
