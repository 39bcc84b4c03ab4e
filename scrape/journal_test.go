package scrape

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

var oneASecond = config.Limits{RequestsPerSecond: 1, Burst: 60, MaxConcurrent: 60}

// openTest opens a state that stays in memory unless dir is given.
func openTest(t *testing.T, dir string, o state.Options) *state.Store {
	t.Helper()
	o.MemoryOnly, o.BackupEvery = dir == "", -1
	store, err := state.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func journaled(t *testing.T, store *state.Store, l config.Limits) *budget {
	t.Helper()
	j, err := openJournal(store, "livevox", "dialer")
	if err != nil {
		t.Fatal(err)
	}
	return newBudget(l, j)
}

// spend sends as much as can be sent within a time, and returns how much that is.
func (b *budget) spend(t *testing.T, long time.Duration) (n int) {
	t.Helper()
	end := time.Now().Add(long)
	for {
		b.mu.Lock()
		wait := max(b.sent.delay(time.Now()), b.pace.delay(time.Now()))
		b.mu.Unlock()
		if time.Now().Add(wait).After(end) {
			return n
		}
		turn, err := b.acquire(t.Context(), conditions{})
		if err != nil {
			t.Fatal(err)
		}
		b.release(turn)
		n++
	}
}

func TestJournalKeepsTheWindow(t *testing.T) {
	for _, c := range []struct {
		name  string
		after func(first *budget) // what ends the first process
		least int                 // requests that the second finds free, and how many at most
		most  int
	}{
		{"over a crash, and a lease counts as spent", func(*budget) {}, 25, 30},
		{"over an end in order, and nothing is lost", func(b *budget) { b.settle() }, 30, 30},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := openTest(t, "", state.Options{})
				first := journaled(t, store, oneASecond)
				for range 30 {
					turn, err := first.acquire(t.Context(), conditions{})
					if err != nil {
						t.Fatal(err)
					}
					first.release(turn)
				}
				c.after(first)
				second := journaled(t, store, oneASecond)
				if n := second.spend(t, 5*time.Second); n < c.least || n > c.most {
					t.Errorf("%d requests follow 30 at once, want %d to %d", n, c.least, c.most)
				}
				time.Sleep(2 * time.Minute)
				if n := second.spend(t, time.Second); n < 60 {
					t.Errorf("%d requests two minutes later, want 60", n)
				}
			})
		})
	}
}

func TestJournalIsNotWrittenForEveryRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var commits atomic.Int64
		store := openTest(t, "", state.Options{Fail: func(point string) error {
			if point == state.BeforeCommit {
				commits.Add(1)
			}
			return nil
		}})
		b := journaled(t, store, config.Limits{RequestsPerSecond: 10, Burst: 1, MaxConcurrent: 1})
		n := b.spend(t, time.Minute)
		if c := commits.Load(); n < 500 || c > int64(n/20) {
			t.Errorf("%d commits for %d requests", c, n)
		}
	})
}

func TestJournalAfterTheClockWentBackCountsAllAsJustSent(t *testing.T) {
	now := time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	sent := []time.Time{now.Add(-50 * time.Second), now.Add(-10 * time.Second), now.Add(-10 * time.Second)}
	b := appendSent(nil, sent, lease{left: 2, until: now.Add(time.Minute)}, now)
	for _, c := range []struct {
		name  string
		later time.Duration
		ages  []time.Duration // oldest first; the last two are the lease
	}{
		{"a moment later", 0, []time.Duration{50 * time.Second, 10 * time.Second, 10 * time.Second, 0, 0}},
		{"ten seconds later", 10 * time.Second, []time.Duration{60 * time.Second, 20 * time.Second, 20 * time.Second, 0, 0}},
		{"an hour earlier", -time.Hour, make([]time.Duration, 5)},
		{"half a minute earlier", -30 * time.Second, []time.Duration{20 * time.Second, 0, 0, 0, 0}},
		{"two minutes later", 2 * time.Minute, []time.Duration{170 * time.Second, 130 * time.Second, 130 * time.Second, time.Minute, time.Minute}},
	} {
		t.Run(c.name, func(t *testing.T) {
			then := now.Add(c.later)
			got := readSent(b, then)
			if len(got) != len(c.ages) {
				t.Fatalf("%d requests, want %d", len(got), len(c.ages))
			}
			for i, at := range got {
				if age := then.Sub(at); age != c.ages[i] {
					t.Errorf("request %d is %s old, want %s", i, age, c.ages[i])
				}
			}
		})
	}
	for cut := range b { // whatever is left of it
		readSent(b[:cut], now)
	}
}

// A first process uses its limits up, and a second one can.t know.
func TestJournalThatIsLostIsTakenForFull(t *testing.T) {
	for name, l := range map[string]config.Limits{
		"default":           {RequestsPerSecond: 2, Burst: 4, MaxConcurrent: 2},
		"burst of a minute": {RequestsPerSecond: 1, Burst: 60, MaxConcurrent: 10},
		"few":               {RequestsPerSecond: 0.1, Burst: 3, MaxConcurrent: 10},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				store := openTest(t, dir, state.Options{})
				time.Sleep(5 * time.Minute)
				first := journaled(t, store, l)
				before := first.spend(t, 10*time.Second)
				first.settle()
				store.Close()
				if err := os.WriteFile(filepath.Join(dir, "state.db"), []byte("garbage"), 0o600); err != nil {
					t.Fatal(err)
				}
				store = openTest(t, dir, state.Options{})
				if store.Origin() != state.Lost {
					t.Fatal(store.Origin())
				}
				second := journaled(t, store, l)
				most := int(l.RequestsPerSecond * 60)
				if n := second.spend(t, 49*time.Second); before+n > most {
					t.Errorf("%d requests before and %d after the state was lost, %d are allowed", before, n, most)
				}
				if n := second.spend(t, 2*time.Minute); n < most*9/10 {
					t.Errorf("%d requests in two minutes later, want about %d and more", n, most)
				}
			})
		})
	}
}

func TestRequestsGoOnWhereTheDiskDoesNot(t *testing.T) {
	for _, c := range []struct {
		name string
		fail func() error
		wait time.Duration
	}{
		{"it is full", func() error { return errors.New("no space left") }, 0},
		{"it hangs for a minute", func() error { time.Sleep(time.Minute); return nil }, leaseWait},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var broken atomic.Bool
				store := openTest(t, "", state.Options{Fail: func(point string) error {
					if broken.Load() && point == state.BeforeCommit {
						return c.fail()
					}
					return nil
				}})
				b := journaled(t, store, oneASecond)
				broken.Store(true)
				begin := time.Now()
				if _, err := b.acquire(t.Context(), conditions{}); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(begin); took != c.wait {
					t.Errorf("waited %s for the disk, want %s", took, c.wait)
				}
				if n := b.spend(t, 20*time.Second); n > 60 {
					t.Errorf("%d requests at once", n)
				}
				broken.Store(false)
				time.Sleep(3 * time.Minute)
				n := b.spend(t, time.Second)
				b.writes.Wait()
				if free := 60 - journaled(t, store, oneASecond).spend(t, time.Second); free < n {
					t.Errorf("%d of %d requests were written once the disk worked again", free, n)
				}
			})
		})
	}
}
