package state

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// A file of schema 1 keeps its counters, seen keys, records and cursors, and is
// rewritten in the current schema.
func TestAFileOfSchema1IsMigrated(t *testing.T) {
	dir := fixture(t)
	s := open(t, dir, Options{})
	wantFixture(t, s)
	if got := schemaOf(t, s); got != schema {
		t.Errorf("schema %d after the start", got)
	}
	update(t, ledgerOf(t, s), add(1, "next"))
	shut(t, s)
	s = open(t, dir, Options{})
	if s.Origin() != Resumed {
		t.Errorf("origin %v", s.Origin())
	}
	wantCalls(t, ledgerOf(t, s), 1, "next")
}

// On a full disk a file of schema 1 is read, and stays until there is space.
func TestAFileOfSchema1OnAFullDisk(t *testing.T) {
	dir := fixture(t)
	full := filepath.Join(dir, "state.db.new")
	if err := os.MkdirAll(filepath.Join(full, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, Options{})
	wantFixture(t, s)
	if err := stage(ledgerOf(t, s), add(1, "next")); err == nil || s.Writable() {
		t.Errorf("error %v, writable %v", err, s.Writable())
	}
	wantFixture(t, s)
	if err := os.RemoveAll(full); err != nil {
		t.Fatal(err)
	}
	update(t, ledgerOf(t, s), add(1, "next"))
	if got := schemaOf(t, s); got != schema {
		t.Errorf("schema %d after a commit", got)
	}
	shut(t, s)
	wantCalls(t, ledgerOf(t, open(t, dir, Options{})), 1, "next")
}

// A backup of schema 1 serves as any other.
func TestABackupOfSchema1(t *testing.T) {
	dir := fixture(t)
	path := filepath.Join(dir, "state.db")
	if err := os.Rename(path, path+".bak"); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, Options{})
	if v := ledgerOf(t, s).newest(); s.Origin() != Backup || v.cursor != "page 2" || v.len != 211 {
		t.Errorf("origin %v, cursor %q, %d series", s.Origin(), v.cursor, v.len)
	}
}

// fixture returns a directory with a file of schema 1.
func fixture(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	f, err := os.Open("testdata/schema1.state.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	db, err := io.ReadAll(raw)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "state.db"), db)
	write(t, identityPath(dir), read(t, "testdata/schema1.state.id"))
	return dir
}

// wantFixture fails the test unless s holds what fillFixture writes.
func wantFixture(t *testing.T, s *Store) {
	t.Helper()
	if s.Origin() != Resumed {
		t.Errorf("origin %v", s.Origin())
	}
	want := open(t, "", Options{MemoryOnly: true})
	fillFixture(t, want)
	for name := range want.ledgers {
		got, err := s.ledger(name)
		if err != nil {
			t.Fatal(err)
		}
		sameView(t, got.newest(), want.ledgers[name].newest())
		_ = got.update(func(tx testTx) error {
			if !tx.Seen("event 0 0") || tx.Seen("event 9 0") || string(tx.Get("height", "2 9")) != "value 9" {
				t.Errorf("%s: seen keys or records are missing", name)
			}
			return errors.New("nothing to commit")
		})
	}
}

func schemaOf(t *testing.T, s *Store) (found uint64) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.file.db.View(func(tx *bbolt.Tx) (err error) {
		_, found, err = getHeader(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// fillFixture writes the content of testdata/schema1.state.db.gz.
func fillFixture(t testing.TB, s *Store) {
	t.Helper()
	for _, name := range []string{"acme/agent_events", "acme/agent_stats"} {
		l, err := s.ledger(name)
		if err != nil {
			t.Fatal(err)
		}
		for page := range 3 {
			update(t, l, func(tx testTx) { stageFixture(tx, page) })
		}
	}
}

// stageFixture stages one of three pages, after which 210 counters, a histogram,
// 60 seen keys, 30 records and a cursor are kept.
func stageFixture(tx testTx, page int) {
	now := start().Add(time.Duration(page) * time.Minute)
	for i := range 210 {
		tx.Add(fmt.Sprintf("calls_total\xff%03d", i), float64(i+page)+0.1, now)
	}
	for i := range 20 {
		tx.Observe("duration_seconds\xffa", []float64{1, 10}, float64(i), now)
		tx.Remember(fmt.Sprint("event ", page, i), now.Add(time.Hour))
	}
	for i := range 10 {
		tx.Put("height", fmt.Sprint(page, i), fmt.Appendf(nil, "value %d", i))
	}
	tx.SetCursor(fmt.Sprint("page ", page))
}

// bbolt takes a time of N² to insert N keys that are not in order.
func TestChangesAreInTheOrderOfTheirKeys(t *testing.T) {
	l := ledgerOf(t, open(t, "", Options{MemoryOnly: true}))
	update(t, l, func(tx testTx) { stageAgents(tx, 500) })
	of := map[string][][]byte{}
	for _, it := range l.items(1) {
		of[it.Bucket] = append(of[it.Bucket], it.Key)
	}
	for _, bucket := range []string{rowsBucket, recordsBucket} {
		if keys := of[bucket]; len(keys) < 100 || !slices.IsSortedFunc(keys, bytes.Compare) {
			t.Errorf("%d %s, not in order", len(keys), bucket)
		}
	}
}
