package state

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// damages are what can become of a state file. The content is large enough for
// branch pages.
var damages = map[string]func(t *testing.T, path string){
	"zero length":   func(t *testing.T, path string) { truncate(t, path, 0) },
	"one byte":      func(t *testing.T, path string) { truncate(t, path, 1) },
	"one page":      func(t *testing.T, path string) { truncate(t, path, 4096) },
	"two pages":     func(t *testing.T, path string) { truncate(t, path, 8192) },
	"half":          func(t *testing.T, path string) { truncate(t, path, size(t, path)/2) },
	"last page off": func(t *testing.T, path string) { cutUsed(t, path) },
	"zeroed metas":  func(t *testing.T, path string) { overwrite(t, path, 0, make([]byte, 8192)) },
	"zeroed middle": func(t *testing.T, path string) {
		overwrite(t, path, size(t, path)/4, make([]byte, size(t, path)/2))
	},
	"garbage in the middle": func(t *testing.T, path string) {
		overwrite(t, path, size(t, path)/4, bytes.Repeat([]byte{0xa7, 0x13, 0xff, 0x01}, int(size(t, path)/8)))
	},
	"all but metas garbage": func(t *testing.T, path string) {
		overwrite(t, path, 8192, bytes.Repeat([]byte("garbage!"), int(size(t, path)-8192)/8))
	},
	"no list of free pages": zeroFreelists,
	"pages in a circle":     circle,
	"one bit of a value":    flipValue,
	"buckets renamed": func(t *testing.T, path string) {
		write(t, path, bytes.ReplaceAll(read(t, path), []byte(ledgersBucket), []byte("ladgers")))
	},
	"a ledger renamed": func(t *testing.T, path string) {
		write(t, path, bytes.ReplaceAll(read(t, path), []byte("acme/agent_events"), []byte("acme/egant_events")))
	},
	"the last of each leaf hidden": func(t *testing.T, path string) {
		raw := read(t, path)
		for page := 2 * os.Getpagesize(); page < len(raw); page += os.Getpagesize() {
			isRow := bytes.Contains(raw[page:page+os.Getpagesize()], []byte("filler"))
			if isRow && raw[page+8] == leafPage && raw[page+10] > 1 {
				raw[page+10]--
			}
		}
		write(t, path, raw)
	},
	"text": func(t *testing.T, path string) {
		write(t, path, []byte(strings.Repeat("this is not a database\n", 4000)))
	},
	"wrong magic": func(t *testing.T, path string) { edit(t, path, magicKey, []byte("something else")) },
	"no schema":   func(t *testing.T, path string) { edit(t, path, schemaKey, nil) },
	"no header":   func(t *testing.T, path string) { edit(t, path, headerKey, []byte("short")) },
	"another program's": func(t *testing.T, path string) {
		remove(t, path)
		editFile(t, path, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("other")); return err })
	},
	"a directory": func(t *testing.T, path string) {
		remove(t, path)
		if err := os.MkdirAll(filepath.Join(path, "content"), 0o700); err != nil {
			t.Fatal(err)
		}
	},
	"a device": func(t *testing.T, path string) {
		remove(t, path)
		if err := os.Symlink("/dev/zero", path); err != nil {
			t.Fatal(err)
		}
	},
}

// prepared makes a directory with a state and a backup that is one call behind.
func prepared(t *testing.T) (dir string, last *View) {
	dir = t.TempDir()
	s := open(t, dir, Options{})
	l := ledgerOf(t, s)
	update(t, l, func(tx testTx) {
		for i := range 2000 {
			tx.Add("filler "+strings.Repeat("x", i%40)+string(rune('a'+i%26))+time.Duration(i).String(), 1, start())
		}
		tx.Put("height", "agent", []byte("7"))
		add(10, "a")(tx)
	})
	if err := s.Backup(); err != nil {
		t.Fatal(err)
	}
	update(t, l, add(1, "b"))
	shut(t, s)
	return dir, l.newest()
}

func TestADamagedFileIsSetAsideAndTheBackupTaken(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			dir, last := prepared(t)
			damage(t, filepath.Join(dir, "state.db"))
			var log logged
			s := open(t, dir, Options{Log: log.add})
			if s.Origin() != Backup || s.epoch.number != 2 {
				t.Errorf("origin %v, epoch %d", s.Origin(), s.epoch.number)
			}
			if aside, _ := filepath.Glob(filepath.Join(dir, "state.db.corrupt-*")); len(aside) != 1 {
				t.Errorf("set aside: %v", aside)
			}
			if log.count("damaged file was renamed") != 1 || log.count("counters restart at 0") != 1 {
				t.Errorf("log: %v", log.messages)
			}
			l := ledgerOf(t, s)
			wantCalls(t, l, 0, "a")
			was, _ := last.Value("calls")
			if is, _ := l.newest().Value("calls"); !is.Since.After(was.Since) || is.Since.Before(s.epoch.start) {
				t.Errorf("starts at %v, was %v", is.Since, was.Since)
			}
			update(t, l, func(tx testTx) {
				if string(tx.Get("height", "agent")) != "7" {
					t.Error("record of the backup is missing")
				}
				add(1, "c")(tx)
			})
			shut(t, s)
			again := open(t, dir, Options{})
			if again.Origin() != Resumed || again.epoch != s.epoch {
				t.Errorf("then: origin %v, epoch %v", again.Origin(), again.epoch)
			}
			wantCalls(t, ledgerOf(t, again), 1, "c")
		})
	}
}

func TestWithoutAGoodBackupAllIsLostButTheKey(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			dir, _ := prepared(t)
			id, _, _ := readIdentity(dir)
			damage(t, filepath.Join(dir, "state.db"))
			damage(t, filepath.Join(dir, "state.db.bak"))
			s := open(t, dir, Options{})
			if s.Origin() != Lost || s.epoch.number != 2 || !bytes.Equal(s.Key(), id.Secret[:]) {
				t.Errorf("origin %v, epoch %d", s.Origin(), s.epoch.number)
			}
			update(t, ledgerOf(t, s), add(1, "c"))
			wantCalls(t, ledgerOf(t, s), 1, "c")
		})
	}
}

// bbolt panics over some of these files, and would keep them open.
func TestADamagedFileDoesNotStayOpen(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("needs /proc")
	}
	// The collector would close what was forgotten, sooner or later.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			dir, _ := prepared(t)
			damage(t, filepath.Join(dir, "state.db"))
			open(t, dir, Options{})
			fds, err := os.ReadDir("/proc/self/fd")
			if err != nil {
				t.Fatal(err)
			}
			for _, fd := range fds {
				to, _ := os.Readlink("/proc/self/fd/" + fd.Name())
				if strings.HasPrefix(to, dir) && strings.Contains(to, "corrupt") {
					t.Errorf("%s is open", to)
				}
			}
		})
	}
}

func TestAMissingFileIsNotAFirstStart(t *testing.T) {
	dir, _ := prepared(t)
	remove(t, filepath.Join(dir, "state.db"))
	s := open(t, dir, Options{})
	if s.Origin() != Backup {
		t.Errorf("with a backup: %v", s.Origin())
	}
	shut(t, s)
	remove(t, filepath.Join(dir, "state.db"))
	remove(t, filepath.Join(dir, "state.db.bak"))
	if s = open(t, dir, Options{}); s.Origin() != Lost || s.epoch.number != 3 {
		t.Errorf("without: %v, epoch %d", s.Origin(), s.epoch.number)
	}
}

// Its counters are lower than those that were shown, and events since are lost or
// counted again.
func TestAFileThatWasPutBackBeginsAnEpoch(t *testing.T) {
	for name, put := range map[string]func(t *testing.T, dir string){
		"the backup": func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "state.db"), read(t, filepath.Join(dir, "state.db.bak")))
		},
		"an older copy": func(t *testing.T, dir string) {
			s := open(t, dir, Options{})
			older := read(t, s.path())
			update(t, ledgerOf(t, s), add(1, "c"))
			shut(t, s)
			write(t, s.path(), older)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := prepared(t)
			put(t, dir)
			s := open(t, dir, Options{})
			if s.Origin() != Backup || s.epoch.number != 2 {
				t.Errorf("origin %v, epoch %d", s.Origin(), s.epoch.number)
			}
			wantCalls(t, ledgerOf(t, s), 0, ledgerOf(t, s).newest().cursor)
			shut(t, s)
			if s = open(t, dir, Options{}); s.Origin() != Resumed {
				t.Errorf("then %v", s.Origin())
			}
		})
	}
}

func TestALostIdentityIsMadeFromTheFile(t *testing.T) {
	for name, content := range map[string]string{"missing": "", "unreadable": "instance 12 epoch x", "cut": "instance 00\nepoch 1 1\nkey 00\n"} {
		t.Run(name, func(t *testing.T) {
			dir, last := prepared(t)
			id, _, _ := readIdentity(dir)
			if remove(t, identityPath(dir)); content != "" {
				write(t, identityPath(dir), []byte(content))
			}
			s := open(t, dir, Options{})
			if s.Origin() != Resumed {
				t.Errorf("origin %v", s.Origin())
			}
			sameView(t, ledgerOf(t, s).newest(), last)
			if again, ok, err := readIdentity(dir); again != id || !ok || err != nil {
				t.Errorf("identity %v, %v", ok, err)
			}
		})
	}
}

func TestTheFileOfAnotherDirectoryBeginsAnEpoch(t *testing.T) {
	dir, _ := prepared(t)
	other := t.TempDir()
	shut(t, open(t, other, Options{}))
	raw, err := os.ReadFile(filepath.Join(dir, "state.db"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(other, "state.db"), raw)
	s := open(t, other, Options{})
	if s.Origin() != Foreign {
		t.Errorf("origin %v", s.Origin())
	}
	wantCalls(t, ledgerOf(t, s), 0, "b")
	shut(t, s)
	if s = open(t, other, Options{}); s.Origin() != Resumed {
		t.Errorf("then %v", s.Origin())
	}
}

func TestANewerSchemaIsRefusedAndLeftAlone(t *testing.T) {
	dir, last := prepared(t)
	path := filepath.Join(dir, "state.db")
	edit(t, path, schemaKey, binary.AppendUvarint(nil, schema+1))
	before, _ := os.ReadFile(path)
	_, err := Open(dir, quiet(Options{}))
	wantErr(t, err, ErrSchema)
	if want := path + ": written by a newer version: schema 4, known up to 3"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
	edit(t, path, schemaKey, binary.AppendUvarint(nil, schema))
	sameView(t, ledgerOf(t, open(t, dir, Options{})).newest(), last)
}

func TestFilesSetAsideDoNotPileUp(t *testing.T) {
	dir := t.TempDir()
	now := start()
	for range 2 * maxQuarantined {
		write(t, filepath.Join(dir, "state.db"), []byte("text"))
		now = now.Add(time.Second)
		shut(t, open(t, dir, Options{Now: func() time.Time { return now }}))
	}
	aside, _ := filepath.Glob(filepath.Join(dir, "*.corrupt-*"))
	if len(aside) != maxQuarantined || !strings.HasSuffix(aside[0], "T120001.000000000Z") || !strings.HasSuffix(aside[maxQuarantined-1], "T120006.000000000Z") {
		t.Errorf("left: %v", aside)
	}
}
