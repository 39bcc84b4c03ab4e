package command

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

func stateCommand(t *testing.T, run func(o Options) error, o Options) (string, error) {
	t.Helper()
	var out bytes.Buffer
	o.Out = &out
	err := run(o)
	if strings.Contains(out.String(), pgtest.Password) || err != nil && strings.Contains(err.Error(), pgtest.Password) {
		t.Errorf("the password is printed: %s %v", out.String(), err)
	}
	return out.String(), err
}

// count adds an event that is known by its name.
func count(t *testing.T, store *state.Store, name, event string) {
	t.Helper()
	l, err := store.Ledger(name)
	if err == nil {
		err = l.Update(func(tx ledger.Tx) error {
			if tx.Once(event, time.Now()) {
				tx.Add([]byte("calls\x1f"), nil, 1, time.Now())
			}
			tx.Put("kind", tx.Hash("kind", event), []byte(event))
			tx.SetCursor(event)
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func openState(t *testing.T, dir string) *state.Store {
	t.Helper()
	store, err := state.Open(dir, state.Options{BackupEvery: -1})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestWhatIsKeptMovesToADatabaseAndBack(t *testing.T) {
	t.Parallel()
	url := pgtest.Start(t).URL()
	dir, back := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	store := openState(t, dir)
	key := store.Key()
	epoch, _ := store.Epoch()
	count(t, store, "shop/feed", "1")
	count(t, store, "shop/feed", "2")
	count(t, store, "dialer/feed", "3")
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	move := func(from, to string) (string, error) {
		return stateCommand(t, func(o Options) error { return StateCopy(t.Context(), o) }, Options{CopyFrom: from, CopyTo: to})
	}
	if out, err := move(dir, url); err != nil || out != "copied 2 accounts: dialer, shop\n" {
		t.Fatalf("%q %v", out, err)
	}
	if _, err := move(dir, url); err == nil || !strings.Contains(err.Error(), "holds a state already") {
		t.Errorf("a second copy: %v", err)
	}
	out, err := stateCommand(t, func(o Options) error { return StateShow(t.Context(), o) }, Options{Replica: Replica{StateURL: url}})
	if err != nil || !strings.Contains(out, "account shop: no owner, epoch 1, commit") || !strings.Contains(out, "shop/feed") {
		t.Errorf("%s%v", out, err)
	}
	if out, err := move(url, back); err != nil || out != "copied 2 accounts: dialer, shop\n" {
		t.Fatalf("%q %v", out, err)
	}
	if _, err := move(url, dir); err == nil || !strings.Contains(err.Error(), "there is a state already") {
		t.Errorf("a copy over another: %v", err)
	}
	store = openState(t, back)
	defer store.Close()
	if again, _ := store.Epoch(); !bytes.Equal(store.Key(), key) || again != epoch || store.Origin() != state.Resumed {
		t.Errorf("key %x, epoch %d, %s", store.Key(), again, store.Origin())
	}
	count(t, store, "shop/feed", "2") // known already
	l, err := store.Ledger("shop/feed")
	if err != nil {
		t.Fatal(err)
	}
	if v := maps.Collect(l.View().All())[ledger.SeriesOf("calls\x1f")]; v.Value != 2 || l.View().Cursor() != "2" {
		t.Errorf("%v at %q, want 2 at 2", v.Value, l.View().Cursor())
	}
}

func TestNeitherTwoDirectoriesNorTwoDatabases(t *testing.T) {
	for _, o := range []Options{{CopyFrom: "a", CopyTo: "b"}, {CopyFrom: "postgres://a/b", CopyTo: "postgres://c/d"}} {
		if _, err := stateCommand(t, func(o Options) error { return StateCopy(t.Context(), o) }, o); err == nil {
			t.Errorf("%s to %s is copied", o.CopyFrom, o.CopyTo)
		}
	}
}

func TestALookAtNoStateMakesNone(t *testing.T) {
	empty := t.TempDir()
	for _, dir := range []string{empty, filepath.Join(empty, "missing")} {
		_, err := stateCommand(t, func(o Options) error { return StateShow(t.Context(), o) }, Options{StateDir: dir})
		_, copied := stateCommand(t, func(o Options) error { return StateCopy(t.Context(), o) }, Options{CopyFrom: dir, CopyTo: "postgres://localhost:1/none"})
		for _, err := range []error{err, copied} {
			if err == nil || !strings.Contains(err.Error(), "holds none") {
				t.Errorf("%s: %v", dir, err)
			}
		}
	}
	if made, err := os.ReadDir(empty); err != nil || len(made) > 0 {
		t.Errorf("made: %v, %v", made, err)
	}
}
