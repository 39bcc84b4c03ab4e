package crash

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// takeoverTime is how long an account may be without an owner after the end of its lease
// while a replica is able to take it over.
const takeoverTime = 3 * time.Second

// hinder notes that a replica is not able to take an account over at this moment.
func (c *cluster) hinder(i int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hindered[i] = append(c.hindered[i], time.Now())
}

// able returns the longest time from one moment to another in which a replica was not
// hindered.
func (c *cluster) able(i int, from, to time.Time) (longest time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, at := range append(c.hindered[i], to) {
		if at.After(to) {
			at = to
		}
		if at.After(from) {
			longest, from = max(longest, at.Sub(from)), at
		}
	}
	return longest
}

// recordLeases lets the database note each take-over: scrapes are as late as the machine
// is busy, and the next fault may come before them.
func (c *cluster) recordLeases(t *testing.T) {
	t.Helper()
	c.awaitOwner(t, anyone)
	c.database.Exec(t, `create table takeover (at timestamptz default clock_timestamp(), epoch bigint, expired timestamptz);
		create function note_takeover() returns trigger language plpgsql as $$ begin
			insert into takeover (epoch, expired) values (new.epoch, old.lease_until); return null; end $$;
		create trigger note_takeover after update on contactcenter_account
			for each row when (new.epoch <> old.epoch) execute function note_takeover()`)
}

// checkLeases complains of each take-over that was late, and of epochs that do not grow.
func (c *cluster) checkLeases(t *testing.T) {
	t.Helper()
	conn := must[*pgx.Conn](t)(pgx.Connect(t.Context(), c.database.URL()))
	defer conn.Close(t.Context())
	rows := must[pgx.Rows](t)(conn.Query(t.Context(), `select at, epoch, expired from takeover order by at`))
	var at, expired time.Time
	var epoch, newest int64
	var late, lease time.Duration
	n := 0
	_, err := pgx.ForEachRow(rows, []any{&at, &epoch, &expired}, func() error {
		if n++; epoch <= newest {
			c.seen.complain(fmt.Sprintf("epoch %d after %d", epoch, newest))
		}
		newest = epoch
		for i := range c.replicas {
			waited := c.able(i, expired, at)
			late = max(late, waited)
			if waited > takeoverTime {
				c.seen.complain(fmt.Sprintf("r%d leaves the account without an owner for %s after its lease, until %s", i, waited, at))
			}
		}
		if whole := at.Sub(expired) + leaseTTL; c.able(0, expired, at) == at.Sub(expired) || c.able(1, expired, at) == at.Sub(expired) {
			lease = max(lease, whole)
		}
		return nil
	})
	check(t, err)
	t.Logf("%d take-overs, %s after the end of the lease at most, %s after the newest renewal", n, late.Round(time.Millisecond), lease.Round(time.Millisecond))
}

// statusOf returns the state of a process as the system shows it: T if it stands still;
// 0 if there is none.
func statusOf(pid int) byte {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, _ := strings.Cut(string(text), ") ")
	if state == "" {
		return 0
	}
	return state[0]
}
