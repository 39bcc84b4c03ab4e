package crash

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
)

// scene is a moment at which an order of steps shows, with nothing else going on that
// would repair what was done. Its steps wait for each other, not for a time.
type scene func(t *testing.T, c *cluster)

// stoppedBeforeCommit: the owner stands still before a commit, another one goes on.
func stoppedBeforeCommit(t *testing.T, c *cluster) {
	i := c.settled(t)
	check(t, os.WriteFile(c.stopFile(i), nil, 0o600))
	c.burst(t, 30)
	c.awaitStopped(t, i)
	c.overtake(t, i)
}

// stoppedInCommit: the owner stands still after a COMMIT whose answer is lost.
func stoppedInCommit(t *testing.T, c *cluster) {
	i := c.settled(t)
	met := c.atCommit(i, 1, pgtest.AnswerLost, func() {
		c.replicas[i].signal(t, syscall.SIGSTOP)
		c.awaitStopped(t, i)
	})
	c.burst(t, 30)
	within(met)
	c.overtake(t, i)
}

// answerLost: the answer of a COMMIT is lost, and nothing else is wrong. On a busy machine
// something else may be, once or twice.
func answerLost(t *testing.T, c *cluster) {
	const failures = "contactcenter_source_fetch_errors_total{"
	for range 3 {
		i := c.settled(t)
		before := c.seen.sum(failures)
		met := c.atCommit(i, 1, pgtest.AnswerLost, func() {})
		c.burst(t, 20)
		within(met)
		c.counted(t, "after a lost answer")
		c.looks(2)
		if c.seen.sum(failures) <= before {
			return
		}
	}
	c.seen.complain("a COMMIT that was kept is taken for an error")
}

// commitsLost: no COMMIT of the owner reaches the database, and it dies.
func commitsLost(t *testing.T, c *cluster) {
	i := c.settled(t)
	met := c.atCommit(i, 1<<30, pgtest.CommitLost, func() {})
	c.burst(t, 20)
	within(met)
	c.looks(5)
	c.replace(t, i, func() { c.proxies[i].OnCommit(nil) })
	c.counted(t, "after lost COMMITs")
}

// commitHeld: the owner dies before a commit, long enough for scrapes to look.
func commitHeld(t *testing.T, c *cluster) {
	i := c.settled(t)
	reached := c.holdFile(i) + ".reached"
	check(t, os.WriteFile(c.holdFile(i), nil, 0o600))
	c.burst(t, 20)
	c.eventually(func() bool { _, err := os.Stat(reached); return err == nil })
	c.looks(5)
	c.replace(t, i, func() { _, _ = os.Remove(c.holdFile(i)), os.Remove(reached) })
	c.counted(t, "after a commit that was held")
}

// connectionsHeld: nothing of the owner reaches the database, and it dies.
func connectionsHeld(t *testing.T, c *cluster) {
	i := c.settled(t)
	c.proxies[i].Hold()
	c.burst(t, 20)
	time.Sleep(leaseTTL / 2)
	c.replace(t, i, func() {
		c.proxies[i].Cut()
		c.proxies[i].Pass()
	})
	c.counted(t, "after held connections")
}

func anyone(int) bool { return true }

// begin waits until events are counted: those before the first answer are not.
func (c *cluster) begin(t *testing.T) {
	t.Helper()
	c.byHand.Store(true)
	c.settled(t)
	c.eventually(func() bool {
		_, began := c.seen.gauge("contactcenter_feed_cursor_timestamp_seconds{source=agent_events}")
		return began
	})
	c.burst(t, 50)
	c.counted(t, "at first")
}

// settled waits until the account is owned by the replica of its highest rendezvous hash,
// and returns that: it keeps the account while it lives.
func (c *cluster) settled(t *testing.T) int {
	t.Helper()
	rank := func(i int) string { sum := sha256.Sum256(fmt.Appendf(nil, "dialer\x00r%d", i)); return string(sum[:8]) }
	return c.awaitOwner(t, func(o int) bool { return rank(o) >= rank(1-o) })
}

// eventually waits until something holds, for half a minute: it may never do with a
// program that is wrong.
func (c *cluster) eventually(holds func() bool) {
	for end := time.Now().Add(30 * time.Second); !holds() && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
}

func (c *cluster) burst(t *testing.T, n int) {
	t.Helper()
	c.vendor.burst(t, "agent_events", n)
	c.vendor.wake(t)
}

// counted waits until all that happened is shown and the vendor is asked again, unless
// something was wrong by then.
func (c *cluster) counted(t *testing.T, when string) {
	t.Helper()
	want := truth(c.vendor)[agentEvents]
	c.eventually(func() bool {
		c.vendor.wake(t)
		time.Sleep(50 * time.Millisecond)
		up, _ := c.seen.gauge("contactcenter_source_up{source=agent_events}")
		return c.seen.counter(agentEvents) >= want && up == 1 || len(c.seen.problems()) > 0
	})
	if got := c.seen.counter(agentEvents); got > want {
		c.seen.complain(fmt.Sprintf("%v events are counted, and %v happened", got, want))
	}
	t.Logf("%s: %v of %v events", when, c.seen.counter(agentEvents), want)
}

// looks waits for n more scrapes that are answered.
func (c *cluster) looks(n int) {
	before, _ := c.seen.pages()
	c.eventually(func() bool { now, _ := c.seen.pages(); return now >= before+n })
}

func (c *cluster) awaitStopped(t *testing.T, i int) {
	t.Helper()
	c.eventually(func() bool { return statusOf(int(c.pids[i].Load())) == 'T' })
}

// unfed lets the next owner be looked at before the vendor answers it: what it shows
// then is what was stored.
func (c *cluster) unfed(t *testing.T, next func()) {
	t.Helper()
	c.vendor.faults(t, `[{"endpoint": "agent_events", "kind": "cut", "probability": 1},
		{"endpoint": "interaction_events", "kind": "cut", "probability": 1}]`)
	next()
	c.looks(4)
	c.vendor.ClearFaults()
}

// overtake lets another replica go on for one that stands still, and end as soon as that
// one wakes up.
func (c *cluster) overtake(t *testing.T, i int) {
	t.Helper()
	j := c.awaitOwner(t, func(o int) bool { return o != i })
	c.burst(t, 40)
	c.counted(t, "after a take-over")
	c.unfed(t, func() {
		c.replicas[j].kill(t)
		c.replicas[i].signal(t, syscall.SIGCONT)
		c.awaitOwner(t, func(o int) bool { return o == i })
	})
	c.start(t, j)
	c.counted(t, "after the former owner woke up")
}

// replace kills an owner, and looks at what another one shows of what was stored. The
// killed one starts again after.
func (c *cluster) replace(t *testing.T, i int, after func()) {
	t.Helper()
	c.unfed(t, func() {
		c.replicas[i].kill(t)
		after()
		c.awaitOwner(t, anyone)
	})
	c.start(t, i)
}

// sum returns the newest values of the series whose names begin so.
func (h *history) sum(prefix string) (sum float64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for key, s := range h.series {
		if strings.HasPrefix(key, prefix) {
			sum += s.value
		}
	}
	return sum
}

// TestReplicasAtTheWorstMoments is TestReplicas at moments that chance seldom meets.
func TestReplicasAtTheWorstMoments(t *testing.T) {
	if testing.Short() || number(t, "REPLICA_KILLS", 0) == 0 {
		t.Skip("kills programs: set REPLICA_KILLS")
	}
	pgtest.Bin(t)
	t.Parallel()
	c := newCluster(t, programWithFailpoints(t), "poll")
	c.followOneFeed(t)
	for _, wrong := range c.run(t, func(t *testing.T) {
		c.begin(t)
		for i, play := range []scene{stoppedBeforeCommit, stoppedInCommit, answerLost, commitsLost, commitHeld, connectionsHeld} {
			play(t, c)
			for _, wrong := range c.problems() {
				t.Fatalf("scene %d: %s", i, wrong)
			}
		}
	}) {
		t.Error(wrong)
	}
}
