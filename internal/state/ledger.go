package state

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Ledger is the cursor, the counters and the records of one source of one account.
type Ledger struct {
	name  string
	store *Store
	view  atomic.Pointer[View]
	index index

	// mu is held by Update. The fields below change only while mu and Store.mu are
	// both held, so that either of them is enough to read them.
	mu      sync.Mutex
	free    []int32 // unused slots
	seen    *seenKeys
	records records
	removed bool

	// Used by Update only, under mu.
	hasher *hasher
	tx     Tx
}

func newLedger(name string, s *Store, key []byte) *Ledger {
	l := &Ledger{name: name, store: s, seen: newSeenKeys(), records: records{}, hasher: newHasher(key, name)}
	l.index.series = map[string]*Series{}
	l.view.Store(&View{ledger: l})
	return l
}

// View returns the newest commit. It never blocks, not even while a commit is
// running.
func (l *Ledger) View() *View { return l.view.Load() }

// Update calls do to stage changes, commits them and then publishes them. If do or
// the commit fails, nothing is published and nothing kept: the next Update starts
// from the same state, and the same changes may be staged again. If do stages
// nothing, there is no commit. Updates of one ledger run one at a time; do must
// not call Update or retain the Tx.
//
// Errors: that of do; ErrClosed; ErrRemoved; that of the commit, with the path of
// the file, after which Store.Writable is false until one succeeds.
func (l *Ledger) Update(do func(*Tx) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.beginTx()
	defer t.reset()
	if err := do(t); err != nil {
		return err
	}
	if t.empty() {
		return nil
	}
	t.plan = l.seen.plan(t.remembered, t.horizon, l.store.opts.MaxSeen)
	return l.store.commit(t)
}

// publish applies what t staged to the memory and replaces the View. The caller
// holds l.mu and Store.mu.
func (l *Ledger) publish(t *Tx, seq uint64) {
	for id, value := range t.puts {
		l.records.set(id, item{value, t.minute})
	}
	l.seen.apply(t.plan)

	old := l.view.Load()
	v := *old
	v.Seq = seq
	v.Cursor = t.cursor
	v.Seen = len(l.seen.minutes)
	v.Evicted += t.plan.evicted
	v.blocks = slices.Clone(old.blocks)
	for i := range t.cells {
		l.publishCell(&v, old, &t.cells[i])
	}
	l.view.Store(&v)
}

// publishCell copies one cell into v, which is being made from old.
func (l *Ledger) publishCell(v, old *View, c *cell) {
	s := c.series
	switch {
	case c.dropped:
		*v.writable(old, s.slot) = entry{}
		l.free = append(l.free, s.slot)
		l.index.remove(s)
		v.Len--
	case s.slot == noSlot:
		slot := l.slot(v)
		*v.writable(old, slot) = c.entry
		l.index.set(s, slot)
		v.Len++
	default:
		*v.writable(old, s.slot) = c.entry
	}
}

// slot returns an unused slot, and adds a block to v if there is none.
func (l *Ledger) slot(v *View) int32 {
	if len(l.free) == 0 {
		first := int32(len(v.blocks) * blockSize)
		v.blocks = append(v.blocks, new(block))
		for i := first + blockSize - 1; i >= first; i-- {
			l.free = append(l.free, i)
		}
	}
	last := len(l.free) - 1
	slot := l.free[last]
	l.free = l.free[:last]
	return slot
}

// writable returns the entry at slot, in a block that v does not share with old.
func (v *View) writable(old *View, slot int32) *entry {
	n := slot / blockSize
	if int(n) < len(old.blocks) && v.blocks[n] == old.blocks[n] {
		b := *v.blocks[n]
		v.blocks[n] = &b
	}
	return &v.blocks[n][slot%blockSize]
}

// restart sets all series to 0 from start on. The ledger is not in use yet.
func (l *Ledger) restart(start int64) {
	v := l.view.Load()
	for _, b := range v.blocks {
		for i := range b {
			e := &b[i]
			if e.series == nil {
				continue
			}
			e.sum, e.since = sum{}, start
			if e.histogram != nil {
				e.histogram = newHistogram(e.histogram.Bounds)
			}
		}
	}
}

// newest returns the latest start of a series.
func (v *View) newest() (newest int64) {
	for _, b := range v.blocks {
		for i := range b {
			if e := &b[i]; e.series != nil {
				newest = max(newest, e.since)
			}
		}
	}
	return newest
}
