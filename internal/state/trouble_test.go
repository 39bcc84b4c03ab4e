package state

import (
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// On a disk that is nearly full small commits succeed and large ones don't.
func TestASmallCommitDoesNotMakeTheStateWritable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f failAt
		var log logged
		s := open(t, fast(t), Options{Fail: f.fail, Log: log.add, TroubleHold: 5 * time.Minute})
		small, err := s.ledger("small/source")
		if err != nil {
			t.Fatal(err)
		}
		large := func() error { return stage(ledgerOf(t, s), func(tx testTx) { stageAgents(tx, 100) }) }
		wantWritable := func(want bool) {
			t.Helper()
			if s.Writable() != want || (s.Err() == nil) != want {
				t.Errorf("writable %v, %v, want %v", s.Writable(), s.Err(), want)
			}
		}
		for range 3 {
			f = failAt{InCommit, syscall.ENOSPC}
			wantErr(t, large(), syscall.ENOSPC)
			f = failAt{}
			time.Sleep(10 * time.Minute)
			update(t, small, add(1, "a"))
			wantWritable(false)
		}
		if err := large(); err != nil {
			t.Fatal(err)
		}
		wantWritable(true) // long after the newest failure

		f = failAt{InCommit, syscall.ENOSPC}
		wantErr(t, large(), syscall.ENOSPC)
		f = failAt{}
		if err := large(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5*time.Minute - time.Second)
		wantWritable(false)
		time.Sleep(time.Second)
		wantWritable(true)
		if log.count("state cannot be written") != 2 || log.count("state can be written again") != 2 {
			t.Errorf("log: %q", log.messages)
		}
	})
}

// A backup is proof enough: the commit that failed may never come again.
func TestABackupMakesTheStateWritable(t *testing.T) {
	var f failAt
	s := open(t, t.TempDir(), Options{Fail: f.fail})
	f = failAt{InCommit, syscall.ENOSPC}
	wantErr(t, stage(ledgerOf(t, s), add(1, "a")), syscall.ENOSPC)
	f = failAt{}
	if err := s.Backup(); err != nil || !s.Writable() {
		t.Errorf("%v, writable %v", err, s.Writable())
	}
}
