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
//	ledgers / NAME / rows        number of a block → its series
//	ledgers / NAME / marks       minute, number → keys
//	ledgers / NAME / records     length of kind, kind, key → minute, value
//
// Every value but magic and schema ends with a checksum of its key and itself;
// that of a head includes the ledger's name. The counts in the header and the heads
// reveal entries that a damaged page no longer shows.
//
// Schema 1 had ledgers / NAME / series, series key → entry, in place of rows. Such a
// file is read, and rewritten at the start.
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
	schema = 2
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
	value, err := unseal([]byte(headerKey), b.Get([]byte(headerKey)))
	if err != nil {
		return h, 0, err
	}
	if n, err := binary.Decode(value, binary.LittleEndian, &h); err != nil || n != len(value) {
		return h, 0, fmt.Errorf("%w: header", errCorrupt)
	}
	return h, found, nil
}

func getHead(sealed []byte, ledger string) (h head, err error) {
	value, err := unseal([]byte(headKey+ledger), sealed)
	if err != nil {
		return h, err
	}
	d := decoder{rest: value}
	h.tally = tally{series: d.uvarint(), chunks: d.uvarint(), records: d.uvarint()}
	h.evicted = d.uvarint()
	h.cursor = string(d.take(uint64(len(d.rest))))
	return h, d.end()
}

// removal deletes what is stored of ledgers, if anything.
type removal []*Ledger

func (ledgers removal) write(tx *bbolt.Tx) error {
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
