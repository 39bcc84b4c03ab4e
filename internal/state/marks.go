package state

import (
	"maps"
	"math"
	"slices"
	"sort"
	"time"
)

// marks are the keys that were met already. They are stored in chunks that
// are forgotten as a whole, the oldest first, so that neither adding 1,000
// of them nor forgetting them touches more than a few pages of the file.
type marks struct {
	minutes map[Key]uint32 // when each was
	chunks  []chunk        // by minute and number
	next    uint64         // number of the next chunk
}

// chunk holds marks of one Update of the same minute. A key that was
// marked again for longer is in two chunks, and counts in the later one.
type chunk struct {
	minute uint32 // since 1970
	number uint64
	keys   []Key
}

// maxChunk bounds a chunk, in keys.
const maxChunk = 1000

func newMarks() *marks { return &marks{minutes: map[Key]uint32{}} }

// minuteOf is the last whole minute that is not after t, minuteAfter the first
// one that is after t.
func minuteOf(t time.Time) uint32 {
	return uint32(min(max(t.Unix()/60, 0), math.MaxUint32-1))
}

func minuteAfter(t time.Time) uint32 { return minuteOf(t) + 1 }

// plan is what one Update does to the marks.
type plan struct {
	add     []chunk
	drop    []chunk // from the front of marks.chunks
	evicted uint64
}

// plan works out the chunks for what is staged, and those to forget: what has
// the horizon has passed, then the oldest until no more than limit are left.
func (m *marks) plan(staged map[Key]uint32, horizon uint32, limit int) plan {
	p := plan{add: m.cut(staged, min(maxChunk, limit/8+1))}
	live := len(m.minutes)
	for key := range staged {
		if _, known := m.minutes[key]; !known {
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

// counting is the number of keys of c that no later chunk has.
func (m *marks) counting(c chunk, staged map[Key]uint32) (n int) {
	for _, key := range c.keys {
		minute, ok := staged[key]
		if !ok {
			minute = m.minutes[key]
		}
		if minute == c.minute {
			n++
		}
	}
	return n
}

// cut sorts what is staged into chunks of at most size keys.
func (m *marks) cut(staged map[Key]uint32, size int) []chunk {
	byMinute := map[uint32][]Key{}
	for key, minute := range staged {
		byMinute[minute] = append(byMinute[minute], key)
	}
	var out []chunk
	number := m.next
	for _, minute := range slices.Sorted(maps.Keys(byMinute)) {
		for keys := range slices.Chunk(byMinute[minute], size) {
			out = append(out, chunk{minute, number, keys})
			number++
		}
	}
	return out
}

// apply does what was planned.
func (m *marks) apply(p plan) {
	for _, c := range p.drop {
		for _, key := range c.keys {
			if m.minutes[key] == c.minute {
				delete(m.minutes, key)
			}
		}
	}
	clear(m.chunks[:len(p.drop)])
	m.chunks = m.chunks[len(p.drop):]
	for _, c := range p.add {
		m.insert(c)
	}
}

// insert adds c, at the end as a rule. None of its keys is in a chunk that
// is newer: those that are marked again are marked as newer.
func (m *marks) insert(c chunk) {
	at := sort.Search(len(m.chunks), func(i int) bool { return m.chunks[i].minute > c.minute })
	m.chunks = slices.Insert(m.chunks, at, c)
	for _, key := range c.keys {
		m.minutes[key] = c.minute
	}
	m.next = max(m.next, c.number+1)
}
