package state

import "sync"

// Series is a handle of one series of a Ledger, which saves the look-up by key on
// each addition. It stays valid as long as the ledger, even after the series was
// dropped. It may be used inside Ledger.Update only.
type Series struct {
	key   string
	owner *Ledger
	// slot is the index in the views, noSlot if the series is not committed.
	slot int32
	// cell is the index in the cells of transaction tx.
	cell int32
	tx   uint64
}

const noSlot int32 = -1

// maxSeriesKey is the longest key that bbolt accepts.
const maxSeriesKey = 32 << 10

// index finds committed series by key. Only Update changes it, and reads it without
// the lock.
type index struct {
	sync.RWMutex
	series map[string]*Series
}

// set makes s a committed series at slot.
func (x *index) set(s *Series, slot int32) {
	x.Lock()
	s.slot = slot
	x.series[s.key] = s
	x.Unlock()
}

// remove deletes s from the index.
func (x *index) remove(s *Series) {
	x.Lock()
	s.slot = noSlot
	delete(x.series, s.key)
	x.Unlock()
}
