package state

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestMarksStayUntilTheyAreForgotten(t *testing.T) {
	dir := t.TempDir()
	now := start()
	clock := Options{Now: func() time.Time { return now }}
	s := open(t, dir, clock)
	l := ledgerOf(t, s)
	update(t, l, func(tx testTx) {
		tx.Remember("old", start())
		tx.Remember("newer later", start().Add(3*time.Hour))
		tx.Remember("new", start().Add(24*time.Hour))
	})
	now = start().Add(365 * 24 * time.Hour) // time alone makes nothing forgotten
	for _, step := range []struct {
		forget time.Duration
		want   map[string]bool
	}{
		{-time.Hour, map[string]bool{"old": true, "newer later": true, "new": true}},
		{2 * time.Minute, map[string]bool{"old": false, "newer later": true, "new": true}},
		{4 * time.Hour, map[string]bool{"old": false, "newer later": false, "new": true}},
	} {
		for key, want := range step.want {
			update(t, l, func(tx testTx) {
				tx.ForgetNames(start().Add(step.forget))
				if got := tx.Seen(key); got != want {
					t.Errorf("after %v %s is seen: %v", step.forget, key, got)
				}
			})
		}
	}
	update(t, l, func(tx testTx) {
		tx.ForgetNames(start().Add(4 * time.Hour))
		tx.Add("a", 1, now)
	})
	if v := l.newest(); v.seen != 1 || v.evicted != 0 {
		t.Errorf("%d keys, %d evicted", v.seen, v.evicted)
	}
	shut(t, s)
	l = ledgerOf(t, open(t, dir, clock))
	if len(l.seen.chunks) != 1 || l.newest().seen != 1 {
		t.Errorf("%d chunks, %d keys in the file", len(l.seen.chunks), l.newest().seen)
	}
}

func TestTheOldestGoFirst(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{MaxSeen: 10})
	l := ledgerOf(t, s)
	for i := range 15 {
		update(t, l, func(tx testTx) { tx.Remember(fmt.Sprint(i), start().Add(time.Duration(i+1)*time.Hour)) })
	}
	v := l.newest()
	if v.seen != 10 || v.evicted != 5 {
		t.Errorf("%d keys, %d evicted", v.seen, v.evicted)
	}
	shut(t, s)
	l = ledgerOf(t, open(t, dir, Options{MaxSeen: 10}))
	sameView(t, l.newest(), v)
	update(t, l, func(tx testTx) {
		for i := range 15 {
			if got := tx.Seen(fmt.Sprint(i)); got != (i >= 5) {
				t.Errorf("%d is seen: %v", i, got)
			}
		}
	})
	update(t, l, func(tx testTx) {
		for i := range 100 {
			tx.Remember(fmt.Sprint("many", i), start().Add(time.Duration(i)*time.Hour))
		}
	})
	if v := l.newest(); v.seen > 10 || v.seen == 0 {
		t.Errorf("%d keys", v.seen)
	}
}

// Whatever is remembered again, expires or is too much: what is kept is bounded, and
// what neither expired nor was evicted is seen.
func TestMarksAgainstAModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const limit = 20
		m, model := newSeenKeys(), map[Key]uint32{}
		now := uint32(10)
		for range rapid.IntRange(1, 40).Draw(t, "updates") {
			now += uint32(rapid.IntRange(0, 3).Draw(t, "minutes"))
			staged := map[Key]uint32{}
			for range rapid.IntRange(0, 8).Draw(t, "keys") {
				key := Key{byte(rapid.IntRange(0, 60).Draw(t, "key"))}
				minute := now + uint32(rapid.IntRange(1, 12).Draw(t, "expire"))
				if minute > m.minute(key) && minute > staged[key] {
					staged[key] = minute
					model[key] = minute
				}
			}
			p := m.plan(staged, now, limit)
			m.apply(p)
			missing := uint64(0)
			for key, minute := range model {
				switch {
				case minute <= now:
					delete(model, key)
				case m.minute(key) != minute:
					missing++
					delete(model, key)
				}
			}
			if missing != p.evicted || m.len != len(model) || len(model) > limit {
				t.Fatalf("%d missing of %d evicted; %d kept, model %d", missing, p.evicted, m.len, len(model))
			}
			for i := 1; i < len(m.chunks); i++ {
				if m.chunks[i].minute < m.chunks[i-1].minute {
					t.Fatal("chunks are not in order")
				}
			}
		}
	})
}
