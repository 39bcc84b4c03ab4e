package state

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/testmain"
)

// openElsewhere makes the test binary open a directory and say what came of it,
// as another process.
const openElsewhere = "STATE_TEST_OPEN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(openElsewhere); dir != "" {
		os.Exit(openAsProcess(dir))
	}
	testmain.InMemory()
	goleak.VerifyTestMain(m)
}

// start is when the clock of most tests stands.
func start() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func quiet(o Options) Options {
	if o.Now == nil {
		o.Now = start
	}
	if o.TroubleHold == 0 {
		o.TroubleHold = -1
	}
	if o.BackupEvery == 0 {
		o.BackupEvery = -1
	}
	return o
}

// open opens dir until the end of the test, without backups unless asked for.
func open(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s, err := Open(dir, quiet(o))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, s) })
	return s
}

func shut(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func ledgerOf(t testing.TB, s *Store) *Ledger {
	t.Helper()
	l, err := s.ledger("acme/agent_events")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func update(t testing.TB, l *Ledger, do func(testTx)) {
	t.Helper()
	if err := stage(l, do); err != nil {
		t.Fatal(err)
	}
}

func stage(l *Ledger, do func(testTx)) error {
	return l.update(func(tx testTx) error { do(tx); return nil })
}

// add adds n to the counter named calls and moves the cursor.
func add(n float64, cursor string) func(testTx) {
	return func(tx testTx) {
		tx.Add("calls", n, start())
		tx.SetCursor(cursor)
	}
}

// check fails the test unless l shows that value of the counter calls, and that cursor.
func wantCalls(t testing.TB, l *Ledger, value float64, cursor string) {
	t.Helper()
	v := l.newest()
	if got, _ := v.Value("calls"); got.Value != value || v.cursor != cursor {
		t.Errorf("calls %v at cursor %q, want %v at %q", got.Value, v.cursor, value, cursor)
	}
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

// copyDir copies the files of a state directory as they are at this moment: what
// a crash would leave, for a commit is either synced or not begun.
func copyDir(t testing.TB, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// fast returns a directory in memory where there is such a file system: what is
// tried thousands of times need not reach a disk.
func fast(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "state")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { remove(t, dir) })
	return dir
}
