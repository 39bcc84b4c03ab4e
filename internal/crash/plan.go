package crash

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// Env is the environment variable in which a build with the tag failpoints finds
// its Plan.
const Env = "CONTACTCENTER_FAILPOINT"

// Plan says what is to happen to a process at the failpoints of its state. The
// zero value is that nothing does.
type Plan struct {
	// Point is one of the points of package state at which the process kills
	// itself, "" for none of them, and Call at which of its calls, from 1 on.
	Point string
	Call  int
	// Stop is a file. While it exists the process stops itself at Point, as SIGSTOP does;
	// the file is removed.
	Stop string
	// Hold is a file. While it exists what arrives at Point waits there, and makes
	// a file of that name and ".reached"; all else in the process goes on.
	Hold string
	// Pause is how long it stands still there before, so that a scrape can look.
	Pause time.Duration
	// Disk is a file. While it exists the disk is as the word in it says: "full",
	// "read-only", "failing" (a sync fails, after what was written got there), or
	// a duration, which each commit takes.
	Disk string
	// BackupEvery is that of state.Options.
	BackupEvery time.Duration
	// TroubleHold is that of state.Options.
	TroubleHold time.Duration
}

// String returns the form that Parse reads.
func (p Plan) String() string {
	// There is nothing in a Plan that JSON can't hold.
	b, _ := json.Marshal(p)
	return string(b)
}

// Parse reads a Plan; "" is the zero value. It refuses what it doesn't know.
func Parse(text string) (Plan, error) {
	var p Plan
	if text == "" {
		return p, nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return Plan{}, fmt.Errorf("failpoint: %w", err)
	}
	return p, nil
}

// Options returns the options of a state with which the plan comes true.
func (p Plan) Options() state.Options {
	var mu sync.Mutex
	calls := 0
	return state.Options{
		BackupEvery: p.BackupEvery,
		TroubleHold: p.TroubleHold,
		Fail: func(point string) error {
			mu.Lock()
			defer mu.Unlock()
			if point == p.Point {
				p.wait()
				if calls++; calls == p.Call {
					time.Sleep(p.Pause)
					kill()
				}
			}
			return p.disk(point)
		},
	}
}

// wait does what Stop and Hold say.
func (p Plan) wait() {
	if p.Stop != "" && os.Remove(p.Stop) == nil {
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		time.Sleep(100 * time.Millisecond) // the signal may take a moment
	}
	for p.Hold != "" {
		if _, err := os.Stat(p.Hold); err != nil {
			return
		}
		_ = os.WriteFile(p.Hold+".reached", nil, 0o600)
		time.Sleep(5 * time.Millisecond)
	}
}

// disk is what the disk does at a point.
func (p Plan) disk(point string) error {
	if p.Disk == "" || point != state.InCommit && point != state.AfterCommit && point != state.BeforeOpen {
		return nil
	}
	word, err := os.ReadFile(p.Disk)
	if err != nil {
		return nil
	}
	switch trouble := string(word); {
	case trouble == "full" && point == state.InCommit:
		return syscall.ENOSPC
	case trouble == "read-only" && point != state.AfterCommit:
		return syscall.EROFS
	case trouble == "failing" && point == state.AfterCommit:
		return syscall.EIO
	case point == state.InCommit:
		d, _ := time.ParseDuration(trouble)
		time.Sleep(d)
	}
	return nil
}

// kill ends the process as SIGKILL does, at once.
func kill() {
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		os.Exit(137)
	}
	select {} // the signal may take a moment
}
