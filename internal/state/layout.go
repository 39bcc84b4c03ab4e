package state

import (
	"crypto/rand"
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
//	ledgers / NAME / rows        number of a block → its series
//	ledgers / NAME / marks       minute, number → keys
//	ledgers / NAME / records     length of kind, kind, key → minute, value
//
// Every value but magic and schema ends with a checksum of its key and itself;
// that of a head includes the ledger's name. The counts in the header and the heads
// reveal entries that a damaged page no longer shows.
//
// Schema 1 had ledgers / NAME / series, series key → entry, in place of rows. Such a
// file is read, and rewritten at the start. What packages store in records changed between
// schema 2 and 3, so that a program that knows 2 refuses 3.
const (
	storeBucket   = "store"
	ledgersBucket = "ledgers"
	rowsBucket    = "rows"
	seriesBucket  = "series" // of schema 1
	seenBucket    = "marks"
	recordsBucket = "records"

	magicKey  = "magic"
	schemaKey = "schema"
	headerKey = "header"
	headKey   = "head"

	magic  = "contactcenter_exporter state"
	schema = 3
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

// newHeader returns the header of an empty state.
func newHeader(secret [32]byte, epoch uint64, start int64) header {
	h := header{Secret: secret, Epoch: epoch, EpochStart: start, Floor: start}
	_, _ = rand.Read(h.Instance[:]) // never fails
	return h
}

// putHeader comes last in a transaction, because it counts the ledgers.
func putHeader(tx *bbolt.Tx, h *header) error {
	h.Ledgers = countLedgers(tx)
	b, err := tx.CreateBucketIfNotExists([]byte(storeBucket))
	if err != nil {
		return err
	}
	sealed, err := h.seal()
	if err != nil {
		return err
	}
	return b.Put([]byte(headerKey), sealed)
}

// seal encodes h with a checksum.
func (h *header) seal() ([]byte, error) {
	value, err := binary.Append(nil, binary.LittleEndian, *h)
	return seal(value, 0, []byte(headerKey)), err
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

// getHeader returns the header and the schema. It checks magic and schema first:
// other schemas may differ in the rest.
func getHeader(tx *bbolt.Tx) (h header, found uint64, err error) {
	b := tx.Bucket([]byte(storeBucket))
	if b == nil || string(b.Get([]byte(magicKey))) != magic {
		return h, 0, fmt.Errorf("%w: not a state file", errCorrupt)
	}
	d := decoder{rest: b.Get([]byte(schemaKey))}
	switch found = d.uvarint(); {
	case d.end() != nil || found == 0:
		return h, 0, fmt.Errorf("%w: no schema", errCorrupt)
	case found > schema:
		return h, 0, fmt.Errorf("%w: schema %d, known up to %d", ErrSchema, found, schema)
	}
	h, err = readHeader(b.Get([]byte(headerKey)))
	return h, found, err
}

// readHeader decodes what header.seal has encoded.
func readHeader(sealed []byte) (h header, err error) {
	value, err := unseal([]byte(headerKey), sealed)
	if err != nil {
		return h, fmt.Errorf("header: %w", err)
	}
	if n, err := binary.Decode(value, binary.LittleEndian, &h); err != nil || n != len(value) {
		return h, fmt.Errorf("%w: header", errCorrupt)
	}
	return h, nil
}

func readHead(value []byte) (h head, err error) {
	d := decoder{rest: value}
	h.tally = tally{series: d.uvarint(), chunks: d.uvarint(), records: d.uvarint()}
	h.evicted = d.uvarint()
	h.cursor = string(d.take(uint64(len(d.rest))))
	return h, d.end()
}

// writeItems writes items, of which those of one bucket stand together.
func writeItems(tx *bbolt.Tx, items []Item) error {
	all, err := tx.CreateBucketIfNotExists([]byte(ledgersBucket))
	if err != nil {
		return err
	}
	var b *bbolt.Bucket
	for i, it := range items {
		if it.Bucket == "" {
			if err := all.DeleteBucket([]byte(it.Ledger)); err != nil && !errors.Is(err, bolterrors.ErrBucketNotFound) {
				return err
			}
			continue
		}
		if i == 0 || it.Ledger != items[i-1].Ledger || it.Bucket != items[i-1].Bucket {
			if b, err = bucketOf(all, it); err != nil {
				return err
			}
		}
		switch {
		case it.Bucket == headKey:
			err = b.Put([]byte(headKey), it.Value)
		case it.Value == nil:
			err = b.Delete(it.Key)
		default:
			err = b.Put(it.Key, it.Value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bucketOf returns the bucket that an item belongs into.
func bucketOf(all *bbolt.Bucket, it Item) (*bbolt.Bucket, error) {
	b, err := all.CreateBucketIfNotExists([]byte(it.Ledger))
	if err != nil || it.Bucket == headKey {
		return b, err
	}
	if b, err = b.CreateBucketIfNotExists([]byte(it.Bucket)); err == nil && it.Bucket == rowsBucket {
		// Most rows are added together and then only change: fuller pages are fewer
		// pages to write.
		b.FillPercent = 0.9
	}
	return b, err
}

// readItems yields what is stored of all ledgers, those of one ledger together. Keys and
// values are valid until each returns.
func readItems(tx *bbolt.Tx, each func(Item) error) error {
	all := tx.Bucket([]byte(ledgersBucket))
	if all == nil {
		return nil
	}
	return all.ForEachBucket(func(name []byte) error {
		l, ledger := all.Bucket(name), string(name)
		return l.ForEach(func(key, value []byte) error {
			bucket := string(key)
			if value != nil {
				return each(Item{ledger, bucket, nil, value})
			}
			return l.Bucket(key).ForEach(func(key, value []byte) error { return each(Item{ledger, bucket, key, value}) })
		})
	})
}
