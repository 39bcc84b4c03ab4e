package crash

import (
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// exporter is a place where the program is started again and again: a state
// directory, a configuration and an address.
type exporter struct {
	vendor  *vendor
	dir     string // the state's
	config  string
	mode    string // of the feed of interactions: poll or sse
	address string
	seen    *history

	lived   int // how often it was started
	process *exec.Cmd
	log     bytes.Buffer // of the current process
	ended   chan struct{}
	watched chan struct{}
}

// newExporter returns one that has never run.
func newExporter(t *testing.T, v *vendor, mode string) *exporter {
	t.Helper()
	dir := t.TempDir()
	x := &exporter{vendor: v, dir: filepath.Join(dir, "state"), config: v.config(t, dir, mode), mode: mode, address: freeAddress(t), seen: newHistory()}
	t.Cleanup(func() {
		if x.process != nil {
			x.kill(t)
		}
		if t.Failed() {
			t.Logf("the newest process said:\n%s", x.log.String())
		}
	})
	return x
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l := must[net.Listener](t)(net.Listen("tcp", "127.0.0.1:0"))
	defer l.Close()
	return l.Addr().String()
}

// start starts a program, and scrapes it all the time.
func (x *exporter) start(t *testing.T, program string, plan Plan, flags ...string) {
	t.Helper()
	x.lived++
	x.log.Reset()
	x.process = x.command(program, plan, flags...)
	x.process.Stdout, x.process.Stderr = &x.log, &x.log
	check(t, x.process.Start())
	process, ended, watched := x.process, make(chan struct{}), make(chan struct{})
	x.ended, x.watched = ended, watched
	go func() {
		defer close(ended)
		_ = process.Wait() // how it ended is in its state
	}()
	x.seen.forget()
	go func() {
		defer close(watched)
		x.seen.follow("http://"+x.address+"/metrics", ended)
	}()
}

func (x *exporter) command(program string, plan Plan, flags ...string) *exec.Cmd {
	flags = append(flags, "--config.file="+x.config, "--state.dir="+x.dir, "--web.listen-address="+x.address)
	cmd := exec.Command(program, flags...)
	cmd.Env = append(os.Environ(), Env+"="+plan.String())
	return cmd
}

// kill kills the process if it hasn't killed itself, and checks that it died of
// nothing else.
func (x *exporter) kill(t *testing.T) {
	t.Helper()
	x.signal(t, syscall.SIGKILL)
	<-x.ended
	<-x.watched
	status := x.process.ProcessState.Sys().(syscall.WaitStatus)
	x.process = nil
	// Asked to end before it listens to signals, it is ended by the system.
	if !status.Signaled() || status.Signal() != syscall.SIGKILL && status.Signal() != syscall.SIGTERM {
		t.Errorf("the program ended by itself, with status %d", status.ExitStatus())
	}
}

// signal sends a signal to a process that may have ended.
func (x *exporter) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := x.process.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Error(err)
	}
}

// slowEnd is what the program says where not everything ended in time, as on a machine
// that is busy. That it ends in time then is tested on a virtual clock.
const slowEnd = "not everything ended"

// stop asks the process to end, and checks that it does so without an error.
func (x *exporter) stop(t *testing.T, signals ...syscall.Signal) {
	t.Helper()
	for _, s := range signals {
		x.signal(t, s)
	}
	if x.lives(time.Minute) {
		t.Fatal("the program doesn't end")
	}
	<-x.watched
	if code := x.process.ProcessState.ExitCode(); code != 0 && !strings.Contains(x.log.String(), slowEnd) {
		t.Errorf("the program ended with %d", code)
	}
	x.process = nil
}

// lives waits for a time, or until the process has ended.
func (x *exporter) lives(d time.Duration) bool {
	select {
	case <-x.ended:
		return false
	case <-time.After(d):
		return true
	}
}

// until waits until something is true of what the exporter shows.
func (x *exporter) until(t *testing.T, patience time.Duration, what string, is func(*history) bool) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(scrapeEvery) {
		if is(x.seen) {
			return
		}
		if time.Now().After(end) || x.process == nil {
			t.Fatalf("after %s: not %s", patience, what)
		}
	}
}

// reaches waits until everything that happened before a time is counted, as long
// as there is progress. Nothing else happens at the vendor meanwhile.
func (x *exporter) reaches(t *testing.T, at time.Time) {
	t.Helper()
	want := truth(x.vendor)
	counted := func(h *history) bool {
		return !at.Before(x.vendor.now().Add(-time.Hour)) && len(difference(h, want)) == 0
	}
	const patience = time.Minute
	last, end := "", time.Now().Add(patience)
	for i := 1; ; i++ {
		if i%4 == 0 {
			x.vendor.wake(t)
		}
		stands, done := x.seen.stands(at, counted)
		if done {
			break
		}
		if stands != last {
			last, end = stands, time.Now().Add(patience)
		}
		if time.Now().After(end) {
			t.Fatalf("for %s it stands here, before %s:\n%s", patience, at, stands)
		}
		time.Sleep(scrapeEvery)
	}
	x.looks(t, 2) // where a feed stands may be shown a scrape before what it has counted
}

// looks waits until so many more scrapes have succeeded.
func (x *exporter) looks(t *testing.T, n int) {
	t.Helper()
	before, _ := x.seen.pages()
	x.until(t, time.Minute, "answering scrapes", func(h *history) bool {
		now, _ := h.pages()
		return now >= before+n
	})
}
