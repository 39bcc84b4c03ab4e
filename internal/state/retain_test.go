package state

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/clocktest"
)

// retained is a store with two ledgers of which one is used, over several processes.
type retained struct {
	dir   string
	store *Store
	began time.Time
	clock time.Duration // how far the clock is set forward
}

func (r *retained) restart(t *testing.T) {
	t.Helper()
	if r.store != nil {
		shut(t, r.store)
	}
	r.store = open(t, r.dir, Options{Now: r.now})
}

// outside is a time with a monotonic reading: those of a synctest bubble have none.
var outside = time.Now()

// now is the time of the bubble, as the clock tells it.
func (r *retained) now() time.Time {
	steady := outside.Add(time.Since(r.began))
	return clocktest.Set(steady, time.Since(steady.Round(0))+r.clock)
}

const month = 30 * 24 * time.Hour

// pass calls RetainLedgers after a time and returns what was removed.
func (r *retained) pass(t *testing.T, after time.Duration, used ...string) []string {
	t.Helper()
	time.Sleep(after)
	removed, err := r.store.RetainLedgers(func(name string) bool { return slices.Contains(used, name) }, month)
	if err != nil {
		t.Fatal(err)
	}
	return removed
}

const (
	usedName = "kept/source"
	goneName = "acme/agent_events"
)

func newRetained(t *testing.T) *retained {
	t.Helper()
	r := &retained{dir: fast(t), began: time.Now()}
	r.restart(t)
	update(t, ledgerOf(t, r.store), add(1, "a"))
	kept, err := r.store.ledger(usedName)
	if err != nil {
		t.Fatal(err)
	}
	update(t, kept, add(3, "k"))
	if removed := r.pass(t, 0, usedName); removed != nil {
		t.Fatalf("removed %v at once", removed)
	}
	return r
}

// The time since when a ledger is not used is kept over a restart. What was removed is
// in no page of the file, and its series start later if it comes back.
func TestLedgersThatAreNotUsedAreRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRetained(t)
		update(t, ledgerOf(t, r.store), func(tx testTx) { tx.Add("Quetzal", 1, time.Now().Add(2*month)) })
		r.restart(t)
		if removed := r.pass(t, month-time.Hour, usedName); removed != nil {
			t.Fatalf("removed %v an hour early", removed)
		}
		gone := ledgerOf(t, r.store)
		if removed := r.pass(t, time.Hour, usedName); !slices.Equal(removed, []string{goneName}) {
			t.Fatalf("removed %v", removed)
		}
		wantErr(t, stage(gone, add(1, "")), ErrRemoved)
		if bytes.Contains(read(t, filepath.Join(r.dir, "state.db")), []byte("Quetzal")) {
			t.Error("its series are still in the file")
		}
		r.restart(t)
		kept, _ := r.store.ledger(usedName)
		wantCalls(t, kept, 3, "k")
		l := ledgerOf(t, r.store)
		wantCalls(t, l, 0, "")
		update(t, l, func(tx testTx) { tx.Add("Quetzal", 1, time.Now()) })
		if v, _ := l.newest().Value("Quetzal"); !v.Since.After(r.store.epoch.start.Add(2 * month)) {
			t.Errorf("starts at %v, before it ended", v.Since)
		}
	})
}

// A ledger that is used again keeps everything, and its time starts again.
func TestALedgerThatIsUsedAgainIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRetained(t)
		r.pass(t, month-time.Hour, usedName, goneName)
		if removed := r.pass(t, time.Hour, usedName); removed != nil {
			t.Errorf("removed %v", removed)
		}
		if removed := r.pass(t, month-time.Hour, usedName); removed != nil {
			t.Errorf("removed %v", removed)
		}
		wantCalls(t, ledgerOf(t, r.store), 1, "a")
		if removed := r.pass(t, time.Hour, usedName); removed == nil {
			t.Error("then it is never removed")
		}
	})
}

// A clock that is set forward, as after a boot without a battery, removes nothing.
func TestAClockThatIsSetRemovesNoLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRetained(t)
		r.clock = 2 * month
		if removed := r.pass(t, time.Hour, usedName); removed != nil {
			t.Errorf("removed %v", removed)
		}
		wantCalls(t, ledgerOf(t, r.store), 1, "a")
	})
}

// Since when a ledger is unused goes with it to another copy and back, by account.
func TestWhatIsCopiedKeepsSinceWhenItIsUnused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRetained(t)
		r.pass(t, 0) // from now on both are unused
		time.Sleep(month - time.Hour)
		var copies []*Store
		for _, account := range []string{"kept/", "acme/"} {
			c := newFakeCopy()
			err := r.store.CopyTo(c, func(name string) bool { return strings.HasPrefix(name, account) })
			if err != nil {
				t.Fatal(err)
			}
			copies = append(copies, open(t, "", Options{Copy: c, Secret: [32]byte(r.store.Key())}))
		}
		shut(t, r.store)
		r.dir, r.store = fast(t), nil
		r.restart(t)
		if err := r.store.Import(copies); err != nil {
			t.Fatal(err)
		}
		r.restart(t)
		if removed := r.pass(t, 0); removed != nil {
			t.Fatalf("removed %v an hour early", removed)
		}
		if removed := r.pass(t, time.Hour); !slices.Equal(removed, []string{goneName, usedName}) {
			t.Errorf("removed %v", removed)
		}
	})
}
