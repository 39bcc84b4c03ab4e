package state

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

func TestABackupIsMadeOnlyOfWhatChanged(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	l := ledgerOf(t, s)
	made := func() bool {
		t.Helper()
		if err := s.Backup(); err != nil {
			t.Fatal(err)
		}
		defer remove(t, s.backupPath())
		_, err := os.Stat(s.backupPath())
		return err == nil
	}
	if !made() {
		t.Error("no first one")
	}
	if made() {
		t.Error("another one of the same")
	}
	update(t, l, add(1, "a"))
	if !made() {
		t.Error("none of what changed")
	}
}

func TestABackupThatFailsLeavesTheOneBefore(t *testing.T) {
	dir := t.TempDir()
	var f failAt
	s := open(t, dir, Options{Fail: f.fail})
	l := ledgerOf(t, s)
	update(t, l, add(1, "a"))
	if err := s.Backup(); err != nil {
		t.Fatal(err)
	}
	f = failAt{BeforeBackup, errors.New("disk full")}
	update(t, l, add(1, "b"))
	wantErr(t, s.Backup(), f.err)
	if left, _ := filepath.Glob(filepath.Join(dir, "*.tmp")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	shut(t, s)
	remove(t, filepath.Join(dir, "state.db"))
	s = open(t, dir, Options{})
	wantCalls(t, ledgerOf(t, s), 0, "a")
}

func TestBackupsAreMadeRegularlyUntilTheEnd(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, dir, Options{BackupEvery: 5 * time.Minute})
		l := ledgerOf(t, s)
		synctest.Wait()
		for _, cursor := range []string{"a", "b"} {
			update(t, l, add(1, cursor))
			time.Sleep(5 * time.Minute)
			synctest.Wait()
			from, err := bolt(s.backupPath(), s)
			if err != nil {
				t.Fatal(err)
			}
			if got := from.ledgers[l.name].newest().cursor; got != cursor {
				t.Errorf("backup is at %q, want %q", got, cursor)
			}
		}
	})
}

// bolt reads a file.
func bolt(path string, s *Store) (content, error) {
	f, err := openFile(path, s.boltOptions())
	if err != nil {
		return content{}, err
	}
	c, err := s.load(f)
	return c, errors.Join(err, f.close())
}

// A backup made while commits go on is one of them, whole.
func TestABackupIsConsistentWhileCommitsGoOn(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	l := ledgerOf(t, s)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 100 {
			if err := stage(l, func(tx testTx) { tx.Add("a", 1, start()); tx.Add("b", 1, start()) }); err != nil {
				t.Error(err)
			}
		}
	}()
	last := 0.0
	for range 20 {
		if err := s.Backup(); err != nil {
			t.Fatal(err)
		}
		c, err := bolt(s.backupPath(), s)
		if err != nil {
			t.Fatal(err)
		}
		if c.ledgers[l.name] == nil {
			continue
		}
		v := c.ledgers[l.name].newest()
		a, _ := v.Value("a")
		b, _ := v.Value("b")
		if a.Value != b.Value || a.Value < last {
			t.Errorf("a %v, b %v after %v", a.Value, b.Value, last)
		}
		last = a.Value
	}
	<-done
}
