package state

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"sort"
	"time"
)

// seenKeys are the names of Tx.Once, hashed. They are stored in chunks that are deleted
// as a whole, the oldest first, so that neither adding 1,000 keys nor forgetting
// them changes more than a few pages of the file. A key takes 16 bytes in its chunk and
// 9 to 11 in the table by which it is found: 26 MiB for a million, a third of what a
// map takes.
type seenKeys struct {
	chunks []*chunk // by minute and number
	next   uint64   // number of the next chunk

	places []*chunk // of references; nil: unused
	unused []uint32 // among places

	// The table refers to the newest record of a key: 1 more than the place of its chunk
	// times placeSize plus its index in it.
	table
}

// chunk holds keys of one Update and of the same minute. A key that was
// remembered again for longer is in two chunks; the later one counts.
type chunk struct {
	minute uint32 // since 1970
	number uint64
	keys   []Key
	place  uint32
}

const (
	// maxChunk bounds a chunk, in keys.
	maxChunk  = 1000
	placeSize = 1024
)

func newSeenKeys() *seenKeys { return &seenKeys{table: newTable()} }

// minute returns until when a key is kept; 0 if it is not known.
func (m *seenKeys) minute(key Key) uint32 {
	if at := m.find(key); at >= 0 {
		return m.chunkOf(m.table.places[at].ref).minute
	}
	return 0
}

func (m *seenKeys) chunkOf(ref uint32) *chunk { return m.places[(ref-1)/placeSize] }

// find returns where in the table a key is, -1 if it is not known.
func (m *seenKeys) find(key Key) int {
	return m.table.find(hashOf(key), func(ref uint32) bool {
		return m.chunkOf(ref).keys[(ref-1)%placeSize] == key
	})
}

func hashOf(key Key) uint32 { return binary.LittleEndian.Uint32(key[:]) }

// set has a key found at a reference.
func (m *seenKeys) set(key Key, ref uint32) {
	if at := m.find(key); at >= 0 {
		m.table.places[at].ref = ref
		return
	}
	m.add(hashOf(key), ref)
}

// minuteOf returns the last whole minute not after t, minuteAfter the first one
// after t.
func minuteOf(t time.Time) uint32 {
	return uint32(min(max(t.Unix()/60, 0), math.MaxUint32-1))
}

func minuteAfter(t time.Time) uint32 { return minuteOf(t) + 1 }

// plan is what one Update does to the keys.
type plan struct {
	add     []*chunk
	drop    []*chunk // from the front of seenKeys.chunks
	evicted uint64
}

// plan returns the chunks to add for staged and those to drop: the ones up to the
// horizon, then the oldest until at most limit keys are left.
func (m *seenKeys) plan(staged map[Key]uint32, horizon uint32, limit int) plan {
	p := plan{add: m.cut(staged, min(maxChunk, limit/8+1))}
	live := m.len
	for key := range staged {
		if m.minute(key) == 0 {
			live++
		}
	}
	rest := m.chunks
	for len(rest) > 0 || len(p.add) > 0 {
		fromOld := len(p.add) == 0 || len(rest) > 0 && rest[0].minute <= p.add[0].minute
		first := p.add
		if fromOld {
			first = rest
		}
		passed := first[0].minute <= horizon
		if !passed && live <= limit {
			break
		}
		n := m.counting(first[0], staged)
		live -= n
		if !passed {
			p.evicted += uint64(n)
		}
		if fromOld {
			p.drop, rest = append(p.drop, rest[0]), rest[1:]
		} else {
			p.add = p.add[1:]
		}
	}
	return p
}

// counting returns the number of keys of c that are in no later chunk.
func (m *seenKeys) counting(c *chunk, staged map[Key]uint32) (n int) {
	for _, key := range c.keys {
		minute, ok := staged[key]
		if !ok {
			minute = m.minute(key)
		}
		if minute == c.minute {
			n++
		}
	}
	return n
}

// cut sorts the staged keys into chunks of at most size keys.
func (m *seenKeys) cut(staged map[Key]uint32, size int) []*chunk {
	byMinute := map[uint32][]Key{}
	for key, minute := range staged {
		byMinute[minute] = append(byMinute[minute], key)
	}
	var out []*chunk
	number := m.next
	for _, minute := range slices.Sorted(maps.Keys(byMinute)) {
		for keys := range slices.Chunk(byMinute[minute], size) {
			out = append(out, &chunk{minute: minute, number: number, keys: slices.Clone(keys)})
			number++
		}
	}
	return out
}

// apply carries out p.
func (m *seenKeys) apply(p plan) {
	for _, c := range p.drop {
		for _, key := range c.keys {
			if at := m.find(key); at >= 0 && m.chunkOf(m.table.places[at].ref) == c {
				m.remove(at)
			}
		}
		m.places[c.place] = nil
		m.unused = append(m.unused, c.place)
	}
	clear(m.chunks[:len(p.drop)])
	m.chunks = m.chunks[len(p.drop):]
	for _, c := range p.add {
		m.insert(c)
	}
}

// insert adds c, usually at the end. None of its keys is in a newer chunk, because
// a key that is remembered again gets a later minute.
func (m *seenKeys) insert(c *chunk) {
	at := sort.Search(len(m.chunks), func(i int) bool { return m.chunks[i].minute > c.minute })
	m.chunks = slices.Insert(m.chunks, at, c)
	if n := len(m.unused); n > 0 {
		c.place, m.unused = m.unused[n-1], m.unused[:n-1]
		m.places[c.place] = c
	} else {
		c.place, m.places = uint32(len(m.places)), append(m.places, c)
	}
	for i, key := range c.keys {
		m.set(key, c.place*placeSize+uint32(i)+1)
	}
	m.next = max(m.next, c.number+1)
}
