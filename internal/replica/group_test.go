package replica

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// ttl is the lease of the tests.
const ttl = time.Second

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func fixed(url string) func() string {
	return func() string { return url }
}

// process is a replica without vendors.
type process struct {
	*Group
	t      testing.TB
	cancel context.CancelFunc
	ended  chan struct{}

	mu   sync.Mutex
	logs []string
}

func startProcess(t testing.TB, url, name string, accounts ...string) *process {
	t.Helper()
	db, err := NewDatabase(fixed(url), ttl)
	check(t, err)
	p := &process{t: t, ended: make(chan struct{})}
	p.Group = New(Options{
		Database: db, Name: name, URL: "http://" + name, TTL: ttl, Apply: func() error { return nil },
		State: state.Options{TroubleHold: -1},
		Log: func(msg string, kv ...any) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.logs = append(p.logs, fmt.Sprint(append([]any{name, ": ", msg, " "}, kv...)...))
		},
	})
	var list []Account
	for _, a := range accounts {
		list = append(list, Account{a, "livevox"})
	}
	p.SetAccounts(list)
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	go func() { p.Run(ctx); close(p.ended) }()
	t.Cleanup(func() {
		p.die()
		p.opts.Database.Close()
		if t.Failed() {
			p.mu.Lock()
			defer p.mu.Unlock()
			for _, line := range p.logs {
				t.Log(line)
			}
		}
	})
	return p
}

// die ends the process without giving leases back.
func (p *process) die() {
	p.cancel()
	<-p.ended
	p.reading.Wait()
}

// eventually waits until what holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}

func (p *process) owns(account string) {
	p.t.Helper()
	eventually(p.t, "owner of "+account, func() bool { return p.Owns(account) })
}

// add counts an event of an account.
func (p *process) add(account string) error {
	store, err := p.Store(account)
	if err != nil {
		return err
	}
	l, err := store.Ledger(account + "/feed")
	if err != nil {
		return err
	}
	cursor := l.View().Cursor()
	return l.Update(func(tx ledger.Tx) error {
		tx.Add([]byte("calls\x1f"), nil, 1, time.Now())
		tx.SetCursor(cursor + "x")
		return nil
	})
}

func (p *process) count(account string) (count float64, cursor string) {
	p.t.Helper()
	store, err := p.Store(account)
	check(p.t, err)
	l, err := store.Ledger(account + "/feed")
	check(p.t, err)
	for _, v := range l.View().All() {
		count += v.Value
	}
	return count, l.View().Cursor()
}

func TestAnAccountGoesOnWhereItsOwnerStopped(t *testing.T) {
	t.Parallel()
	url := pgtest.Start(t).URL()
	a := startProcess(t, url, "a", "shop")
	a.owns("shop")
	for range 3 {
		check(t, a.add("shop"))
	}
	b := startProcess(t, url, "b", "shop")
	before, err := a.Store("shop")
	check(t, err)
	a.die()
	b.owns("shop")
	if a.Owns("shop") {
		t.Error("two processes own the account")
	}
	l, err := before.Ledger("shop/feed")
	check(t, err)
	if err := l.Update(func(tx ledger.Tx) error { tx.SetCursor("stale"); return nil }); err == nil {
		t.Error("a commit of the former owner was kept")
	}
	if !b.logged("account is taken over") {
		t.Error("the log does not say that the account was taken over")
	}
	check(t, b.add("shop"))
	if n, cursor := b.count("shop"); n != 4 || cursor != "xxxx" {
		t.Errorf("%v at %q, want 4 at xxxx", n, cursor)
	}
	if string(before.Key()) != string(must(b.Store("shop")).Key()) {
		t.Error("the replicas have different keys")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestAReplicaThatLeavesNeedNotBeWaitedFor(t *testing.T) {
	t.Parallel()
	url := pgtest.Start(t).URL()
	a := startProcess(t, url, "a", "shop")
	a.owns("shop")
	check(t, a.add("shop"))
	b := startProcess(t, url, "b", "shop")
	eventually(t, "b has joined", func() bool { return b.joinedRounds() >= 2 })
	a.die()
	a.Leave()
	b.owns("shop")
	if n, _ := b.count("shop"); n != 1 {
		t.Errorf("%v events, want 1", n)
	}
}

func (g *Group) joinedRounds() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.joined
}

// Two processes with one name say so, and each knows that there is another one. A process
// that comes after another one does not.
func TestANameIsOfOneProcess(t *testing.T) {
	t.Parallel()
	url := pgtest.Start(t).URL()
	const warning = "another process has the same --replica.name"
	first := startProcess(t, url, "a", "shop")
	first.owns("shop")
	first.die()
	a := startProcess(t, url, "a", "shop")
	a.owns("shop")
	eventually(t, "rounds", func() bool { return a.joinedRounds() >= 5 })
	if a.logged(warning) || len(a.Peers()) > 0 {
		t.Error("the process before is taken for another one")
	}
	b := startProcess(t, url, "a", "shop")
	eventually(t, "a warning of both", func() bool { return a.logged(warning) && b.logged(warning) })
	if peers := a.Peers(); len(peers) != 1 || peers[0] != "" {
		t.Errorf("peers %q, want one without an address", peers)
	}
}

// What is kept in a directory is not copied into a database that a replica uses, although
// that owns none of its accounts: its hashes would differ.
func TestNothingIsCopiedIntoADatabaseInUse(t *testing.T) {
	t.Parallel()
	url := pgtest.Start(t).URL()
	a := startProcess(t, url, "a", "other")
	a.owns("other")
	from := must(state.Open("", state.Options{MemoryOnly: true}))
	l := must(from.Ledger("shop/feed"))
	check(t, l.Update(func(tx ledger.Tx) error { tx.SetCursor("x"); return nil }))
	if _, err := a.opts.Database.Write(t.Context(), from); err == nil || !strings.Contains(err.Error(), "a replica uses the database") {
		t.Fatalf("error %v", err)
	}
	if secret, err := a.opts.Database.install(t.Context()); err != nil || string(secret[:]) != string(a.Secret()) {
		t.Errorf("another secret: %v", err)
	}
	a.die()
	a.Leave()
	db := must(NewDatabase(fixed(url), ttl))
	defer db.Close()
	if accounts, err := db.Write(t.Context(), from); err != nil || len(accounts) != 1 {
		t.Errorf("copied %q: %v", accounts, err)
	}
}
