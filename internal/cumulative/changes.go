package cumulative

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// change is a change of a subject's state. It is deferred, in the ledger, while
// something older may still arrive.
type change struct {
	Time    time.Time
	Order   int64
	Key     ledger.Key // of the event
	Subject ledger.Key
	Begin   names // series of the state that begins
}

// byTime orders changes as they happened.
func byTime(a, b change) int {
	return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Order, b.Order), slices.Compare(a.Key[:], b.Key[:]))
}

// deferredKind is the kind of records of deferred changes: those of one answer in one
// record, oldest first.
const deferredKind = "waiting"

// deferChanges stores the changes of an answer for later.
func deferChanges(tx ledger.Tx, changes []change) {
	if len(changes) == 0 {
		return
	}
	slices.SortFunc(changes, byTime)
	// No other record has this key: an event comes once.
	tx.Put(deferredKind, changes[0].Key, appendChanges(nil, changes))
}

// takeDeferred removes the changes up to a time from the ledger and appends them to
// due. Records that are younger as a whole are not looked into.
func takeDeferred(tx ledger.Tx, due []change, upTo time.Time) ([]change, error) {
	for key, value := range tx.Each(deferredKind) {
		if oldest := (&record{b: value}).time(); oldest.After(upTo) {
			continue
		}
		changes, err := readChanges(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", deferredKind, err)
		}
		n, _ := slices.BinarySearchFunc(changes, upTo, func(ch change, upTo time.Time) int {
			if ch.Time.After(upTo) {
				return 1
			}
			return -1
		})
		due = append(due, changes[:n]...)
		if tx.Put(deferredKind, key, nil); n < len(changes) {
			tx.Put(deferredKind, changes[n].Key, appendChanges(nil, changes[n:]))
		}
	}
	return due, nil
}

func appendChanges(b []byte, changes []change) []byte {
	for _, ch := range changes {
		b = appendTime(b, ch.Time)
		b = binary.BigEndian.AppendUint64(b, uint64(ch.Order))
		b = append(b, ch.Key[:]...)
		b = append(b, ch.Subject[:]...)
		b = binary.AppendUvarint(b, uint64(len(ch.Begin)))
		b = append(b, ch.Begin...)
	}
	return b
}

func readChanges(value []byte) (changes []change, err error) {
	for r := (&record{b: value}); len(r.b) > 0 && !r.short; {
		ch := change{Time: r.time(), Order: int64(binary.BigEndian.Uint64(r.take(8)))}
		copy(ch.Key[:], r.take(len(ch.Key)))
		copy(ch.Subject[:], r.take(len(ch.Subject)))
		ch.Begin = r.names()
		changes = append(changes, ch)
		if r.short {
			return nil, errRecord
		}
	}
	return changes, nil
}

// errRecord is the error of a record that ends in the middle.
var errRecord = errors.New("a record of the state is incomplete")

// names are keys of series, each after its length. They are kept as they are
// stored, since most of them only go from one record to another.
type names []byte

func (n names) with(key []byte) names {
	return append(binary.AppendUvarint(n, uint64(len(key))), key...)
}

// each calls do with each of the names.
func (n names) each(do func(key []byte)) {
	for r := (&record{b: n}); len(r.b) > 0 && !r.short; {
		do(r.names())
	}
}

// record reads a record of the ledger from its beginning on. What is missing
// reads as zero.
type record struct {
	b     []byte
	short bool // something was missing
}

func (r *record) take(n int) []byte {
	if n > len(r.b) {
		r.short = true
		return make([]byte, min(n, 64))
	}
	taken := r.b[:n:n]
	r.b = r.b[n:]
	return taken
}

// names reads bytes that stand after their number.
func (r *record) names() names {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > uint64(len(r.b)-size) {
		r.short = true
		return nil
	}
	r.b = r.b[size:]
	return r.take(int(n))
}

// appendTime writes a time to the nanosecond, whatever its year.
func appendTime(b []byte, t time.Time) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(t.Unix()))
	return binary.BigEndian.AppendUint32(b, uint32(t.Nanosecond()))
}

func (r *record) time() time.Time {
	b := r.take(12)
	return time.Unix(int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint32(b[8:]))).UTC()
}
