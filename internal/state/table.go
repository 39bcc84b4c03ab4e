package state

// table is a hash table of references with linear probing, of which at most seven eighths
// are in use. A map takes two to four times its memory, and one of strings time of the
// garbage collector.
type table struct {
	places []place
	len    int
}

// place holds a reference to what has a hash; a reference of 0 is an empty place.
type place struct{ hash, ref uint32 }

func newTable() table { return table{places: make([]place, 8)} }

// first is the place to look into first, next the one after i.
func (t *table) first(hash uint32) int { return int(uint64(hash) * uint64(len(t.places)) >> 32) }

func (t *table) next(i int) int {
	if i++; i < len(t.places) {
		return i
	}
	return 0
}

// find returns the place of the reference with that hash that is accepted, -1 if there is
// none.
func (t *table) find(hash uint32, is func(ref uint32) bool) int {
	for i := t.first(hash); t.places[i].ref != 0; i = t.next(i) {
		if p := t.places[i]; p.hash == hash && is(p.ref) {
			return i
		}
	}
	return -1
}

// add adds a reference, which must be a new one.
func (t *table) add(hash, ref uint32) {
	t.len++
	t.grow(t.len)
	t.put(place{hash, ref})
}

// grow makes room for n references, besides which there are empty places.
func (t *table) grow(n int) {
	if n <= len(t.places)/8*7 {
		return
	}
	old := t.places
	t.places = make([]place, n/3*4+8)
	for _, p := range old {
		if p.ref != 0 {
			t.put(p)
		}
	}
}

func (t *table) put(p place) {
	i := t.first(p.hash)
	for t.places[i].ref != 0 {
		i = t.next(i)
	}
	t.places[i] = p
}

// remove empties a place. What stands behind it is put again: some would no longer be
// found behind an empty place.
func (t *table) remove(i int) {
	t.places[i] = place{}
	t.len--
	for i = t.next(i); t.places[i].ref != 0; i = t.next(i) {
		p := t.places[i]
		t.places[i] = place{}
		t.put(p)
	}
}
