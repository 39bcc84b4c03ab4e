package state

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Ledger is what the store keeps for one source of one account.
type Ledger struct {
	name  string
	store *Store
	view  atomic.Pointer[View]
	index index

	// mu is held by Update. What stands below is changed only while mu and
	// Store.mu are both held, so either of them is enough to read it.
	mu      sync.Mutex
	free    []int32 // slots of pruned series
	marks   *marks
	records records
	removed bool

	// These serve the writer alone, under mu.
	hasher *hasher
	tx     Tx
}

func newLedger(name string, s *Store, key []byte) *Ledger {
	l := &Ledger{name: name, store: s, marks: newMarks(), records: records{}, hasher: newHasher(key, name)}
	l.index.series = map[string]*Series{}
	l.view.Store(&View{ledger: l})
	return l
}

// View returns what is committed. It waits for nothing, not even for a commit
// that is under way.
func (l *Ledger) View() *View { return l.view.Load() }

// Update lets do stage changes, commits them and then shows them. If do or the
// commit fails, nothing is shown and nothing kept: the next Update starts from
// the same state, and the same changes may be staged again. Where do stages
// nothing there is no commit. Updates of one ledger wait for each other; do must
// not call Update, nor keep the Tx.
//
// Errors: that of do; ErrClosed; ErrRemoved; that of the commit, with the path of
// the file, after which Store.Writable is false until one succeeds.
func (l *Ledger) Update(do func(*Tx) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.begin()
	defer t.end()
	if err := do(t); err != nil {
		return err
	}
	if t.empty() {
		return nil
	}
	t.plan = l.marks.plan(t.marked, t.horizon, l.store.opts.MaxMarks)
	return l.store.commit(t)
}

// publish makes what t staged the state of the ledger. The caller holds l.mu and
// the store's.
func (l *Ledger) publish(t *Tx, seq uint64) {
	for id, value := range t.puts {
		l.records.set(id, item{value, t.minute})
	}
	l.marks.apply(t.plan)

	old := l.view.Load()
	v := *old
	v.Seq = seq
	v.Cursor = t.cursor
	v.Marks = len(l.marks.minutes)
	v.Evicted += t.plan.evicted
	v.blocks = slices.Clone(old.blocks)
	for i := range t.cells {
		l.settle(&v, old, &t.cells[i])
	}
	l.view.Store(&v)
}

// settle moves one cell into the view that is being made from old.
func (l *Ledger) settle(v, old *View, c *cell) {
	s := c.series
	switch {
	case c.pruned:
		*v.writable(old, s.slot) = entry{}
		l.free = append(l.free, s.slot)
		l.index.drop(s)
		v.Len--
	case s.slot == noSlot:
		slot := l.slot(v)
		*v.writable(old, slot) = c.entry
		l.index.place(s, slot)
		v.Len++
	default:
		*v.writable(old, s.slot) = c.entry
	}
}

// slot finds a place for one more series, where one was pruned if possible.
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

// writable returns the place of slot in a block that old doesn't share.
func (v *View) writable(old *View, slot int32) *entry {
	n := slot / blockSize
	if int(n) < len(old.blocks) && v.blocks[n] == old.blocks[n] {
		b := *v.blocks[n]
		v.blocks[n] = &b
	}
	return &v.blocks[n][slot%blockSize]
}

// restart sets all series to 0 from start on. Nobody else has the ledger yet.
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

// newest is the latest start of a series.
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
