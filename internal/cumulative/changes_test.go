package cumulative

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// formerly encodes changes as earlier versions did.
func formerly(changes []change) (b []byte) {
	for _, ch := range changes {
		b = binary.BigEndian.AppendUint64(appendTime(b, ch.Time), uint64(ch.Order))
		b = append(binary.BigEndian.AppendUint64(b, ch.Tie), make([]byte, 8)...)
		b = append(b, ch.Subject[:]...)
		b = append(binary.AppendUvarint(b, uint64(len(ch.Begin))), ch.Begin...)
	}
	return b
}

// someChanges are in order, some at one time and of one subject.
func someChanges(n int) (all []change) {
	for i := range n {
		ch := change{Time: at("01 12:00:00").Add(time.Duration(rand.N(n/4)) * time.Millisecond), Order: int64(i%5 - 2), Tie: uint64(i), Subject: ledger.Key{byte(i % 7)}}
		if i%3 > 0 {
			ch.Begin = names(nil).with(fmt.Appendf(nil, "seconds\x1f%d", i%4))
		}
		all = append(all, ch)
	}
	slices.SortFunc(all, byTime)
	return all
}

func TestDeferredChangesComeInTheirOrder(t *testing.T) {
	n := testCounters(t, nil)
	all := someChanges(400)
	var parts [5][]change // of an answer, deferred now and by an earlier version
	for _, ch := range all {
		i := rand.N(len(parts))
		parts[i] = append(parts[i], ch)
	}
	write(t, n, func(tx ledger.Tx) {
		deferChanges(tx, parts[1])
		deferChanges(tx, parts[2])
		tx.Put(formerDeferredKind, ledger.Key{3}, formerly(parts[3]))
		tx.Put(formerDeferredKind, ledger.Key{4}, formerly(parts[4]))
	})
	var got []change
	due := parts[0]
	for _, upTo := range []time.Time{all[150].Time, all[150].Time, all[300].Time, all[399].Time} {
		later := slices.IndexFunc(due, func(ch change) bool { return ch.Time.After(upTo) })
		if later < 0 {
			later = len(due)
		}
		write(t, n, func(tx ledger.Tx) {
			for ch, err := range changesUpTo(tx, slices.Clone(due[:later]), upTo) {
				if err != nil || ch.Time.After(upTo) {
					t.Fatal(ch.Time, err)
				}
				if len(ch.Begin) == 0 {
					ch.Begin = nil
				}
				got = append(got, ch)
			}
		})
		due = due[later:]
	}
	if !reflect.DeepEqual(got, all) {
		t.Errorf("%d changes in another order, of %d", len(got), len(all))
	}
	write(t, n, func(tx ledger.Tx) {
		for _, kind := range []string{deferredKind, formerDeferredKind} {
			for range tx.Each(kind) {
				t.Error("a record is left of", kind)
			}
		}
	})
}

func write(t *testing.T, n *Counters, do func(ledger.Tx)) {
	t.Helper()
	if err := n.ledger.Update(func(tx ledger.Tx) error { do(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

func TestACutRecordOfChangesIsAnError(t *testing.T) {
	all := someChanges(8)
	for kind, whole := range map[string][]byte{deferredKind: appendChanges(nil, all), formerDeferredKind: formerly(all)} {
		for size := 1; size < len(whole); size++ {
			n := testCounters(t, nil)
			read := 0
			err := n.ledger.Update(func(tx ledger.Tx) error {
				tx.Put(kind, ledger.Key{}, whole[:size])
				for _, err := range changesUpTo(tx, nil, all[7].Time) {
					if err != nil {
						return err
					}
					read++
				}
				return nil
			})
			if !errors.Is(err, errRecord) && read == len(all) {
				t.Fatalf("%s of %d bytes of %d: %v, %d changes", kind, size, len(whole), err, read)
			}
		}
	}
}

// Many changes of few agents at one time, as after an outage, take little room.
func TestDeferredChangesAreSmall(t *testing.T) {
	all := someChanges(1000)
	if size := len(appendChanges(nil, all)) / len(all); size > 16 {
		t.Errorf("%d bytes for each change", size)
	}
}
