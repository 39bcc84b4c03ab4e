package crash

import (
	"syscall"
	"testing"
	"time"
)

// counting starts an exporter that has counted a burst of events of each feed and
// waits in its long polls for more.
func counting(t *testing.T, mode string) *exporter {
	t.Helper()
	if testing.Short() {
		t.Skip("runs a program for a while")
	}
	t.Parallel()
	x := newExporter(t, newVendor(t), mode)
	x.start(t, programWithFailpoints(t), Plan{})
	x.reaches(t, time.Unix(0, 0))
	x.burst(t, 1500)
	x.counts(t)
	return x
}

// burst is so many events of each feed at once.
func (x *exporter) burst(t *testing.T, n int) {
	t.Helper()
	x.vendor.burst(t, "agent_events", n)
	x.vendor.burst(t, "interaction_events", n)
}

// counts waits until all that has happened is counted, and counted once.
func (x *exporter) counts(t *testing.T) {
	t.Helper()
	defer func() {
		if diff := difference(x.seen, truth(x.vendor)); t.Failed() && len(diff) > 0 {
			t.Logf("%d differences from the truth, such as %s", len(diff), diff[0])
		}
	}()
	x.until(t, time.Minute, "counting", func(h *history) bool { return len(difference(h, truth(x.vendor))) == 0 })
	x.sane(t)
}

// sane checks that nothing was wrong with what was seen.
func (x *exporter) sane(t *testing.T) {
	t.Helper()
	for _, problem := range x.seen.problems() {
		t.Error(problem)
	}
}

// TestEndsAtOnceDuringALongPoll asks programs to end, once or again and again,
// while the vendor holds their requests, and expects that nothing is lost by it.
func TestEndsAtOnceDuringALongPoll(t *testing.T) {
	t.Parallel()
	for name, signals := range map[string][]syscall.Signal{
		"SIGTERM":         {syscall.SIGTERM},
		"SIGINT":          {syscall.SIGINT},
		"SIGTERM, twice":  {syscall.SIGTERM, syscall.SIGTERM},
		"SIGHUP, SIGTERM": {syscall.SIGHUP, syscall.SIGTERM},
	} {
		t.Run(name, func(t *testing.T) {
			if name != "SIGTERM" && name != "SIGTERM, twice" {
				long(t)
			}
			x := counting(t, "poll")
			x.burst(t, 700) // one of these pages may be under way
			x.stop(t, signals...)
			x.burst(t, 700)
			x.start(t, programWithFailpoints(t), Plan{})
			x.counts(t)
			x.stop(t, syscall.SIGTERM)
		})
	}
}

// TestManyReloads sends SIGHUP a hundred times while events flow. An account that
// doesn't change is neither logged in again nor counted again.
func TestManyReloads(t *testing.T) {
	x := counting(t, "sse")
	logins := func() (n int) {
		for _, k := range x.vendor.Requests().Counts["login"] {
			n += k
		}
		return n
	}
	before := logins()
	if before == 0 {
		t.Fatal("no login: the test sees nothing")
	}
	for range 100 {
		x.signal(t, syscall.SIGHUP)
		x.burst(t, 20)
	}
	x.counts(t)
	if n := logins() - before; n > 0 {
		t.Errorf("%d logins", n)
	}
	x.stop(t, syscall.SIGTERM)
}
