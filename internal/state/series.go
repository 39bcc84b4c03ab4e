package state

import "sync"

// Series is a handle of one series of a Ledger: it spares the look-up by key on
// each addition. It stays good as long as the ledger does, even where the series
// has been pruned meanwhile. It may be used inside Ledger.Update only.
type Series struct {
	key   string
	owner *Ledger
	// slot is the place in the views, noSlot while there is none.
	slot int32
	// cell is the place in the transaction of that number.
	cell int32
	tx   uint64
}

const noSlot int32 = -1

// maxSeriesKey is what bbolt takes as a key.
const maxSeriesKey = 32 << 10

// index finds the committed series by key. The ledger's writer alone changes it,
// so the writer reads it without the lock.
type index struct {
	sync.RWMutex
	series map[string]*Series
}

// place makes s a committed series at slot.
func (x *index) place(s *Series, slot int32) {
	x.Lock()
	s.slot = slot
	x.series[s.key] = s
	x.Unlock()
}

// drop takes s out.
func (x *index) drop(s *Series) {
	x.Lock()
	s.slot = noSlot
	delete(x.series, s.key)
	x.Unlock()
}
