package state

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

var points = []string{BeforeCommit, InCommit, AfterCommit, BeforePublish}

// failAt makes one point fail while it is set.
type failAt struct {
	point string
	err   error
}

func (f *failAt) fail(point string) error {
	if point == f.point {
		return f.err
	}
	return nil
}

// A full disk shows in the middle of a commit, a failed sync at its end, when
// the commit may be on the disk or not. The caller may stage the same again.
func TestACommitThatFailsIsNeitherShownNorKept(t *testing.T) {
	for _, point := range points {
		t.Run(point, func(t *testing.T) {
			dir := t.TempDir()
			var f failAt
			var log logged
			s := open(t, dir, Options{Fail: f.fail, Log: log.add})
			l := ledgerOf(t, s)
			update(t, l, add(1, "a"))

			f = failAt{point, syscall.ENOSPC}
			for range 3 {
				wantErr(t, stage(l, add(1, "b")), syscall.ENOSPC)
			}
			wantCalls(t, l, 1, "a")
			if wantErr(t, s.Err(), syscall.ENOSPC); s.Writable() {
				t.Error("writable")
			}
			update(t, l, func(tx testTx) {
				if v, _ := tx.Value("calls"); v.Value != 1 || tx.Cursor() != "a" {
					t.Errorf("the next update begins at %v, %q", v.Value, tx.Cursor())
				}
			})

			f = failAt{}
			update(t, l, add(1, "b"))
			if wantCalls(t, l, 2, "b"); !s.Writable() || s.Err() != nil {
				t.Error("not writable after a commit that succeeded")
			}
			if log.count("state cannot be written") != 1 || log.count("state can be written again") != 1 {
				t.Errorf("log: %v", log.messages)
			}
			shut(t, s)
			wantCalls(t, ledgerOf(t, open(t, dir, Options{})), 2, "b")
		})
	}
}

// A process that ends at a point leaves what was committed until then: the
// cursor and the counter always belong together.
func TestACrashLeavesAWholeUpdateOrNone(t *testing.T) {
	for _, point := range points {
		t.Run(point, func(t *testing.T) {
			dir := t.TempDir()
			var crash bool
			var image string
			s := open(t, dir, Options{Fail: func(at string) error {
				if crash && at == point {
					image = copyDir(t, dir)
				}
				return nil
			}})
			l := ledgerOf(t, s)
			update(t, l, add(1, "a"))
			crash = true
			update(t, l, add(1, "b"))
			after := ledgerOf(t, open(t, image, Options{}))
			if point == BeforeCommit || point == InCommit {
				wantCalls(t, after, 1, "a")
			} else {
				wantCalls(t, after, 2, "b")
			}
		})
	}
}

// What is in one ledger must not be lost because another one's commit failed.
func TestARewriteKeepsAllLedgers(t *testing.T) {
	dir := t.TempDir()
	var f failAt
	s := open(t, dir, Options{Fail: f.fail})
	l := ledgerOf(t, s)
	other, _ := s.ledger("acme/other")
	update(t, l, func(tx testTx) {
		add(1, "a")(tx)
		tx.Observe("talk", []float64{1, 2}, 1.5, start())
		tx.Remember("event", start().Add(1e12))
		tx.Put("kind", "key", []byte("value"))
	})
	update(t, other, add(5, "x"))
	f = failAt{BeforePublish, syscall.EIO}
	wantErr(t, stage(other, add(1, "y")), syscall.EIO)
	f = failAt{}
	update(t, other, add(1, "y"))
	before := l.newest()
	shut(t, s)
	s = open(t, dir, Options{})
	sameView(t, ledgerOf(t, s).newest(), before)
	other, _ = s.ledger("acme/other")
	wantCalls(t, other, 6, "y")
	update(t, ledgerOf(t, s), func(tx testTx) {
		if !tx.Seen("event") || string(tx.Get("kind", "key")) != "value" {
			t.Error("key or record is missing")
		}
	})
}

// While the process runs, its memory is the truth whatever happens to the file.
func TestAFileLostAtRunTimeIsWrittenAnew(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, dir, path string){
		"deleted":           func(t *testing.T, _, path string) { remove(t, path) },
		"directory deleted": func(t *testing.T, dir, _ string) { remove(t, dir) },
		"truncated":         func(t *testing.T, _, path string) { truncate(t, path, 4096) },
		"emptied":           func(t *testing.T, _, path string) { truncate(t, path, 0) },
		"replaced by an older one": func(t *testing.T, dir, path string) {
			if err := os.Rename(path+".bak", path); err != nil {
				t.Fatal(err)
			}
		},
		"replaced by text": func(t *testing.T, _, path string) {
			remove(t, path)
			write(t, path, make([]byte, 1<<20))
		},
		"overwritten": func(t *testing.T, _, path string) {
			overwrite(t, path, 0, make([]byte, size(t, path)))
		},
	} {
		for _, how := range []string{"by a commit", "by a backup"} {
			t.Run(name+", noticed "+how, func(t *testing.T) {
				if name == "overwritten" && how == "by a backup" {
					t.Skip("a backup looks at the name and size only")
				}
				dir := filepath.Join(t.TempDir(), "state")
				s := open(t, dir, Options{})
				l := ledgerOf(t, s)
				update(t, l, add(1, "a"))
				if err := s.Backup(); err != nil {
					t.Fatal(err)
				}
				update(t, l, add(1, "b"))
				lose(t, dir, s.path())
				want := 2.0
				if how == "by a commit" {
					for stage(l, add(1, "b")) != nil { // one may fail, and is staged again
					}
					want++
				} else if err := s.Backup(); err != nil {
					t.Fatal(err)
				}
				wantCalls(t, l, want, "b")
				shut(t, s)
				s = open(t, dir, Options{})
				if s.Origin() != Resumed {
					t.Errorf("origin %v", s.Origin())
				}
				wantCalls(t, ledgerOf(t, s), want, "b")
			})
		}
	}
}

func TestAFileMayNotGrowBeyondItsBound(t *testing.T) {
	s := open(t, t.TempDir(), Options{MaxSize: 256 << 10})
	l := ledgerOf(t, s)
	update(t, l, add(1, "a"))
	huge := make([]byte, 1<<20)
	if err := stage(l, func(tx testTx) { tx.Put("kind", "key", huge) }); err == nil || s.Writable() {
		t.Errorf("error %v, size %d", err, s.Size())
	}
	update(t, l, add(1, "b"))
	if s.Size() > 256<<10 || s.Size() == 0 {
		t.Errorf("size %d", s.Size())
	}
}

func TestADirectoryThatCannotBeMadeIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	_, err := Open(filepath.Join(file, "state"), quiet(Options{}))
	wantErr(t, err, syscall.ENOTDIR)
}

// As in a directory that was mounted again without the right to write.
func TestAGoodFileThatCannotBeWrittenIsShown(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	update(t, ledgerOf(t, s), add(1, "a"))
	shut(t, s)
	f := failAt{BeforeOpen, syscall.EROFS}
	s = open(t, dir, Options{Fail: f.fail})
	l := ledgerOf(t, s)
	if wantCalls(t, l, 1, "a"); s.Writable() || s.Origin() != Resumed || s.Size() == 0 {
		t.Errorf("writable %v, origin %v", s.Writable(), s.Origin())
	}
	wantErr(t, stage(l, add(1, "b")), syscall.EROFS)
	wantErr(t, s.Backup(), syscall.EROFS)
	wantCalls(t, l, 1, "a")
	f = failAt{}
	update(t, l, add(1, "b"))
	if wantCalls(t, l, 2, "b"); !s.Writable() {
		t.Error("not writable")
	}
}

func TestNothingToShowAndNoRightToWriteIsAnError(t *testing.T) {
	dir := t.TempDir()
	f := failAt{BeforeOpen, syscall.EROFS}
	_, err := Open(dir, quiet(Options{Fail: f.fail}))
	if wantErr(t, err, syscall.EROFS); err != nil && err.Error() != filepath.Join(dir, "state.db")+": read-only file system" {
		t.Errorf("error %q", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "state.id"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err = Open(dir, quiet(Options{}))
	wantErr(t, err, syscall.EISDIR)
	remove(t, filepath.Join(dir, "state.id"))
	shut(t, open(t, dir, Options{})) // no lock stays
}
