package crash

import (
	"math/rand/v2"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
)

// fault is something that goes wrong with the owner.
type fault struct {
	name string
	do   func(t *testing.T, c *cluster, i int, luck *rand.Rand)
}

func faults() []fault {
	return []fault{
		{"killed", func(t *testing.T, c *cluster, i int, luck *rand.Rand) {
			c.replicas[i].kill(t)
			time.Sleep(time.Duration(luck.Int64N(int64(leaseTTL))))
			c.start(t, i)
		}},
		{"asked to end", func(t *testing.T, c *cluster, i int, _ *rand.Rand) {
			begin := time.Now()
			c.replicas[i].stop(t, syscall.SIGTERM)
			c.awaitOwner(t, func(o int) bool { return o != i })
			t.Logf("handed over %s after SIGTERM", time.Since(begin).Round(time.Millisecond))
			c.start(t, i)
		}},
		{"stopped for longer than its lease", func(t *testing.T, c *cluster, i int, _ *rand.Rand) {
			c.replicas[i].signal(t, syscall.SIGSTOP)
			time.Sleep(leaseTTL + time.Second)
		}},
		{"stopped right before a commit for longer than its lease", func(t *testing.T, c *cluster, i int, _ *rand.Rand) {
			check(t, os.WriteFile(c.stopFile(i), nil, 0o600))
			time.Sleep(leaseTTL + time.Second)
			_ = os.Remove(c.stopFile(i))
		}},
		{"connections held", func(_ *testing.T, c *cluster, i int, _ *rand.Rand) {
			c.proxies[i].Hold()
			time.Sleep(leaseTTL + 500*time.Millisecond)
			c.proxies[i].Pass()
		}},
		{"answers of COMMIT lost", func(_ *testing.T, c *cluster, i int, _ *rand.Rand) {
			within(c.atCommit(i, 3, pgtest.AnswerLost, func() {}))
		}},
		{"a COMMIT lost, and killed", func(t *testing.T, c *cluster, i int, luck *rand.Rand) {
			within(c.atCommit(i, 1, []pgtest.Fate{pgtest.AnswerLost, pgtest.CommitLost, pgtest.CommitLost}[luck.IntN(3)], func() {}))
			time.Sleep(time.Duration(luck.Int64N(int64(60 * time.Millisecond))))
			c.replicas[i].kill(t)
			c.start(t, i)
		}},
		{"connections cut", func(_ *testing.T, c *cluster, i int, _ *rand.Rand) { c.proxies[i].Cut() }},
	}
}

// breakDown lets each of the faults happen to the owner so many times while events flow.
func (c *cluster) breakDown(t *testing.T, times map[string]int, events int) {
	luck := rand.New(rand.NewPCG(3, 0))
	var plan []fault
	for _, f := range faults() {
		for range times[f.name] {
			plan = append(plan, f)
		}
	}
	luck.Shuffle(len(plan), func(i, j int) { plan[i], plan[j] = plan[j], plan[i] })
	c.recordLeases(t)
	over := make(chan struct{})
	var feeding sync.WaitGroup
	feeding.Go(func() { c.feed(t, events, over) })
	for _, f := range plan {
		time.Sleep(time.Duration(luck.Int64N(int64(time.Second))))
		i := c.awaitOwner(t, anyone)
		c.hinder(i)
		c.faulty[i].Store(true)
		f.do(t, c, i, luck)
		c.faulty[i].Store(false)
		c.hinder(i)
	}
	close(over)
	feeding.Wait()
	c.checkLeases(t)
}

// feed lets events happen until over is closed, and then as many as are left.
func (c *cluster) feed(t *testing.T, events int, over <-chan struct{}) {
	luck := rand.New(rand.NewPCG(4, 0))
	for done := 0; ; {
		select {
		case <-over:
			if done >= events {
				return
			}
		case <-time.After(50 * time.Millisecond):
		}
		n := 1 + luck.IntN(150)
		c.vendor.burst(t, []string{"agent_events", "interaction_events"}[luck.IntN(2)], n)
		done += n
	}
}
