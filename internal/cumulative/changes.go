package cumulative

import (
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// change is a change of a subject's state. It is deferred, in the ledger, while
// something older may still arrive.
type change struct {
	Time    time.Time
	Order   int64
	Tie     uint64 // half the key of the event: of two changes at once one is always first
	Subject ledger.Key
	Begin   names // series of the state that begins
}

// byTime orders changes as they happened.
func byTime(a, b change) int {
	return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Tie, b.Tie))
}

// deferredKind is the kind of records of deferred changes: those of one answer in one
// record, oldest first. formerDeferredKind has another form, that of earlier versions.
const (
	deferredKind       = "deferred changes"
	formerDeferredKind = "waiting"
)

// deferChanges stores the changes of an answer for later.
func deferChanges(tx ledger.Tx, changes []change) {
	if len(changes) == 0 {
		return
	}
	slices.SortFunc(changes, byTime)
	// No other record has this key: an event comes once.
	tx.Put(deferredKind, ledger.Key(binary.BigEndian.AppendUint64(make([]byte, 8), changes[0].Tie)), appendChanges(nil, changes))
}

// changesUpTo removes the deferred changes up to a time from the ledger and yields them, and
// those of an answer that are due, in their order. Of a million of them one of each record
// is in memory.
func changesUpTo(tx ledger.Tx, due []change, upTo time.Time) iter.Seq2[change, error] {
	return func(yield func(change, error) bool) {
		slices.SortFunc(due, byTime)
		queue := &changeQueue{}
		queue.add(&changeReader{changes: due})
		for _, kind := range []string{formerDeferredKind, deferredKind} {
			for key, value := range tx.Each(kind) {
				// Records that are younger as a whole are not looked into.
				if oldest := (&record{b: value}).time(); !oldest.After(upTo) {
					queue.add(&changeReader{whole: value, rest: record{b: value}, former: kind == formerDeferredKind})
					tx.Put(kind, key, nil)
				}
			}
		}
		heap.Init(queue)
		for len(*queue) > 0 {
			r := (*queue)[0]
			switch {
			case r.err != nil:
				yield(change{}, fmt.Errorf("%s: %w", deferredKind, r.err))
				return
			case r.newest.Time.After(upTo):
				deferChanges(tx, r.all())
			case !yield(r.newest, nil):
				return
			}
			if r.next() {
				heap.Fix(queue, 0)
			} else {
				heap.Pop(queue)
			}
		}
	}
}

// changeQueue is a heap of readers by their next change.
type changeQueue []*changeReader

func (q changeQueue) Len() int           { return len(q) }
func (q changeQueue) Less(i, j int) bool { return byTime(q[i].newest, q[j].newest) < 0 }
func (q changeQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *changeQueue) Push(r any)        { *q = append(*q, r.(*changeReader)) }
func (q *changeQueue) Pop() any {
	last := len(*q) - 1
	r := (*q)[last]
	*q = (*q)[:last]
	return r
}

// add adds a reader that has a change.
func (q *changeQueue) add(r *changeReader) {
	if r.next() {
		q.Push(r)
	}
}

// appendChanges encodes changes, of which many have one time, subject or state: times as
// the difference to the one before, names as the number of the change that had it first.
func appendChanges(b []byte, changes []change) []byte {
	known := map[string]uint64{}
	name := func(name []byte) {
		n, ok := known[string(name)]
		if b = binary.AppendUvarint(b, n); !ok {
			known[string(name)] = uint64(len(known) + 1)
			b = append(binary.AppendUvarint(b, uint64(len(name))), name...)
		}
	}
	b = appendTime(b, changes[0].Time)
	before := changes[0].Time
	for i := range changes {
		ch := &changes[i]
		b = binary.AppendUvarint(b, uint64(ch.Time.Sub(before)))
		b = binary.AppendVarint(b, ch.Order)
		b = binary.BigEndian.AppendUint64(b, ch.Tie)
		name(ch.Subject[:])
		name(ch.Begin)
		before = ch.Time
	}
	return b
}

// changeReader reads changes one by one: those of an answer, or a record.
type changeReader struct {
	changes []change
	whole   []byte
	rest    record // of whole
	former  bool
	names   []uint32 // where in whole they begin

	newest change
	err    error
}

// next reads the next change and reports whether there is one, or an error.
func (r *changeReader) next() bool {
	switch {
	case len(r.changes) > 0:
		r.newest, r.changes = r.changes[0], r.changes[1:]
		return true
	case len(r.rest.b) == 0:
		return false
	case r.former:
		r.newest = change{Time: r.rest.time(), Order: int64(r.rest.uint64()), Tie: binary.BigEndian.Uint64(r.rest.take(16)), Subject: ledger.Key(r.rest.take(16)), Begin: r.rest.names()}
	default:
		if r.names == nil {
			r.newest.Time, r.names = r.rest.time(), []uint32{0}
		}
		r.newest = change{Time: r.newest.Time.Add(time.Duration(r.rest.uvarint())), Order: r.rest.varint(), Tie: r.rest.uint64()}
		copy(r.newest.Subject[:], r.name())
		r.newest.Begin = r.name()
	}
	if r.rest.short {
		r.err, r.rest.b = errRecord, nil
	}
	return true
}

// all returns the newest change and those behind it, up to one that cannot be read.
func (r *changeReader) all() (changes []change) {
	for changes = append(changes, r.newest); r.next() && r.err == nil; {
		changes = append(changes, r.newest)
	}
	return changes
}

// name reads a name that may have been there before.
func (r *changeReader) name() names {
	n := r.rest.uvarint()
	switch {
	case n == 0:
		r.names = append(r.names, uint32(len(r.whole)-len(r.rest.b)))
		return r.rest.names()
	case n < uint64(len(r.names)):
		before := record{b: r.whole[r.names[n]:]}
		return before.names()
	}
	r.rest.short = true
	return nil
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

func (r *record) uvarint() uint64 {
	n, size := binary.Uvarint(r.b)
	r.b = r.b[max(size, 0):]
	r.short = r.short || size <= 0
	return n
}

func (r *record) varint() int64 {
	n, size := binary.Varint(r.b)
	r.b = r.b[max(size, 0):]
	r.short = r.short || size <= 0
	return n
}

func (r *record) uint64() uint64 { return binary.BigEndian.Uint64(r.take(8)) }

// names reads bytes that stand after their number.
func (r *record) names() names {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.short = true
		return nil
	}
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
