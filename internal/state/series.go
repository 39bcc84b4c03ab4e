package state

import (
	"slices"
	"sync"
)

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

// indexStep is the number of series after which waiting readers have their turn.
const indexStep = 1000

// add adds the new series of cells. It comes before the commit, which other ledgers
// wait for; View.Value finds no series that its View doesn't have.
func (x *index) add(cells []cell) {
	x.change(cells, func(c *cell) {
		if c.added {
			x.set(c.series, c.slot)
		}
	})
}

// removeAdded takes add back, after a commit that failed.
func (x *index) removeAdded(cells []cell) {
	x.change(cells, func(c *cell) {
		if c.added {
			x.remove(c.series)
		}
	})
}

func (x *index) removeDropped(cells []cell) {
	x.change(cells, func(c *cell) {
		if c.dropped {
			x.remove(c.series)
		}
	})
}

func (x *index) change(cells []cell, do func(*cell)) {
	for step := range slices.Chunk(cells, indexStep) {
		x.Lock()
		for i := range step {
			do(&step[i])
		}
		x.Unlock()
	}
}

func (x *index) remove(s *Series) {
	s.slot = noSlot
	delete(x.series, s.key)
}

func (x *index) set(s *Series, slot int32) {
	s.slot = slot
	x.series[s.key] = s
}
