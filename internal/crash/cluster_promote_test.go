package crash

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
)

// TestReplicasOverPromotions kills the database three times while events flow, and
// promotes its synchronous standby. The former one comes back as the next standby: without
// one no commit succeeds.
func TestReplicasOverPromotions(t *testing.T) {
	if testing.Short() || number(t, "REPLICA_KILLS", 0) == 0 {
		t.Skip("kills programs: set REPLICA_KILLS")
	}
	pgtest.Bin(t)
	t.Parallel()
	c := newCluster(t, programWithFailpoints(t), "poll")
	primary, standby := c.database, c.database.Standby(t, "standby")
	primary.Exec(t, "alter system set synchronous_standby_names = 'standby'")
	primary.Exec(t, "select pg_reload_conf()")
	standby.Stop(false) // with the setting from now on
	standby.Follow(t, primary, "standby")
	c.url = fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d,127.0.0.1:%d/postgres?sslmode=disable&target_session_attrs=read-write",
		pgtest.User, pgtest.Password, primary.Port, standby.Port)
	for _, wrong := range c.run(t, func(t *testing.T) {
		over := make(chan struct{})
		var feeding sync.WaitGroup
		feeding.Go(func() { c.feed(t, 1000, over) })
		for range 3 {
			before := c.seen.counter(agentEvents) + c.seen.counter(interactionEvents)
			c.eventually(func() bool { return c.seen.counter(agentEvents)+c.seen.counter(interactionEvents) > before })
			begin := time.Now()
			primary.Stop(true)
			standby.Promote(t)
			primary.Follow(t, standby, "standby")
			primary, standby = standby, primary
			took := time.Since(begin)
			c.awaitOwner(t, anyone)
			t.Logf("the database was away for %s, an account owned %s later", took.Round(time.Millisecond), (time.Since(begin) - took).Round(time.Millisecond))
		}
		close(over)
		feeding.Wait()
	}) {
		t.Error(wrong)
	}
}
