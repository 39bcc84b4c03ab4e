package replica

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
)

func (p *process) logged(text string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Contains(strings.Join(p.logs, "\n"), text)
}

// writes waits until an event can be counted.
func (p *process) writes(account string) {
	p.t.Helper()
	last := ""
	eventually(p.t, "an event of "+account+" is counted", func() bool {
		err := p.add(account)
		if err != nil && err.Error() != last {
			last = err.Error()
			p.t.Log(err)
		}
		return err == nil
	})
}

// retains notes that no ledger of an account is used any more.
func (p *process) retains(account string) {
	p.t.Helper()
	p.Group.mu.Lock()
	store := p.held[account].store
	p.Group.mu.Unlock()
	_, err := store.RetainLedgers(func(string) bool { return false }, time.Hour)
	check(p.t, err)
}

// A pooling proxy gives each transaction another connection.
func TestAPoolingProxyMayStandInBetween(t *testing.T) {
	t.Parallel()
	url := bouncer(t, pgtest.Start(t))
	accounts := []string{"a1", "a2", "a3", "a4", "a5", "a6"}
	a, b := startProcess(t, url, "a", accounts...), startProcess(t, url, "b", accounts...)
	for range 5 {
		for _, account := range accounts {
			eventually(t, "counted", func() bool {
				for _, p := range []*process{a, b} {
					if p.Owns(account) && p.add(account) == nil {
						return true
					}
				}
				return false
			})
		}
	}
	a.die()
	for _, account := range accounts {
		b.owns(account)
		if n, _ := b.count(account); n != 5 {
			t.Errorf("%s: %v events, want 5", account, n)
		}
	}
}

// While the database is away nothing is counted and nothing that was shown is lost; it
// goes on by itself.
func TestADatabaseThatIsAwayIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	a := startProcess(t, s.URL(), "a", "shop")
	a.owns("shop")
	a.writes("shop")
	s.Stop(true)
	eventually(t, "not writable", func() bool { return !a.Writable() })
	if a.add("shop") == nil {
		t.Error("an event is counted without a database")
	}
	eventually(t, "the lease cannot be relied on", func() bool { return !a.Owns("shop") })
	eventually(t, "the account is kept", func() bool { return a.Kept("shop") == 1 })
	if len(a.Peers()) > 0 {
		t.Errorf("%q are asked, which are not there", a.Peers())
	}
	s.Run(t)
	a.owns("shop")
	if a.Kept("shop") > 0 {
		t.Error("an account that is owned counts as kept")
	}
	a.writes("shop")
	eventually(t, "writable", a.Writable)
	if n, _ := a.count("shop"); n != 2 {
		t.Errorf("%v events, want 2", n)
	}
	if a.logged(pgtest.Password) {
		t.Error("the password is in the log")
	}
}

// A replica that alone lost the database keeps an account until it sees that another one
// owns it.
func TestAnAccountIsKeptUntilAnotherOwnerIsSeen(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	proxy := pgtest.NewProxy(t, s.Port)
	a := startProcess(t, proxy.URL(), "a", "shop")
	a.owns("shop")
	b := startProcess(t, s.URL(), "b", "shop")
	eventually(t, "b is known", func() bool { return len(a.Peers()) == 1 && a.Peers()[0] == "http://b" })
	a.owns("shop")
	proxy.Hold()
	b.owns("shop")
	eventually(t, "a keeps the account", func() bool { return a.Kept("shop") == 1 })
	proxy.Cut()
	proxy.Pass()
	eventually(t, "a gives it up", func() bool { return a.Kept("shop") == 0 })
	if a.Owns("shop") {
		t.Error("two owners")
	}
}

func TestAProcessStartsWithoutADatabase(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	s.Stop(false)
	a := startProcess(t, s.URL(), "a", "shop")
	eventually(t, "an error", func() bool { return a.Err() != nil })
	s.Run(t)
	a.owns("shop")
}

// A commit that waits for the synchronous standby counts once the standby has it.
func TestASynchronousStandbyThatIsAwayIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	a := startProcess(t, s.URL(), "a", "shop")
	a.owns("shop")
	a.writes("shop")
	s.Exec(t, "alter system set synchronous_standby_names = 'away'")
	s.Exec(t, "select pg_reload_conf()")
	eventually(t, "not writable", func() bool { return !a.Writable() })
	if a.add("shop") == nil {
		t.Error("an event is counted that no standby has")
	}
	eventually(t, "the account is kept", func() bool { return a.Kept("shop") == 1 })
	s.Exec(t, "alter system reset synchronous_standby_names")
	s.Exec(t, "select pg_reload_conf()")
	a.owns("shop")
	a.writes("shop")
	if n, cursor := a.count("shop"); n != 2 || cursor != "xx" {
		t.Errorf("%v events at %q, want 2 at xx", n, cursor)
	}
}

func TestADatabaseThatIsReadOnlyIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	a := startProcess(t, s.URL(), "a", "shop")
	a.owns("shop")
	s.Exec(t, "alter database postgres set default_transaction_read_only = on")
	a.opts.Database.leases.Reset()
	a.opts.Database.data.Reset()
	eventually(t, "not writable", func() bool { return !a.Writable() })
	s.Exec(t, "begin read write; alter database postgres reset default_transaction_read_only; commit")
	a.owns("shop")
	a.writes("shop")
}

func TestAChangedPasswordCountsWithoutARestart(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	path := filepath.Join(t.TempDir(), "url")
	write := func(password string) {
		check(t, os.WriteFile(path, []byte(strings.Replace(s.URL(), pgtest.Password, password, 1)), 0o600))
	}
	write("wrong")
	db, err := NewDatabase(func() string { text, _ := os.ReadFile(path); return string(text) }, ttl)
	check(t, err)
	defer db.Close()
	if _, err := db.install(t.Context()); sqlState(err) != "28P01" {
		t.Fatalf("a wrong password: %v", err)
	}
	write(pgtest.Password)
	if _, err := db.install(t.Context()); err != nil {
		t.Errorf("the right password: %v", err)
	}
}

// Replicas that start at once on an empty database make the tables once.
func TestReplicasMayStartAtOnce(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	errs := make(chan error)
	for range 6 {
		go func() {
			db, err := NewDatabase(fixed(s.URL()), 10*ttl)
			if err == nil {
				_, err = db.install(context.Background())
				db.Close()
			}
			errs <- err
		}()
	}
	for range 6 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestADatabaseOfANewerVersionIsRefused(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	db, err := NewDatabase(fixed(s.URL()), 10*ttl)
	check(t, err)
	defer db.Close()
	_, err = db.install(t.Context())
	check(t, err)
	s.Exec(t, "update contactcenter_install set schema = 1000")
	if _, err := db.install(t.Context()); !errors.Is(err, ErrSchema) {
		t.Errorf("a newer schema: %v", err)
	}
}

func TestADatabaseOfAnOlderVersionIsUpdated(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	db, err := NewDatabase(fixed(s.URL()), 10*ttl)
	check(t, err)
	defer db.Close()
	secret, err := db.install(t.Context())
	check(t, err)
	s.Exec(t, "update contactcenter_install set schema = 1")
	again, err := db.install(t.Context())
	check(t, err)
	if again != secret {
		t.Error("the secret has changed")
	}
	s.Exec(t, fmt.Sprintf("do $$ begin assert (select schema from contactcenter_install) = %d; end $$", len(migrations)))
}

// A database that comes back as it was before the newest commits, or before its owner
// acquired the account, is brought up to the owner's memory.
func TestADatabaseThatIsOlderIsBroughtUp(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"the newest commits", "its owner came"} {
		t.Run(before, func(t *testing.T) {
			t.Parallel()
			s := pgtest.Start(t)
			saved := s.Dir + ".saved"
			save := func() {
				s.Stop(false)
				s.Save(t, saved)
				s.Run(t)
			}
			first := startProcess(t, s.URL(), "a", "shop")
			first.owns("shop")
			first.writes("shop")
			p := first
			if before == "its owner came" {
				save()
				first.die()
				p = startProcess(t, s.URL(), "b", "shop")
			} else {
				save()
			}
			p.owns("shop")
			p.writes("shop")
			p.writes("shop")
			p.retains("shop") // makes a ledger of the state itself
			s.Stop(true)
			s.Restore(t, saved)
			s.Run(t)
			p.owns("shop")
			p.writes("shop")
			p.die()
			last := startProcess(t, s.URL(), "c", "shop")
			last.owns("shop")
			if n, cursor := last.count("shop"); n != 4 || len(cursor) != 4 {
				t.Errorf("%v events at %q, want 4", n, cursor)
			}
		})
	}
}

func TestAnAsynchronousStandbyIsNoticed(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	a := startProcess(t, s.URL(), "a", "shop")
	a.owns("shop")
	synced := func() bool { a.Group.mu.Lock(); defer a.Group.mu.Unlock(); return a.synced }
	if !synced() {
		t.Error("a server alone is taken for asynchronous")
	}
	s.Standby(t, "standby")
	eventually(t, "a warning", func() bool { return !synced() && a.logged("asynchronous") })
	s.Exec(t, "alter system set synchronous_standby_names = 'standby'")
	s.Exec(t, "select pg_reload_conf()")
	eventually(t, "no warning any more", synced)
}

// Each account is owned once, and no replica has more than its share.
func TestAccountsAreSpread(t *testing.T) {
	t.Parallel()
	url := pgtest.Start(t).URL()
	var accounts []string
	for i := range 300 {
		accounts = append(accounts, fmt.Sprintf("account-%03d", i))
	}
	var processes []*process
	for _, name := range []string{"a", "b", "c"} {
		processes = append(processes, startProcess(t, url, name, accounts...))
	}
	owned := func() (loads []int, all int) {
		for _, p := range processes {
			n := 0
			for _, account := range accounts {
				if p.Owns(account) {
					n++
				}
			}
			loads, all = append(loads, n), all+n
		}
		return loads, all
	}
	eventually(t, "all are owned", func() bool { _, all := owned(); return all == len(accounts) })
	loads, all := owned()
	t.Logf("%v", loads)
	if all > len(accounts) {
		t.Errorf("%d owners of %d accounts", all, len(accounts))
	}
	for _, process := range processes[1:] {
		process.die()
	}
	eventually(t, "all are owned by the one that is left", func() bool { loads, _ := owned(); return loads[0] == len(accounts) })
}

func TestNoReplicaShouldHaveMoreThanItsShare(t *testing.T) {
	var accounts []string
	for i := range 301 {
		accounts = append(accounts, fmt.Sprint(i))
	}
	load := map[string]int{}
	before := assign(accounts, []string{"a", "b", "c"})
	for _, r := range before {
		load[r]++
	}
	if len(load) != 3 || max(load["a"], load["b"], load["c"])-min(load["a"], load["b"], load["c"]) > 2 {
		t.Errorf("%v", load)
	}
	moved := 0
	for account, r := range assign(accounts, []string{"a", "b"}) {
		if before[account] != "c" && before[account] != r {
			moved++
		}
	}
	if moved > len(accounts)/4 {
		t.Errorf("%d accounts of living replicas move when another one is gone", moved)
	}
}

// A server that admits no plain connection, or whose certificate is not trusted.
func TestAConnectionIsEncryptedWhereTheServerRequiresIt(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	authority := requireTLS(t, s)
	for _, c := range []struct {
		name, query string
		works       bool
	}{
		{"plain", "sslmode=disable", false},
		{"encrypted", "sslmode=require", true},
		{"verified", "sslmode=verify-full&sslrootcert=" + authority, true},
		{"of an unknown authority", "sslmode=verify-full", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, err := NewDatabase(fixed(strings.Replace(s.URL(), "sslmode=disable", c.query, 1)), 5*ttl)
			check(t, err)
			defer db.Close()
			_, err = db.install(t.Context())
			if (err == nil) != c.works {
				t.Errorf("works: %v, want %v: %v", err == nil, c.works, err)
			}
			if err != nil && strings.Contains(err.Error(), pgtest.Password) {
				t.Error("the password is in the error")
			}
		})
	}
}

// A server without a free connection is waited for.
func TestADatabaseWithoutFreeConnectionsIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t, "max_connections = 8", "superuser_reserved_connections = 0")
	proxy := pgtest.NewProxy(t, s.Port)
	a := startProcess(t, proxy.URL(), "a", "shop")
	a.owns("shop")
	a.writes("shop")
	var give []func()
	eventually(t, "not writable", func() bool {
		proxy.Cut()
		give = append(give, takeConnections(t, s))
		return !a.Writable() && sqlState(a.Err()) == "53300"
	})
	for _, g := range give {
		g()
	}
	a.owns("shop")
	a.writes("shop")
	if n, _ := a.count("shop"); n != 2 {
		t.Errorf("%v events, want 2", n)
	}
}

// A server that answers each statement late, but within the lease, costs no lease.
func TestASlowDatabaseCostsNoLease(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	proxy := pgtest.NewProxy(t, s.Port)
	a := startProcess(t, proxy.URL(), "a", "shop")
	a.owns("shop")
	proxy.Slow(ttl / 20)
	for range 5 {
		a.writes("shop")
	}
	eventually(t, "owner", func() bool { return a.Owns("shop") })
	proxy.Slow(0)
	if n, _ := a.count("shop"); n != 5 || a.epochs["shop"] != 1 {
		t.Errorf("%v events at epoch %d, want 5 at 1", n, a.epochs["shop"])
	}
}
