package state

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Series are found by their keys, and no others, however they are added and removed.
func TestTheIndexFindsWhatWasAdded(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, v, slots := newKeyIndex(), &View{}, map[seriesID]int32{}
	v.grow(1000 / blockSize)
	for range 10_000 {
		slot := rng.Int32N(1000)
		e := v.at(slot)
		if e.metric != 0 {
			x.remove(e.id(), slot)
			delete(slots, e.id())
			e.metric = 0
		} else {
			e.metric, e.labels = 1+rng.Uint32N(3), fmt.Sprint(rng.Int32())
			x.add(e.id(), slot)
			slots[e.id()] = slot
		}
		if x.len != len(slots) {
			t.Fatalf("%d series, want %d", x.len, len(slots))
		}
		if got := x.find(v, 1, []byte("none")); got != noSlot {
			t.Fatalf("a series that was never added is at %d", got)
		}
	}
	for id, slot := range slots {
		if got := x.find(v, id.metric, []byte(id.labels)); got != slot {
			t.Errorf("%v is at %d, want %d", id, got, slot)
		}
	}
}

// Series that differ in their metric alone are not next to each other in the index, where
// each would be found behind all others.
func TestTheIndexSpreadsSeriesWithTheSameLabels(t *testing.T) {
	x := newKeyIndex()
	for n := range uint32(10_000) {
		x.add(seriesID{"\x1flabel", n + 1}, int32(n))
	}
	longest, run := 0, 0
	for _, p := range x.places {
		if run++; p.ref == 0 {
			run = 0
		}
		longest = max(longest, run)
	}
	if longest > 2_500 {
		t.Errorf("%d of %d series are in one run", longest, x.len)
	}
}
