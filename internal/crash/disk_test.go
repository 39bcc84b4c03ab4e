package crash

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// writable is the gauge that says whether anything can be committed.
const writable = "contactcenter_exporter_state_writable{}"

// TestFullDisk lets events flow while nothing can be written, kills the program
// meanwhile, and expects that it goes on showing what it had counted, and counts
// the rest once there is room again.
func TestFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a program for a while")
	}
	t.Parallel()
	t.Run("failpoint", func(t *testing.T) {
		t.Parallel()
		x := newExporter(t, newVendor(t), "poll")
		full := filepath.Join(t.TempDir(), "full")
		testFullDisk(t, x, Plan{Full: full},
			func() { check(t, os.WriteFile(full, nil, 0o600)) },
			func() { check(t, os.Remove(full)) })
	})
	t.Run("file system", func(t *testing.T) {
		t.Parallel()
		x := newExporter(t, newVendor(t), "sse")
		check(t, os.MkdirAll(x.dir, 0o700))
		if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", x.dir).CombinedOutput(); err != nil {
			t.Skipf("no file system of our own: %v: %s", err, out)
		}
		t.Cleanup(func() { _ = exec.Command("umount", "-l", x.dir).Run() })
		filler := filepath.Join(x.dir, "filler")
		testFullDisk(t, x, Plan{},
			func() { fill(t, filler) },
			func() { check(t, os.Remove(filler)) })
	})
}

// fill writes a file until there is no room left.
func fill(t *testing.T, path string) {
	f := must[*os.File](t)(os.Create(path))
	defer f.Close()
	for {
		if _, err := f.Write(make([]byte, 4096)); errors.Is(err, syscall.ENOSPC) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func testFullDisk(t *testing.T, x *exporter, plan Plan, fill, free func()) {
	program, v := programWithFailpoints(t), x.vendor
	x.start(t, program, plan)
	x.reaches(t, time.Unix(0, 0))
	burst := func(n int) {
		v.burst(t, "agent_events", n)
		v.burst(t, "interaction_events", n)
	}
	burst(3000)
	x.until(t, time.Minute, "counting", func(h *history) bool { return len(difference(h, truth(v))) == 0 })

	fill()
	for range 10 {
		burst(2000)
	}
	x.until(t, time.Minute, "saying that it can't write", func(h *history) bool { v, ok := h.gauge(writable); return ok && v == 0 })
	x.looks(t, 20)
	x.kill(t)
	x.start(t, program, plan)
	x.until(t, time.Minute, "saying that it can't write", func(h *history) bool { v, ok := h.gauge(writable); return ok && v == 0 })
	x.looks(t, 20)
	if n := x.seen.counter(agentEvents) + x.seen.counter(interactionEvents); n < 6000 || n >= 46000 {
		t.Errorf("%v events are counted on a full disk, want those from before", n)
	}

	free()
	check(t, v.Play(simulator.Scene{Scene: "frozen"}))
	x.until(t, 2*time.Minute, "counting again", func(h *history) bool { return len(difference(h, truth(v))) == 0 })
	x.until(t, time.Minute, "saying that it can write", func(h *history) bool { v, _ := h.gauge(writable); return v == 1 })
	for _, problem := range x.seen.problems() {
		t.Error(problem)
	}
}
