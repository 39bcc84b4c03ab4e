package crash

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
)

const journalFile = "internal/replica/journal.go"

// replicaMutations are programs that are wrong where several replicas share an account.
func replicaMutations() []mutation {
	unfenced := edit{
		journalFile, "\treturn set + `owner = $2 and epoch = $3 and seq = $4 - 1`",
		"\treturn `update contactcenter_account set seq = $4, header = $5 where name = $1 and $2 <> $7 and $3 >= 0 and $6 >= 0`",
	}
	return []mutation{
		{name: "none"},
		{name: "fence left out", wrong: true, edits: []edit{unfenced}},
		{name: "look before the commit only", wrong: true, edits: []edit{
			unfenced,
			{
				"internal/state/copy.go", "\tif err := s.opts.Fail(InCommit); err != nil {",
				"\tif err := s.opts.Copy.(interface{ Look() error }).Look(); err != nil {\n\t\treturn err\n\t}\n\tif err := s.opts.Fail(InCommit); err != nil {",
			},
			{
				journalFile, "// fenceSQL is", `// Look looks whether the account is owned.
func (j *journal) Look() error {
	if owned, _, err := j.position(); err != nil || !owned {
		return state.ErrFenced
	}
	return nil
}

// fenceSQL is`,
			},
		}},
		{name: "a COMMIT without an answer is taken for kept", wrong: true, edits: []edit{
			{journalFile, "return j.resolve(seq, err)", "return nil"},
		}},
		{name: "shown before committed", wrong: true, edits: mutations()[4].edits},
	}
}

// worst are the moments at which an order of steps shows: one after the other, with
// nothing else going on that would repair what was done.
func (c *cluster) worst(t *testing.T) {
	anyone := func(int) bool { return true }
	burst := func(n int) {
		c.vendor.burst(t, "agent_events", n)
		c.vendor.wake(t)
	}
	counted := func(what string) {
		t.Helper()
		want := truth(c.vendor)
		for end := time.Now().Add(20 * time.Second); c.seen.counter(agentEvents) < want[agentEvents] && time.Now().Before(end); {
			c.vendor.wake(t)
			time.Sleep(100 * time.Millisecond)
		}
		t.Logf("%s: %v of %v events", what, c.seen.counter(agentEvents), want[agentEvents])
	}
	// unfed lets the next owner be looked at before it has asked the vendor: what it
	// shows then is what was stored.
	unfed := func(do func()) {
		c.vendor.faults(t, `[{"endpoint": "agent_events", "kind": "cut", "probability": 1}]`)
		do()
		c.awaitOwner(t, anyone)
		before, _ := c.seen.pages()
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			if now, _ := c.seen.pages(); now > before+4 {
				break
			}
		}
		c.vendor.ClearFaults()
	}
	c.byHand.Store(true)
	c.awaitOwner(t, anyone)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, began := c.seen.gauge("contactcenter_feed_cursor_timestamp_seconds{source=agent_events}"); began {
			break // events before its first answer are not counted
		}
	}
	burst(50)
	counted("at first")

	// The owner stands still right before a commit, another one goes on, and dies as soon
	// as the former owner has woken up.
	i := c.awaitOwner(t, anyone)
	check(t, os.WriteFile(c.stopFile(i), nil, 0o600))
	burst(30)
	for end := time.Now().Add(10 * time.Second); !stopped(int(c.pids[i].Load())) && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	j := c.awaitOwner(t, func(o int) bool { return o != i })
	burst(40)
	counted("after a take-over")
	c.replicas[j].signal(t, syscall.SIGSTOP) // it must not repair what the other one does
	_ = syscall.Kill(int(c.pids[i].Load()), syscall.SIGCONT)
	time.Sleep(leaseTTL * 2 / 3)
	unfed(func() {
		c.replicas[j].kill(t)
		c.start(t, j)
	})
	burst(10)
	counted("after the former owner woke up")

	// A COMMIT is lost on the way, and the owner dies.
	i = c.awaitOwner(t, anyone)
	c.proxies[i].Swallow(true)
	burst(20)
	for end := time.Now().Add(10 * time.Second); !c.proxies[i].Swallowed() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	c.proxies[i].Hold() // no later commit repairs it
	time.Sleep(leaseTTL / 2)
	unfed(func() {
		c.replicas[i].kill(t)
		c.proxies[i].Cut()
		c.proxies[i].Pass()
		c.start(t, i)
	})
	counted("after a lost COMMIT")

	// Nothing reaches the database, and the owner dies.
	i = c.awaitOwner(t, anyone)
	c.proxies[i].Hold()
	burst(20)
	time.Sleep(leaseTTL / 2)
	unfed(func() {
		c.replicas[i].kill(t)
		c.proxies[i].Cut()
		c.proxies[i].Pass()
		c.start(t, i)
	})
	counted("after held connections")
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
	for _, wrong := range c.run(t, c.worst) {
		t.Error(wrong)
	}
}

// TestReplicaMutants looks for what is wrong by what TestReplicasAtTheWorstMoments checks.
// A single run meets the moment of a mutant only mostly, above all on a busy machine: it is
// run by hand.
func TestReplicaMutants(t *testing.T) {
	if testing.Short() || number(t, "REPLICA_MUTANTS", 0) == 0 {
		t.Skip("builds the program many times: set REPLICA_MUTANTS")
	}
	pgtest.Bin(t)
	for _, m := range replicaMutations() {
		t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, mutant(t, "mutant", m.edits...), "poll")
			c.followOneFeed(t)
			findings := c.run(t, c.worst)
			t.Logf("%d findings: %q", len(findings), findings[:min(len(findings), 3)])
			if m.wrong != (len(findings) > 0) {
				t.Errorf("%d findings: %q", len(findings), findings)
			}
		})
	}
}
