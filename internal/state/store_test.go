package state

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestEverythingSurvivesARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "on", "demand")
	s := open(t, dir, Options{})
	if s.Origin() != First {
		t.Errorf("origin %v, want %v", s.Origin(), First)
	}
	bounds := []float64{1, 10}
	update(t, ledgerOf(t, s), func(tx testTx) {
		tx.Add("calls", 0.1, start())
		tx.Add("calls", 0.2, start().Add(time.Second))
		tx.Zero("logins", start())
		tx.Observe("talk", bounds, 3, start())
		tx.Observe("talk", bounds, 300, start())
		tx.SetCursor("token 1")
		tx.Remember("event 1", start().Add(time.Hour))
		tx.Put("height", "agent 7", []byte("12"))
	})
	before := ledgerOf(t, s).newest()
	if !s.Committed().Equal(start()) {
		t.Errorf("committed at %v", s.Committed())
	}
	key, epoch := s.Key(), s.epoch
	shut(t, s)

	s = open(t, dir, Options{})
	if !s.Committed().Equal(start()) {
		t.Errorf("then committed at %v", s.Committed())
	}
	if s.Origin() != Resumed || s.epoch != epoch || !bytes.Equal(s.Key(), key) || len(key) != 32 {
		t.Errorf("origin %v, epoch %v, same key %v", s.Origin(), s.epoch, bytes.Equal(s.Key(), key))
	}
	sameView(t, ledgerOf(t, s).newest(), before)
	update(t, ledgerOf(t, s), func(tx testTx) {
		if tx.Cursor() != "token 1" || !tx.Seen("event 1") || string(tx.Get("height", "agent 7")) != "12" {
			t.Error("cursor, seen key or record did not survive")
		}
	})
}

func TestStartTimesAreLaterThanTheEpochAndStay(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	update(t, ledgerOf(t, s), add(1, ""))
	first, _ := ledgerOf(t, s).newest().Value("calls")
	if !first.Since.After(s.epoch.start) {
		t.Errorf("series starts at %v, epoch at %v", first.Since, s.epoch.start)
	}
	later := start().Add(time.Hour)
	update(t, ledgerOf(t, s), func(tx testTx) { tx.Add("calls", 1, later) })
	second, _ := ledgerOf(t, s).newest().Value("calls")
	if !second.Since.Equal(first.Since) {
		t.Errorf("after growth: %+v", second)
	}
}

func TestNothingIsShownOrKeptIfTheCallerFails(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	l := ledgerOf(t, s)
	update(t, l, add(1, "a"))
	refused := errors.New("refused")
	wantErr(t, l.update(func(tx testTx) error {
		add(5, "b")(tx)
		tx.Remember("event", start().Add(time.Hour))
		tx.Put("kind", "key", []byte("value"))
		return refused
	}), refused)
	wantCalls(t, l, 1, "a")
	update(t, l, func(tx testTx) {
		if tx.Seen("event") || tx.Get("kind", "key") != nil {
			t.Error("what a failed update staged is still there")
		}
		tx.Add("calls", 1, start())
	})
	wantCalls(t, l, 2, "a")
}

func TestAPanicOfTheCallerLeavesTheLedgerUsable(t *testing.T) {
	l := ledgerOf(t, open(t, t.TempDir(), Options{}))
	func() {
		defer func() { _ = recover() }()
		_ = l.update(func(tx testTx) error { add(5, "b")(tx); panic("decoder") })
	}()
	update(t, l, add(1, "a"))
	wantCalls(t, l, 1, "a")
}

func TestAnUpdateThatStagesNothingCommitsNothing(t *testing.T) {
	l := ledgerOf(t, open(t, t.TempDir(), Options{}))
	update(t, l, func(tx testTx) {
		add(1, "a")(tx)
		tx.Put("kind", "key", []byte("value"))
		tx.Remember("event", start().Add(time.Hour))
	})
	before := l.newest()
	update(t, l, func(tx testTx) {
		tx.SetCursor("a")
		tx.Zero("calls", start())
		tx.Add("calls", 0, start())
		tx.Put("kind", "key", []byte("value"))
		tx.Put("kind", "none", nil)
		tx.Remember("event", start().Add(time.Minute))
	})
	if l.newest() != before {
		t.Error("a commit was made")
	}
}

func TestLedgersAreApart(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	l := ledgerOf(t, s)
	other, err := s.ledger("acme/other")
	if err != nil {
		t.Fatal(err)
	}
	if again := ledgerOf(t, s); again != l {
		t.Error("the same name gave another ledger")
	}
	update(t, l, func(tx testTx) {
		add(1, "a")(tx)
		tx.Remember("event", start().Add(time.Hour))
	})
	update(t, other, func(tx testTx) {
		if tx.Cursor() != "" || tx.Seen("event") {
			t.Error("a ledger sees another's")
		}
		add(7, "z")(tx)
	})
	wantCalls(t, l, 1, "a")
	wantCalls(t, other, 7, "z")
	for _, name := range []string{"", strings.Repeat("x", 1025)} {
		if _, err := s.ledger(name); err == nil {
			t.Errorf("a name of %d bytes was taken", len(name))
		}
	}
}

func TestAClosedStoreShowsButTakesNothing(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	l := ledgerOf(t, s)
	update(t, l, add(1, "a"))
	shut(t, s)
	wantErr(t, stage(l, add(1, "b")), ErrClosed)
	_, err := s.RetainLedgers(func(string) bool { return false }, 0)
	wantErr(t, err, ErrClosed)
	_, err = s.ledger("x/y")
	wantErr(t, err, ErrClosed)
	wantCalls(t, l, 1, "a")
}

func TestWithoutAFileTheRulesAreTheSame(t *testing.T) {
	full := errors.New("disk full")
	var fail error
	s := open(t, filepath.Join(t.TempDir(), "never", "made"), Options{MemoryOnly: true, Fail: func(string) error { return fail }})
	l := ledgerOf(t, s)
	update(t, l, add(1, "a"))
	fail = full
	wantErr(t, stage(l, add(1, "b")), full)
	if wantCalls(t, l, 1, "a"); s.Writable() {
		t.Error("writable after a commit that failed")
	}
	fail = nil
	update(t, l, add(1, "b"))
	if wantCalls(t, l, 2, "b"); !s.Writable() || s.Size() != 0 || len(s.Key()) != 32 {
		t.Errorf("writable %v, size %d", s.Writable(), s.Size())
	}
	if _, err := os.Stat(s.dir); err == nil {
		t.Error("a directory was made")
	}
}

func TestOnlyTheOwnerMayRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	s := open(t, dir, Options{})
	update(t, ledgerOf(t, s), add(1, ""))
	if err := s.Backup(); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) != 4 {
		t.Errorf("files %v, want state.db, .bak, .id and .lock", files)
	}
	for _, name := range append(files, dir) {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

// The keys of events and records may be made of a person's login name.
func TestNoKeyIsStoredAsItIs(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	keys := []string{"login-canary-1", "login-canary-2", "login-canary-3"}
	update(t, ledgerOf(t, s), func(tx testTx) {
		tx.Remember(keys[0], start().Add(time.Hour))
		tx.Put("height", keys[1], []byte("1"))
		tx.Put("open", keys[2], []byte("2"))
		tx.Add("visible-series", 1, start())
	})
	if err := s.Backup(); err != nil {
		t.Fatal(err)
	}
	shut(t, s)
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range keys {
			if bytes.Contains(raw, []byte(key)) {
				t.Errorf("%s holds %s", name, key)
			}
		}
		if strings.HasPrefix(filepath.Base(name), "state.db") && !bytes.Contains(raw, []byte("visible-series")) {
			t.Errorf("%s does not hold the series: the test sees nothing", name)
		}
	}
}
