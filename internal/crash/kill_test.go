package crash

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// The short form of the test, for go test ./...
const (
	shortKills  = 16
	shortEvents = 16_000
)

// lanes is how many exporters follow the vendor at once, each in its own state,
// if many kills are asked for, and shortLanes if not.
const (
	lanes      = 6
	shortLanes = 2
)

// number returns a number from the environment.
func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	return must[int](t)(strconv.Atoi(text))
}

// long skips what the short form leaves out.
func long(t *testing.T) {
	t.Helper()
	if number(t, "CRASH_KILLS", 0) == 0 {
		t.Skip("set CRASH_KILLS")
	}
}

// TestKilled kills exporters at random moments and at the worst ones, while
// events flow and connections break, and expects that every event is counted
// once by each of them, and that no scrape saw a counter fall.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("kills a program many times")
	}
	t.Parallel()
	kills := number(t, "CRASH_KILLS", 0)
	c := &campaign{programs: []string{programWithFailpoints(t)}}
	most := shortLanes
	if kills > 0 {
		c.programs, most = []string{program(t), programWithFailpoints(t)}, lanes
	} else {
		kills = shortKills
	}
	events := number(t, "CRASH_EVENTS", max(shortEvents, 1000*kills))
	v := newVendor(t)
	c.vendor = v
	for i := range most {
		c.exporters = append(c.exporters, newExporter(t, v, []string{"poll", "sse"}[i%2]))
	}
	first := c.begin(t)
	v.faults(t, `[
		{"endpoint": "agent_events", "kind": "repeat", "size": 700, "probability": 0.1},
		{"endpoint": "agent_events", "kind": "cut", "probability": 0.03},
		{"endpoint": "interaction_events", "kind": "cut", "probability": 0.03},
		{"endpoint": "interaction_events_sse", "kind": "stream_cut", "size": 40, "probability": 0.2}]`)
	c.run(t, kills, events)
	v.ClearFaults()
	c.settle(t)
	want := truth(v)
	t.Logf("%d kills, %d of them at failpoints; %.0f events for each of %d exporters", c.killed.Load(), c.chosen.Load(),
		want[agentEvents]+want[interactionEvents], most)
	for key, seconds := range stateSeconds(t, v, first) {
		want[key] = seconds
	}
	for _, wrong := range c.findings(t, want) {
		t.Error(wrong)
	}
	if path := os.Getenv(historyFile); path != "" {
		c.write(t, path, want)
	}
}

// campaign is what one test does to its exporters.
type campaign struct {
	vendor    *vendor
	programs  []string // one of them is started each time
	exporters []*exporter
	plans     []Plan // instead of any at random
	killed    atomic.Int64
	chosen    atomic.Int64 // kills at failpoints
}

// begin lets every exporter take its first token, and returns one that is as
// old. Nothing has happened by then.
func (c *campaign) begin(t *testing.T) (token string) {
	t.Helper()
	_, token = readFeed(t, c.vendor, "")
	for _, x := range c.exporters {
		x.start(t, c.programs[0], Plan{})
	}
	for _, x := range c.exporters {
		x.reaches(t, time.Unix(0, 0))
	}
	check(t, c.vendor.Play(simulator.Scene{Scene: "normal"}))
	return token
}

// run kills so many times while so many events flow.
func (c *campaign) run(t *testing.T, kills, events int) {
	t.Helper()
	var group sync.WaitGroup
	over := make(chan struct{})
	group.Go(func() { c.feed(t, kills, events, over) })
	var killers sync.WaitGroup
	for i, x := range c.exporters {
		killers.Go(func() {
			luck := rand.New(rand.NewPCG(1, uint64(i)))
			for c.killed.Load() < int64(kills) && !t.Failed() {
				c.life(t, x, luck)
			}
		})
	}
	killers.Wait()
	close(over)
	group.Wait()
}

// feed lets events happen as the kills go on, and all that are left when these
// are over.
func (c *campaign) feed(t *testing.T, kills, events int, over <-chan struct{}) {
	luck := rand.New(rand.NewPCG(2, 0))
	for done := 0; done < events; {
		select {
		case <-over:
			if t.Failed() {
				return
			}
		case <-time.After(20 * time.Millisecond):
		}
		n := min(1+luck.IntN(1500), events-done)
		if int64(done) > c.killed.Load()*int64(events)/int64(kills) {
			continue // ahead of the kills
		}
		c.vendor.burst(t, []string{"agent_events", "interaction_events"}[luck.IntN(2)], n)
		done += n
	}
}

// life ends a process and lets the next one live for a while, as long as it is
// left alone or up to a failpoint.
func (c *campaign) life(t *testing.T, x *exporter, luck *rand.Rand) {
	if x.process != nil {
		x.kill(t)
		c.killed.Add(1)
	}
	program := luck.IntN(len(c.programs))
	plan := c.plan(luck)
	x.start(t, c.programs[program], plan)
	most := 3 * time.Second
	if luck.IntN(3) == 0 {
		most = 300 * time.Millisecond // in the middle of the start
	}
	if plan.Point != "" && program == len(c.programs)-1 {
		if plan.Point == state.BeforeClose {
			x.lives(time.Duration(luck.Int64N(int64(time.Second))))
			x.signal(t, syscall.SIGTERM)
		}
		if !x.lives(5 * time.Second) {
			c.chosen.Add(1)
		}
		return
	}
	x.lives(time.Duration(luck.Int64N(int64(most))))
}

// plan returns where a process is to be killed, if it gets there.
func (c *campaign) plan(luck *rand.Rand) Plan {
	if len(c.plans) > 0 {
		return c.plans[luck.IntN(len(c.plans))]
	}
	if luck.IntN(4) == 0 {
		return Plan{BackupEvery: 300 * time.Millisecond} // at any moment
	}
	points := []string{
		state.BeforeOpen, state.BeforeCommit, state.InCommit, state.AfterCommit, state.BeforePublish, state.AfterPublish,
		state.BeforeBackup, state.BeforeClose,
	}
	p := Plan{Point: points[luck.IntN(len(points))], Call: 1 + luck.IntN(12), BackupEvery: 300 * time.Millisecond}
	switch p.Point {
	case state.BeforeOpen, state.BeforeClose:
		p.Call = 1
	case state.BeforeBackup:
		p.Call = 1 + luck.IntN(3)
	}
	if luck.IntN(2) == 0 {
		p.Pause = 4 * scrapeEvery
	}
	return p
}

// settle kills everybody once more, and waits until nothing is left to count.
func (c *campaign) settle(t *testing.T) {
	t.Helper()
	c.vendor.pass(t, 2*time.Minute)
	end := c.vendor.now().Add(-time.Minute)
	for _, x := range c.exporters {
		if x.process != nil {
			x.kill(t)
		}
		x.start(t, c.programs[0], Plan{})
	}
	for _, x := range c.exporters {
		x.reaches(t, end)
	}
}

// findings says what was wrong with what was seen of the exporters.
func (c *campaign) findings(t *testing.T, want map[string]float64) (out []string) {
	t.Helper()
	for i, x := range c.exporters {
		pages, slowest := x.seen.pages()
		t.Logf("exporter %d: %d lives, %d scrapes, the slowest took %s", i, x.lived, pages, slowest.Round(time.Millisecond))
		for _, problem := range append(x.seen.problems(), difference(x.seen, want)...) {
			out = append(out, fmt.Sprintf("exporter %d: %s", i, problem))
		}
	}
	return out
}
