package promises

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/command"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// What a Prometheus scrapes on a day, and a week later on the day on which a user's first exporter starts, with the files of
// a back-fill on that day, goes into week/ in $STEADY_PAGES, for the rules' tests in e2e/. On the later day three of the four
// groups leave at half past ten, while a shift begins, and are back two hours later. The days around the earlier one are days
// off, so that no other day can take its place. No agent has a free slot: whether one has is not among the changes of which a
// back-fill is made.
func TestPagesOfAWeek(t *testing.T) {
	dir := os.Getenv("STEADY_PAGES")
	if dir == "" {
		t.Skip("e2e/run.sh says where pages go by STEADY_PAGES")
	}
	t.Parallel()
	dir = filepath.Join(dir, "week")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	states := [2]string{t.TempDir(), t.TempDir()}
	synctest.Test(t, func(t *testing.T) { recordWeek(t, dir, states) })
}

func recordWeek(t *testing.T, dir string, states [2]string) {
	const before, after, day = 4 * time.Hour, 2 * time.Hour, 24 * time.Hour // the rules look back by 167 to 170 hours
	time.Sleep(3*day + 5*time.Hour - before)
	r := &recording{sim: simulator.New(simulator.Options{Seed: 23, Agents: 240})}
	r.exporter = &exporter{t: t, log: &lines{}, wire: hosts{shopHost: fullSlots(r.sim)}, own: r.process(), dir: states[0]}
	r.file = accounts(shop("shop", shopHost, r.sim, "identity: none", "sources: {agent_status: {interval: 1m}, status_changes: {interval: 5m}}"))
	t.Cleanup(func() { r.stop() })
	scrapes := func(name string, do func()) {
		packed(t, filepath.Join(dir, name), func(w io.Writer) {
			r.out = json.NewEncoder(w)
			r.boot()
			do()
			r.stop()
		})
	}
	leave(t, r.sim, "")
	time.Sleep(day - time.Hour)
	play(t, r.sim, "normal")
	time.Sleep(time.Hour) // a Wednesday begins in New York when before has passed
	scrapes("last-week", func() { r.scrapeFor(before + day + after) })
	leave(t, r.sim, "")
	time.Sleep(day)
	play(t, r.sim, "normal")
	time.Sleep(5*day - after - time.Hour)
	scrapes("eve", func() { r.scrapeFor(time.Hour) })
	r.dir = states[1] // another exporter, the user's first
	scrapes("first-day", func() {
		r.scrapeFor(10*time.Hour + 30*time.Minute)
		r.trouble.Store(true)
		leave(t, r.sim, "Main Group", "Team B1", "Team C1")
		r.scrapeFor(2 * time.Hour)
		r.trouble.Store(false)
		play(t, r.sim, "normal")
		r.scrapeFor(11*time.Hour + 30*time.Minute)
	})
	r.backfill(command.BackfillOptions{
		Account: "shop", Source: "status_changes", From: "10d", To: "live", Step: 15 * time.Minute, By: "group",
		Output: "openmetrics:" + dir, Labels: []string{"job=contactcenter", "instance=exporter:9925"},
	})
}

// leave has groups log out and stay away, or all with the name "".
func leave(t *testing.T, s *simulator.Simulator, groups ...string) {
	t.Helper()
	for _, group := range groups {
		if err := s.Play(simulator.Scene{Scene: "everybody_leaves", Group: group}); err != nil {
			t.Fatal(err)
		}
	}
}
