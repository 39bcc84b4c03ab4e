package state

import (
	"errors"
	"io/fs"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

func TestReadLeavesADirectoryAsItIs(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := Read(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty directory: %v", err)
	}
	s, err := Open(dir, Options{BackupEvery: -1})
	if err != nil {
		t.Fatal(err)
	}
	count := func(n float64) {
		t.Helper()
		l, err := s.Ledger("shop/status_changes")
		if err == nil {
			err = l.Update(func(tx ledger.Tx) error { tx.Add([]byte("a"), nil, n, time.Now()); return nil })
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	read := func(want float64, used bool) {
		t.Helper()
		r, inUse, err := Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		l, err := r.Ledger("shop/status_changes")
		if err != nil {
			t.Fatal(err)
		}
		var v ledger.Value
		for _, v = range l.View().All() {
		}
		if v.Value != want || inUse != used || string(r.Key()) != string(s.Key()) {
			t.Errorf("%v, in use %v, want %v, %v", v.Value, inUse, want, used)
		}
	}
	count(1)
	if _, inUse, err := Read(dir); !errors.Is(err, fs.ErrNotExist) || !inUse {
		t.Errorf("in use and without a backup: %v, %v", inUse, err)
	}
	if err := s.Backup(); err != nil {
		t.Fatal(err)
	}
	count(1)
	read(1, true)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	read(2, false)
	if s, err = Open(dir, Options{BackupEvery: -1}); err != nil || s.Origin() != Resumed {
		t.Fatalf("%v, %v", s.Origin(), err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
