package cumulative

import (
	"cmp"
	"hash/maphash"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// kept bounds how many things of a kind are kept of a source. New ones take the place
// of those that have not been used for longest, if that is idleTime or more; else there
// is none for them. It is used by one goroutine.
type kept[K comparable] struct {
	capacity int // 0: no bound

	begin   time.Time   // the first use
	used    map[K]int32 // seconds since begin
	idle    []K         // oldest first, as of looked
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
	return kept[K]{capacity: capacity, used: map[K]int32{}, evicted: map[K]bool{}}
}

// at is a time as used has it. It goes by the monotonic clock where there is one.
func (k *kept[K]) at(now time.Time) int32 {
	if k.begin.IsZero() {
		k.begin = now
	}
	return int32(now.Sub(k.begin) / time.Second)
}

func (k *kept[K]) isIdle(at int32, now time.Time) bool {
	return k.at(now)-at >= int32(idleTime/time.Second)
}

// use keeps something, whether there is room or not.
func (k *kept[K]) use(key K, now time.Time) {
	k.used[key] = k.at(now)
	delete(k.evicted, key)
}

// touch notes that something is used, and reports whether it is kept.
func (k *kept[K]) touch(key K, now time.Time) bool {
	if _, known := k.used[key]; !known {
		return false
	}
	k.used[key] = k.at(now)
	return true
}

// admit reports whether something is kept, as it is or now: of what is new there are
// at most limit.
func (k *kept[K]) admit(key K, limit int, now time.Time) bool {
	if k.touch(key, now) {
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
			if k.isIdle(at, now) {
				k.idle = append(k.idle, key)
			}
		}
		slices.SortFunc(k.idle, func(a, b K) int { return cmp.Compare(k.used[a], k.used[b]) })
	}
	for len(k.idle) > 0 {
		key := k.idle[0]
		k.idle = k.idle[1:]
		if at, known := k.used[key]; known && k.isIdle(at, now) {
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

// keptSeries bounds series. It knows their keys by a hash, which takes a fifth of the
// memory of the key. Two series of one hash, of which there are some among half a million
// once in ten million processes, would be bounded and dropped as one.
type keptSeries struct {
	kept[seriesHash]
	seed maphash.Seed
	key  []byte
}

// seriesHash are 64 bits whose alignment leaves no gap beside an int32.
type seriesHash [2]uint32

func newKeptSeries(capacity int) keptSeries {
	return keptSeries{kept: newKept[seriesHash](capacity), seed: maphash.MakeSeed()}
}

func (k *keptSeries) hash(key []byte) seriesHash {
	h := maphash.Bytes(k.seed, key)
	return seriesHash{uint32(h), uint32(h >> 32)}
}

func (k *keptSeries) hashOf(s ledger.Series) seriesHash {
	k.key = append(append(k.key[:0], s.Metric...), s.Labels...)
	return k.hash(k.key)
}

// touching notes which series grow.
type touching struct {
	ledger.Tx
	series *keptSeries
}

// Add is that of ledger.Tx.
func (t touching) Add(series []byte, bounds []float64, value float64, now time.Time) {
	t.series.touch(t.series.hash(series), now)
	t.Tx.Add(series, bounds, value, now)
}
