package crash

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestStateLostAtRunTime takes the state file away from a running program. It
// knows all that was in it, and rewrites it.
func TestStateLostAtRunTime(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(path string) error{
		"deleted":   os.Remove,
		"truncated": func(path string) error { return os.Truncate(path, 8192) },
	} {
		t.Run(name, func(t *testing.T) {
			if name == "truncated" {
				long(t)
			}
			x := counting(t, "poll")
			check(t, lose(x.file()))
			x.burst(t, 1500)
			x.counts(t)
			x.kill(t)
			x.start(t, programWithFailpoints(t), Plan{})
			x.burst(t, 100)
			x.counts(t)
			x.stop(t, syscall.SIGTERM)
		})
	}
}

// file is the state's.
func (x *exporter) file() string { return filepath.Join(x.dir, "state.db") }

// backup waits for the first backup, which is made at some time after the start, and
// returns it.
func (x *exporter) backup(t *testing.T) (backup []byte) {
	t.Helper()
	x.until(t, time.Minute, "having a backup", func(*history) bool {
		var err error
		backup, err = os.ReadFile(x.file() + ".bak")
		return err == nil
	})
	return backup
}

// TestStateLostAtRest damages the state file while no program has it. The next
// one starts an epoch and counts a gap for each feed, once.
func TestStateLostAtRest(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(t *testing.T, x *exporter, backup []byte){
		"truncated": func(t *testing.T, x *exporter, _ []byte) { check(t, os.Truncate(x.file(), 8192)) },
		"deleted, its backup too": func(t *testing.T, x *exporter, _ []byte) {
			check(t, os.Remove(x.file()))
			check(t, os.Remove(x.file()+".bak"))
		},
		"put back from the backup": func(t *testing.T, x *exporter, backup []byte) {
			check(t, os.WriteFile(x.file(), backup, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "truncated" {
				long(t)
			}
			x := counting(t, "sse")
			backup := x.backup(t)
			x.burst(t, 100) // so that the backup is behind the file
			x.counts(t)
			x.stop(t, syscall.SIGTERM)
			lose(t, x, backup)
			x.seen = newHistory() // to fall to 0 is what an epoch is for
			for range 2 {
				x.start(t, programWithFailpoints(t), Plan{})
				x.reaches(t, time.Unix(0, 0))
				for _, gaps := range []string{agentGaps, interactionGaps} {
					if n := x.seen.counter(gaps); n != 1 {
						t.Errorf("%s is %v, want 1", gaps, n)
					}
				}
				x.sane(t)
				x.stop(t, syscall.SIGTERM)
			}
		})
	}
}
