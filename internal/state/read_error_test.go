package state

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
)

// A file that cannot be read now is not damaged: the start fails, and the files stay
// as they are until they can be read.
func TestAReadErrorAtTheStartChangesNoFile(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"the state": func(t *testing.T, dir string) { unreadable(t, filepath.Join(dir, "state.db")) },
		"the backup of a state that is missing": func(t *testing.T, dir string) {
			remove(t, filepath.Join(dir, "state.db"))
			unreadable(t, filepath.Join(dir, "state.db.bak"))
		},
		"both": func(t *testing.T, dir string) {
			unreadable(t, filepath.Join(dir, "state.db"))
			unreadable(t, filepath.Join(dir, "state.db.bak"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS != "linux" {
				t.Skip("no file that fails with EIO")
			}
			dir, _ := prepared(t)
			spoil(t, dir)
			before := namesIn(t, dir)
			_, err := Open(dir, quiet(Options{}))
			wantErr(t, err, syscall.EIO)
			if after := namesIn(t, dir); !slices.Equal(before, after) {
				t.Errorf("the directory has %v, before %v", after, before)
			}
		})
	}
}

// unreadable replaces the file at path by one whose first bytes cannot be read: reading
// address 0 of a process is an I/O error.
func unreadable(t *testing.T, path string) {
	t.Helper()
	remove(t, path)
	if err := os.Symlink("/proc/self/mem", path); err != nil {
		t.Fatal(err)
	}
}

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, e := range entries {
		names[e.Name()] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// The same for errors that bbolt meets in the middle of a file, for which it has the
// same error as for a damaged one, and what else the system may answer.
func TestAFileThatLooksDamagedForAReadErrorIsKept(t *testing.T) {
	for _, cause := range []error{syscall.EIO, syscall.ESTALE, syscall.EACCES, syscall.EMFILE, syscall.ENOMEM} {
		t.Run(cause.Error(), func(t *testing.T) {
			dir, _ := prepared(t)
			path := filepath.Join(dir, "state.db")
			flipValue(t, path)
			before := namesIn(t, dir)
			f := failAt{InRead, cause}
			_, err := Open(dir, quiet(Options{Fail: f.fail}))
			wantErr(t, err, cause)
			if after := namesIn(t, dir); !slices.Equal(before, after) {
				t.Errorf("the directory has %v, before %v", after, before)
			}
			if s := open(t, dir, Options{}); s.Origin() != Backup {
				t.Errorf("then origin %v", s.Origin())
			}
		})
	}
}

// While the process runs its memory is the truth: a file that can no longer be read is
// replaced.
func TestAFileThatCannotBeReadAtRunTimeIsReplaced(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no file that fails with EIO")
	}
	dir := t.TempDir()
	s := open(t, dir, Options{})
	l := ledgerOf(t, s)
	update(t, l, add(1, "a"))
	unreadable(t, filepath.Join(dir, "state.db"))
	update(t, l, add(1, "b"))
	shut(t, s)
	wantCalls(t, ledgerOf(t, open(t, dir, Options{})), 2, "b")
}
