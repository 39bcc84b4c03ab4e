package state

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// Ledger is the cursor, the counters and the records of one source of one account.
type Ledger struct {
	name  string
	store *Store
	view  atomic.Pointer[View]

	// mu is held by Update. The fields below change only while mu and Store.mu are
	// both held, so that either of them is enough to read them.
	mu      sync.Mutex
	free    []int32 // unused slots
	seen    *seenKeys
	records records
	removed bool

	// Used by Update only, under mu.
	series keyIndex // the committed ones
	keys   keys
	hasher *hasher
	tx     Tx
}

func newLedger(name string, s *Store, key []byte) *Ledger {
	l := &Ledger{name: name, store: s, seen: newSeenKeys(), records: records{}, series: newKeyIndex(), hasher: newHasher(key, name)}
	l.view.Store(&View{})
	return l
}

// View returns the newest commit. It never blocks, not even while a commit is
// running.
func (l *Ledger) View() ledger.View { return l.view.Load() }

// Update calls do to stage changes, commits them and then publishes them. If do or
// the commit fails, nothing is published and nothing kept: the next Update starts
// from the same state, and the same changes may be staged again. If do stages
// nothing, there is no commit. Updates of one ledger run one at a time; do must
// not call Update or retain the Tx.
//
// Errors: that of do; ErrClosed; ErrRemoved; that of the commit, with the path of
// the file, after which Store.Writable is false until one succeeds.
func (l *Ledger) Update(do func(ledger.Tx) error) error {
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
	v := t.next()
	if err := l.store.commit(t, v, t.items(v)); err != nil {
		return err
	}
	l.index(t)
	return nil
}

// next returns the View after t, and prepares t to be published. Nothing in l
// changes: the commit may still fail.
func (t *Tx) next() *View {
	v := *t.view
	v.cursor = t.cursor
	v.evicted += t.plan.evicted
	v.blocks, v.metrics = slices.Clone(t.view.blocks), t.ledger.keys.metrics
	t.free = t.ledger.free
	for i := range t.cells {
		t.place(&v, &t.cells[i])
	}
	return &v
}

// place copies one cell into v, which is being made from t.view.
func (t *Tx) place(v *View, c *cell) {
	switch {
	case c.dropped:
		*v.writable(t.view, c.slot) = entry{}
		t.free = append(slices.Clip(t.free), c.slot)
		v.len--
		return
	case c.slot == noSlot:
		c.slot, c.added = t.unused(v), true
		v.len++
	}
	*v.writable(t.view, c.slot) = c.entry
}

// unused returns an unused slot, and adds a block to v if there is none.
func (t *Tx) unused(v *View) int32 {
	if len(t.free) == 0 {
		first := int32(len(v.blocks) * blockSize)
		v.blocks = append(v.blocks, new(block))
		t.free = appendSlots(nil, first)
	}
	last := len(t.free) - 1
	slot := t.free[last]
	t.free = t.free[:last]
	return slot
}

// appendSlots appends the slots of the block that starts at first; the last one is
// used first.
func appendSlots(free []int32, first int32) []int32 {
	for i := first + blockSize - 1; i >= first; i-- {
		free = append(free, i)
	}
	return free
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

// publish makes v, which is committed, the View of l. The caller holds l.mu and
// Store.mu.
func (l *Ledger) publish(t *Tx, v *View) {
	for id, value := range t.puts {
		l.records.set(id, item{value, t.minute})
	}
	l.seen.apply(t.plan)
	l.free = t.free
	v.seen = l.seen.len
	l.view.Store(v)
}

// restart sets all series to 0 from start on. The ledger is not in use yet.
func (l *Ledger) restart(start int64) {
	v := l.view.Load()
	for _, b := range v.blocks {
		for i := range b {
			e := &b[i]
			if e.metric == 0 {
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
			if e := &b[i]; e.metric != 0 {
				newest = max(newest, e.since)
			}
		}
	}
	return newest
}
