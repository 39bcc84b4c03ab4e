package cumulative

import (
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// kept bounds how many things of a kind are kept of a source. New ones take the place
// of those that have not been used for longest, if that is idleTime or more; else there
// is none for them. It is used by one goroutine.
type kept[K comparable] struct {
	capacity int // 0: no bound

	used    map[K]*time.Time
	idle    []K // oldest first, as of looked
	looked  time.Time
	evicted map[K]bool // no longer kept, and still to be dropped
}

const (
	// idleTime is how long something is not used before another takes its place.
	idleTime = time.Hour
	// lookEvery is how often what is idle is looked for.
	lookEvery = time.Minute
)

func newKept[K comparable](capacity int) kept[K] {
	return kept[K]{capacity: capacity, used: map[K]*time.Time{}, evicted: map[K]bool{}}
}

// use keeps something, whether there is room or not.
func (k *kept[K]) use(key K, now time.Time) {
	if at := k.used[key]; at != nil {
		*at = now
		return
	}
	k.used[key] = &now
	delete(k.evicted, key)
}

// admit reports whether something is kept, as it is or now: of what is new there are
// at most limit.
func (k *kept[K]) admit(key K, limit int, now time.Time) bool {
	if at := k.used[key]; at != nil {
		*at = now
		return true
	}
	if k.capacity > 0 && len(k.used) >= limit && !k.makeRoom(now) {
		return false
	}
	k.use(key, now)
	return true
}

// makeRoom evicts what has not been used for longest.
func (k *kept[K]) makeRoom(now time.Time) bool {
	if len(k.idle) == 0 && now.Sub(k.looked).Abs() >= lookEvery {
		k.looked = now
		for key, at := range k.used {
			if now.Sub(*at) >= idleTime {
				k.idle = append(k.idle, key)
			}
		}
		slices.SortFunc(k.idle, func(a, b K) int { return k.used[a].Compare(*k.used[b]) })
	}
	for len(k.idle) > 0 {
		key := k.idle[0]
		k.idle = k.idle[1:]
		if at := k.used[key]; at != nil && now.Sub(*at) >= idleTime {
			k.evict(key)
			return true
		}
	}
	return false
}

func (k *kept[K]) evict(key K) {
	delete(k.used, key)
	k.evicted[key] = true
}

// records bounds the records of a kind.
type records struct {
	kept[ledger.Key]
	kind   string
	loaded bool
}

// recordsPerSeries is how many records of a kind are kept for each series: of what is
// counted under other each thing's own record keeps the sum exact. maxSpareRecords
// bounds what that adds.
const (
	recordsPerSeries = 4
	maxSpareRecords  = 100_000
)

func newRecords(kind string, series int) records {
	return records{kept: newKept[ledger.Key](min(recordsPerSeries*series, max(series, maxSpareRecords))), kind: kind}
}

// load takes the records that exist already.
func (r *records) load(tx ledger.Tx, now time.Time) {
	if r.loaded {
		return
	}
	for key := range tx.Each(r.kind) {
		r.use(key, now)
	}
	r.loaded = true
}

// admit reports whether the record with a key may be kept.
func (r *records) admit(tx ledger.Tx, key ledger.Key, now time.Time) bool {
	ok := r.kept.admit(key, r.capacity, now)
	for key := range r.evicted {
		tx.Put(r.kind, key, nil)
		delete(r.evicted, key)
	}
	return ok
}

// touching notes which series grow.
type touching struct {
	ledger.Tx
	series *kept[string]
}

// Add is that of ledger.Tx.
func (t touching) Add(series []byte, delta float64, now time.Time) {
	if at := t.series.used[string(series)]; at != nil {
		*at = now
	}
	t.Tx.Add(series, delta, now)
}
