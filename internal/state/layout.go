package state

import (
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// The file, in buckets:
//
//	store                        magic, schema, header
//	ledgers / NAME               head: tally, times evicted, cursor
//	ledgers / NAME / series      series key → entry
//	ledgers / NAME / marks       minute, number → keys
//	ledgers / NAME / records     length of kind, kind, key → minute, value
//
// Every value but magic and schema ends with a checksum of its key and itself;
// that of a head includes the ledger's name. The counts in the header and the heads
// reveal entries that a damaged page no longer shows.
const (
	storeBucket   = "store"
	ledgersBucket = "ledgers"
	seriesBucket  = "series"
	seenBucket    = "marks"
	recordsBucket = "records"

	magicKey  = "magic"
	schemaKey = "schema"
	headerKey = "header"
	headKey   = "head"

	magic  = "contactcenter_exporter state"
	schema = 1
)

// ErrSchema is the error of a file that a newer version of the exporter wrote.
// Open leaves the file unchanged.
var ErrSchema = errors.New("written by a newer version")

// header is what the file says about itself; times are Unix nanoseconds.
type header struct {
	Instance   [16]byte // random, of this file and its backups
	Secret     [32]byte // Store.Key
	Epoch      uint64
	EpochStart int64
	Committed  int64  // time of the newest commit
	Seq        uint64 // number of the newest commit
	Floor      int64  // latest start of a series that was dropped
	Ledgers    uint64 // number of ledgers in the file
}

// putHeader comes last in a transaction, because it counts the ledgers.
func putHeader(tx *bbolt.Tx, h *header) error {
	h.Ledgers = countLedgers(tx)
	b, err := tx.CreateBucketIfNotExists([]byte(storeBucket))
	if err != nil {
		return err
	}
	key := []byte(headerKey)
	value, err := binary.Append(nil, binary.LittleEndian, *h)
	if err != nil {
		return err
	}
	return b.Put(key, seal(value, 0, key))
}

func putFormat(tx *bbolt.Tx) error {
	b, err := tx.CreateBucketIfNotExists([]byte(storeBucket))
	if err != nil {
		return err
	}
	if err := b.Put([]byte(magicKey), []byte(magic)); err != nil {
		return err
	}
	return b.Put([]byte(schemaKey), binary.AppendUvarint(nil, schema))
}

// getHeader checks magic and schema first: other schemas may differ in the rest.
func getHeader(tx *bbolt.Tx) (h header, err error) {
	b := tx.Bucket([]byte(storeBucket))
	if b == nil || string(b.Get([]byte(magicKey))) != magic {
		return h, fmt.Errorf("%w: not a state file", errCorrupt)
	}
	d := decoder{rest: b.Get([]byte(schemaKey))}
	switch found := d.uvarint(); {
	case d.end() != nil || found == 0:
		return h, fmt.Errorf("%w: no schema", errCorrupt)
	case found > schema:
		return h, fmt.Errorf("%w: schema %d, known up to %d", ErrSchema, found, schema)
	}
	value, err := unseal([]byte(headerKey), b.Get([]byte(headerKey)))
	if err != nil {
		return h, err
	}
	if n, err := binary.Decode(value, binary.LittleEndian, &h); err != nil || n != len(value) {
		return h, fmt.Errorf("%w: header", errCorrupt)
	}
	return h, nil
}

// ledgerBuckets are the buckets of one ledger in a writing transaction. The values
// share one buffer, because bbolt needs them until the end of the transaction.
type ledgerBuckets struct {
	bucket, series, seen, records *bbolt.Bucket
	buf                           []byte
}

func openLedgerBuckets(tx *bbolt.Tx, ledger string) (*ledgerBuckets, error) {
	all, err := tx.CreateBucketIfNotExists([]byte(ledgersBucket))
	if err != nil {
		return nil, err
	}
	d := &ledgerBuckets{}
	if d.bucket, err = all.CreateBucketIfNotExists([]byte(ledger)); err != nil {
		return nil, err
	}
	for name, b := range map[string]**bbolt.Bucket{seriesBucket: &d.series, seenBucket: &d.seen, recordsBucket: &d.records} {
		if *b, err = d.bucket.CreateBucketIfNotExists([]byte(name)); err != nil {
			return nil, err
		}
	}
	// Most series are added together and then only change: fuller pages are fewer
	// pages to write.
	d.series.FillPercent = 0.9
	return d, nil
}

// put stores buf[start:] under key, with its checksum.
func (d *ledgerBuckets) put(b *bbolt.Bucket, key []byte, start int) error {
	d.buf = seal(d.buf, start, key)
	return b.Put(key, d.buf[start:len(d.buf):len(d.buf)])
}

func (d *ledgerBuckets) putHead(ledger string, h head) error {
	start := len(d.buf)
	for _, n := range []uint64{h.series, h.chunks, h.records, h.evicted} {
		d.buf = binary.AppendUvarint(d.buf, n)
	}
	d.buf = append(d.buf, h.cursor...)
	d.buf = seal(d.buf, start, []byte(headKey+ledger))
	return d.bucket.Put([]byte(headKey), d.buf[start:len(d.buf):len(d.buf)])
}

func getHead(b *bbolt.Bucket, ledger string) (h head, err error) {
	value, err := unseal([]byte(headKey+ledger), b.Get([]byte(headKey)))
	if err != nil {
		return h, err
	}
	d := decoder{rest: value}
	h.tally = tally{series: d.uvarint(), chunks: d.uvarint(), records: d.uvarint()}
	h.evicted = d.uvarint()
	h.cursor = string(d.take(uint64(len(d.rest))))
	return h, d.end()
}

func (d *ledgerBuckets) putEntry(e *entry) error {
	start := len(d.buf)
	d.buf = appendEntry(d.buf, e)
	return d.put(d.series, []byte(e.series.key), start)
}

func (d *ledgerBuckets) putChunk(c chunk) error {
	start := len(d.buf)
	for _, key := range c.keys {
		d.buf = append(d.buf, key[:]...)
	}
	return d.put(d.seen, c.id(), start)
}

func (d *ledgerBuckets) putRecord(id record, it item) error {
	if it.value == nil {
		return d.records.Delete(id.id())
	}
	start := len(d.buf)
	d.buf = binary.LittleEndian.AppendUint32(d.buf, it.minute)
	d.buf = append(d.buf, it.value...)
	return d.put(d.records, id.id(), start)
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

// write stores what t staged.
func (t *Tx) write(tx *bbolt.Tx) error {
	d, err := openLedgerBuckets(tx, t.ledger.name)
	if err != nil {
		return err
	}
	for i := range t.cells {
		c := &t.cells[i]
		if c.dropped {
			err = d.series.Delete([]byte(c.series.key))
		} else {
			err = d.putEntry(&c.entry)
		}
		if err != nil {
			return err
		}
	}
	for _, c := range t.plan.drop {
		if err := d.seen.Delete(c.id()); err != nil {
			return err
		}
	}
	for _, c := range t.plan.add {
		if err := d.putChunk(c); err != nil {
			return err
		}
	}
	for id, value := range t.puts {
		if err := d.putRecord(id, item{value, t.minute}); err != nil {
			return err
		}
	}
	return d.putHead(t.ledger.name, head{t.tally(), t.view.Evicted + t.plan.evicted, t.cursor})
}

// write stores the whole ledger.
func (l *Ledger) write(tx *bbolt.Tx) error {
	d, err := openLedgerBuckets(tx, l.name)
	if err != nil {
		return err
	}
	v := l.view.Load()
	for _, b := range v.blocks {
		for i := range b {
			if b[i].series == nil {
				continue
			}
			if err := d.putEntry(&b[i]); err != nil {
				return err
			}
		}
	}
	for _, c := range l.seen.chunks {
		if err := d.putChunk(c); err != nil {
			return err
		}
	}
	for kind, items := range l.records {
		for key, it := range items {
			if err := d.putRecord(record{kind, key}, it); err != nil {
				return err
			}
		}
	}
	return d.putHead(l.name, head{l.tally(), v.Evicted, v.Cursor})
}

// deleteLedgers deletes what is stored of them, if anything.
func deleteLedgers(tx *bbolt.Tx, ledgers []*Ledger) error {
	all := tx.Bucket([]byte(ledgersBucket))
	if all == nil {
		return nil
	}
	for _, l := range ledgers {
		if err := all.DeleteBucket([]byte(l.name)); err != nil && !errors.Is(err, bolterrors.ErrBucketNotFound) {
			return err
		}
	}
	return nil
}
