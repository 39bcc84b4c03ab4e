package state

// series names a series of a ledger, and says where it is.
type series struct {
	key string
	// slot is the index in the views, noSlot if the series is not committed.
	slot int32
	// cell is the index in the cells of transaction tx.
	cell int32
	tx   uint64
}

const noSlot int32 = -1

// maxSeriesKey is the longest key of a series.
const maxSeriesKey = 32 << 10

// seriesOf returns the series with a key, which need not exist.
func (t *Tx) seriesOf(key []byte) *series {
	if s := t.ledger.series[string(key)]; s != nil {
		return s
	}
	s := t.fresh[string(key)]
	if s == nil {
		s = &series{key: string(key), slot: noSlot}
		t.fresh[s.key] = s
	}
	return s
}

// index makes the series of l those that are committed with t.
func (l *Ledger) index(t *Tx) {
	for i := range t.cells {
		switch c := &t.cells[i]; {
		case c.dropped:
			delete(l.series, c.series.key)
			c.series.slot = noSlot
		case c.added:
			l.series[c.series.key] = c.series
			c.series.slot = c.slot
		}
	}
}
