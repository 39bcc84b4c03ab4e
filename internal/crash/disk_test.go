package crash

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// writable is the gauge that says whether anything can be committed.
const writable = "contactcenter_exporter_state_writable{}"

// TestFullDisk lets events flow while nothing can be written, kills the program
// meanwhile, and expects that it continues showing what it had counted, and counts
// the rest once something can.
func TestFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a program for a while")
	}
	t.Parallel()
	for i, trouble := range []string{"full", "failing", "read-only"} {
		t.Run(trouble, func(t *testing.T) {
			long(t)
			t.Parallel()
			newExporter(t, newVendor(t), []string{"poll", "sse"}[i%2]).fillByFailpoint(t, trouble)
		})
	}
	t.Run("file system", func(t *testing.T) {
		t.Parallel()
		x := newExporter(t, newVendor(t), "sse")
		check(t, os.MkdirAll(x.dir, 0o700))
		if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", x.dir).CombinedOutput(); err != nil {
			t.Logf("no file system of our own: %v: %s", err, out)
			x.fillByFailpoint(t, "full")
			return
		}
		t.Cleanup(func() { _ = exec.Command("umount", "-l", x.dir).Run() })
		filler := filepath.Join(x.dir, "filler")
		testFullDisk(t, x, Plan{},
			func() { fill(t, filler) },
			func() { check(t, os.Remove(filler)) })
	})
}

// fillByFailpoint is testFullDisk without a disk.
func (x *exporter) fillByFailpoint(t *testing.T, trouble string) {
	disk := filepath.Join(t.TempDir(), "disk")
	testFullDisk(t, x, Plan{Disk: disk},
		func() { check(t, os.WriteFile(disk, []byte(trouble), 0o600)) },
		func() { check(t, os.Remove(disk)) })
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
	plan.TroubleHold, plan.BackupEvery = 10*time.Second, 5*time.Second
	x.start(t, program, plan)
	x.reaches(t, time.Unix(0, 0))
	x.burst(t, 3000)
	x.counts(t)
	fill()
	for range 4 {
		x.burst(t, 2000)
	}
	x.until(t, time.Minute, "saying that it can't write", func(h *history) bool { v, ok := h.gauge(writable); return ok && v == 0 })
	x.looks(t, 10)
	x.kill(t)
	x.start(t, program, plan)
	x.until(t, time.Minute, "saying that it can't write", func(h *history) bool { v, ok := h.gauge(writable); return ok && v == 0 })
	x.looks(t, 10)
	if n := x.seen.counter(agentEvents) + x.seen.counter(interactionEvents); n < 6000 || n >= 22000 {
		t.Errorf("%v events are counted on a full disk, want those from before", n)
	}

	free()
	check(t, v.Play(simulator.Scene{Scene: "frozen"}))
	x.until(t, 2*time.Minute, "counting again", func(h *history) bool { return len(difference(h, truth(v))) == 0 })
	x.until(t, time.Minute, "saying that it can write", func(h *history) bool { v, _ := h.gauge(writable); return v == 1 })
	x.sane(t)
}

// TestSlowDisk lets each commit take long while many events wait. What the program
// can't count yet stays with the vendor, and scrapes are answered; that none waits for a
// commit is shown by TestHungVendorsAndAStalledDiskHoldUpNoScrape, by one that never ends.
func TestSlowDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a program for a while")
	}
	t.Parallel()
	const stall = 700 * time.Millisecond
	x := newExporter(t, newVendor(t), "sse")
	disk := filepath.Join(t.TempDir(), "disk")
	x.start(t, programWithFailpoints(t), Plan{Disk: disk})
	x.reaches(t, time.Unix(0, 0))
	x.burst(t, 1000)
	x.counts(t)
	before, _ := x.seen.gauge(heap)
	check(t, os.WriteFile(disk, []byte(stall.String()), 0o600))
	for range 15 {
		x.burst(t, 2000)
		x.looks(t, 2)
	}
	x.until(t, time.Minute, "counting slowly", func(h *history) bool { return h.counter(agentEvents) >= 3000 && h.counter(interactionEvents) >= 3000 })
	x.looks(t, 10)
	if n := x.seen.counter(interactionEvents); n > 20_000 {
		t.Errorf("%v events are counted already: the disk isn't slow", n)
	}
	if now, _ := x.seen.gauge(heap); now > before+32<<20 {
		t.Errorf("the heap grew from %v to %v bytes while events waited", before, now)
	}
	check(t, os.Remove(disk))
	x.counts(t)
	x.stop(t, syscall.SIGTERM)
}

// TestEndsWhileTheDiskHangs asks a program to end while a commit hangs. It ends in
// time, and nothing that was shown is lost, nothing counted twice.
func TestEndsWhileTheDiskHangs(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a program for a while")
	}
	t.Parallel()
	x := newExporter(t, newVendor(t), "sse")
	disk := filepath.Join(t.TempDir(), "disk")
	x.start(t, programWithFailpoints(t), Plan{Disk: disk})
	x.reaches(t, time.Unix(0, 0))
	x.burst(t, 1000)
	x.counts(t)
	check(t, os.WriteFile(disk, []byte("1h"), 0o600))
	x.burst(t, 1000)
	x.looks(t, 10)
	x.signal(t, syscall.SIGTERM)
	if x.lives(time.Minute) {
		t.Fatal("the program doesn't end")
	}
	<-x.watched
	if code := x.process.ProcessState.ExitCode(); code != 1 || !strings.Contains(x.log.String(), slowEnd) {
		t.Errorf("ended with %d: %s", code, x.log.String())
	}
	check(t, os.Remove(disk))
	x.start(t, programWithFailpoints(t), Plan{})
	x.counts(t)
	x.stop(t, syscall.SIGTERM)
}

// heap is the gauge of the bytes that are in use.
const heap = "go_memstats_heap_inuse_bytes{}"
