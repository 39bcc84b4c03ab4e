package scrape

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// journal keeps in the state what an account has sent, so that a process that
// starts anew stays within the window of the one before, however that ended.
// There is no commit per request: a lease on some requests is written ahead, and
// what of it was perhaps not sent counts as sent.
type journal struct {
	ledger *state.Ledger
	// unknown is true if it was lost what was sent before.
	unknown bool
}

const (
	limiterKind = "limiter"
	sentKey     = "sent"
)

// openJournal returns the journal of an account. Its name can't be that of a
// source's ledger, which has no second slash.
func openJournal(store *state.Store, vendor, account string) (*journal, error) {
	ledger, err := store.Ledger("limiter/" + vendor + "/" + account)
	if err != nil {
		return nil, err
	}
	known := store.Writable() && (store.Origin() == state.First || store.Origin() == state.Resumed)
	return &journal{ledger: ledger, unknown: !known}, nil
}

// load returns when requests were sent, oldest first, and never later than now:
// if the clock went back in the meantime, all of it has only just been sent. j
// may be nil.
func (j *journal) load(l config.Limits, now time.Time) (sent []time.Time) {
	if j == nil {
		return nil
	}
	if j.unknown {
		return presumed(l, now)
	}
	_ = j.ledger.Update(func(tx *state.Tx) error {
		sent = readSent(tx.Get(limiterKind, sentKey), now)
		return nil
	})
	return sent
}

// presumed is what a process within the limits may have sent until now, as if it
// were sent later: nothing can follow it that makes the two of them too many.
func presumed(l config.Limits, now time.Time) []time.Time {
	var w window
	w.limit(l)
	each := time.Duration(float64(time.Second) / l.RequestsPerSecond)
	ahead := time.Duration(min(l.Burst, w.most)) * each
	sent := make([]time.Time, w.most)
	for i := range sent {
		sent[i] = now.Add(ahead - time.Duration(w.most-1-i)*each)
	}
	return sent
}

// save writes down what was sent and the lease that may be used once that is on
// the disk.
func (j *journal) save(sent []time.Time, l lease, now time.Time) error {
	return j.ledger.Update(func(tx *state.Tx) error {
		tx.Put(limiterKind, sentKey, appendSent(nil, sent, l, now))
		return nil
	})
}

// appendSent writes the lease, then the seconds in which something was sent with
// how much that was. Ages are measured by a clock that nobody sets, and written
// by the one that outlasts the process.
func appendSent(b []byte, sent []time.Time, l lease, now time.Time) []byte {
	wall := func(t time.Time) uint64 {
		return uint64(max(0, now.Add(t.Sub(now)+time.Second-1).Unix()))
	}
	b = binary.AppendUvarint(b, wall(l.until))
	b = binary.AppendUvarint(b, uint64(l.left))
	for i := 0; i < len(sent); {
		second, first := wall(sent[i]), i
		for i < len(sent) && wall(sent[i]) == second {
			i++
		}
		b = binary.AppendUvarint(b, second)
		b = binary.AppendUvarint(b, uint64(i-first))
	}
	return b
}

// readSent reads what appendSent wrote.
func readSent(b []byte, now time.Time) (sent []time.Time) {
	for len(b) > 0 {
		second, n := binary.Uvarint(b)
		count, m := binary.Uvarint(b[max(0, n):])
		if n <= 0 || m <= 0 || count > maxSent {
			return sent
		}
		b = b[n+m:]
		age := max(0, now.Sub(time.Unix(int64(second), 0)))
		sent = append(sent, slices.Repeat([]time.Time{now.Add(-age)}, int(count))...)
	}
	slices.SortFunc(sent, time.Time.Compare)
	return sent
}

// maxSent is more than any limit allows in a minute.
const maxSent = 1 << 20
