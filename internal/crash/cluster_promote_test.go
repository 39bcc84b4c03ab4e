package crash

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
)

// pair is a primary and its synchronous standby: without a standby no commit succeeds.
type pair struct {
	primary, standby *member
	link             *pgtest.Proxy // from the standby to the primary
}

// member is a server of a pair, and the proxy between it and the replicas.
type member struct {
	*pgtest.Server
	front *pgtest.Proxy
}

// addStandby gives the database a synchronous standby, and the replicas a URL of both.
func (c *cluster) addStandby(t *testing.T) {
	t.Helper()
	front := func(s *pgtest.Server) *member { return &member{s, pgtest.NewProxy(t, s.Port)} }
	c.pair = &pair{primary: front(c.database), standby: front(c.database.Standby(t, "standby"))}
	c.database.Exec(t, "alter system set synchronous_standby_names = 'standby'")
	c.database.Exec(t, "select pg_reload_conf()")
	c.pair.standby.Stop(false) // with the setting from now on
	c.pair.follow(t)
	c.url = fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d,127.0.0.1:%d/postgres?sslmode=disable&target_session_attrs=read-write",
		pgtest.User, pgtest.Password, c.pair.primary.front.Port, c.pair.standby.front.Port)
}

// follow starts the standby, which was stopped, with the files of the primary.
func (p *pair) follow(t *testing.T) {
	t.Helper()
	p.link = pgtest.NewProxy(t, p.primary.Port)
	p.standby.Follow(t, p.link.Port, "standby")
}

// holdCommit keeps the next commit of an account, and all after it, from the standby.
// What is returned is closed when its COMMIT is sent.
func (p *pair) holdCommit() <-chan struct{} {
	met := make(chan struct{})
	first := sync.OnceFunc(func() { p.link.Hold(); close(met) })
	p.primary.front.OnCommit(func() pgtest.Fate { first(); return pgtest.Passed })
	return met
}

// awaitCommit waits until a commit of an account waits for the standby.
func (c *cluster) awaitCommit(t *testing.T) {
	t.Helper()
	conn := must[*pgx.Conn](t)(pgx.Connect(t.Context(), c.database.URL()))
	defer conn.Close(t.Context())
	c.eventually(func() (waits bool) {
		check(t, conn.QueryRow(t.Context(), `select exists (select from pg_stat_activity join pg_locks using (pid)
			where wait_event = 'SyncRep' and relation = 'contactcenter_state'::regclass)`).Scan(&waits))
		return waits
	})
}

// promote puts the standby in the place of the primary, which was stopped, and that in
// the place of the standby. What the standby was not sent is lost.
func (c *cluster) promote(t *testing.T) {
	t.Helper()
	p := c.pair
	p.link.Cut()
	p.link.Pass()
	p.standby.Promote(t)
	p.primary, p.standby = p.standby, p.primary
	p.follow(t)
	c.database = p.primary.Server
}

// promotedInCommit: the primary dies while a COMMIT waits for the standby, which is
// promoted; the owner dies too, so that its memory repairs nothing.
func promotedInCommit(t *testing.T, c *cluster) {
	i := c.loseCommit(t)
	c.replace(t, i, func() { c.promote(t) })
	if c.single {
		c.counted(t, "after a promotion")
	}
}

// promotedAlone: as promotedInCommit, but the owner lives on.
func promotedAlone(t *testing.T, c *cluster) {
	c.loseCommit(t)
	c.promote(t)
	c.awaitOwner(t, anyone)
}

// loseCommit kills the primary while a COMMIT of the owner waits for the standby, and
// returns the owner.
func (c *cluster) loseCommit(t *testing.T) int {
	t.Helper()
	i := c.settled(t)
	met := c.pair.holdCommit()
	c.burst(t, 20)
	if within(met) {
		c.awaitCommit(t)
	} else {
		t.Log("the owner sends no COMMIT")
	}
	c.pair.primary.Stop(true)
	c.looks(5)
	return i
}

// TestReplicasOverPromotions kills the database three times while events flow and commits
// wait for its synchronous standby, and promotes that. The former one comes back as the
// next standby.
func TestReplicasOverPromotions(t *testing.T) {
	if testing.Short() || number(t, "REPLICA_KILLS", 0) == 0 {
		t.Skip("kills programs: set REPLICA_KILLS")
	}
	pgtest.Bin(t)
	t.Parallel()
	c := newCluster(t, programWithFailpoints(t), "poll")
	c.addStandby(t)
	for _, wrong := range c.run(t, func(t *testing.T) {
		over := make(chan struct{})
		var feeding sync.WaitGroup
		feeding.Go(func() { c.feed(t, 1000, over) })
		for _, play := range []scene{promotedInCommit, promotedAlone, promotedInCommit} {
			before := c.seen.counter(agentEvents) + c.seen.counter(interactionEvents)
			c.eventually(func() bool { return c.seen.counter(agentEvents)+c.seen.counter(interactionEvents) > before })
			begin := time.Now()
			play(t, c)
			t.Logf("a promotion took %s", time.Since(begin).Round(time.Millisecond))
		}
		close(over)
		feeding.Wait()
	}) {
		t.Error(wrong)
	}
}
