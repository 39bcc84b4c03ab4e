package state

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Series are found by their keys, and no others, however they are added and removed.
func TestTheIndexFindsWhatWasAdded(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, v, slots := newKeyIndex(), &View{}, map[string]int32{}
	v.grow(1000 / blockSize)
	for range 10_000 {
		slot := rng.Int32N(1000)
		e := v.at(slot)
		if e.key != "" {
			x.remove(e.key, slot)
			delete(slots, e.key)
			e.key = ""
		} else {
			e.key = fmt.Sprint(rng.Int32())
			x.add(e.key, slot)
			slots[e.key] = slot
		}
		if x.len != len(slots) {
			t.Fatalf("%d series, want %d", x.len, len(slots))
		}
		if got := x.find(v, []byte("none")); got != noSlot {
			t.Fatalf("a series that was never added is at %d", got)
		}
	}
	for key, slot := range slots {
		if got := x.find(v, []byte(key)); got != slot {
			t.Errorf("%s is at %d, want %d", key, got, slot)
		}
	}
}
