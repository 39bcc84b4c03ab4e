package replica

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// Options are what a Group works with.
type Options struct {
	Database *Database
	// Name identifies the replica among the others, URL is where they reach it.
	Name, URL string
	// TTL is how long a lease lasts. It is renewed five times in it.
	TTL time.Duration
	// State are the options of each account's state.
	State state.Options
	// Apply starts the accounts that are Usable and stops all others; it returns when these
	// have stopped.
	Apply func() error
	// Log logs a message with pairs of keys and values.
	Log func(msg string, keyvals ...any)
}

const (
	// rounds is how often a lease is renewed while it lasts.
	rounds = 5
	// margin is the part of a lease by which the owner stops before its end.
	margin = 5
)

// Account is an account of the configuration.
type Account struct{ Name, Vendor string }

// Group is this process among the replicas. Its methods may be called from any
// goroutine; those that only return a value don't wait for the database.
type Group struct {
	opts   Options
	me     identity
	change chan struct{} // wakes applyChanges

	reading sync.WaitGroup
	places  chan struct{} // of states that are read at once

	mu         sync.Mutex
	secret     [32]byte
	ready      bool // whether secret is known
	accounts   []Account
	held       map[string]*holding
	known      map[string]Lease // as they were read last
	members    []member         // as they were read last
	epochs     map[string]int64 // highest that was seen of each account
	joined     int              // rounds that succeeded
	written    time.Time        // of the newest heartbeat; zero while it is unknown
	nameUsed   time.Time        // when another process with the same name was seen last
	nameShared bool             // whether there was one when the database was read last
	gaveBack   time.Time
	failing    error
	shared     map[string]bool // rows of back-fills
	synced     bool
	size       int64
	metrics    metrics
}

// New returns a Group that owns nothing yet: see Run.
func New(o Options) *Group {
	g := &Group{
		opts:   o,
		me:     identity{o.Name, o.Name + "#" + rand.Text()[:8], o.URL},
		change: make(chan struct{}, 1),
		places: make(chan struct{}, dataConnections),
		held:   map[string]*holding{}, known: map[string]Lease{}, epochs: map[string]int64{},
		synced: true,
	}
	g.metrics = newMetrics()
	return g
}

// SetAccounts replaces the accounts that the replicas share.
func (g *Group) SetAccounts(accounts []Account) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.accounts = accounts
	for name, h := range g.held {
		if !slices.ContainsFunc(accounts, func(a Account) bool { return a.Name == name }) {
			h.leaving = true
			g.wake()
		}
	}
}

// Run takes part until ctx ends. The leases last: see Leave.
func (g *Group) Run(ctx context.Context) {
	var applying sync.WaitGroup
	applying.Go(func() { g.applyChanges(ctx) })
	defer applying.Wait()
	ticker := time.NewTicker(g.opts.TTL / rounds)
	defer ticker.Stop()
	for {
		g.note(g.round(ctx))
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// note logs when the database begins to fail and when it works again.
func (g *Group) note(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	g.mu.Lock()
	before := g.failing
	g.failing = err
	g.mu.Unlock()
	switch {
	case err != nil && before == nil:
		g.opts.Log("database of the replicas cannot be used; accounts are neither taken over nor renewed until it can", "err", err)
	case err == nil && before != nil:
		g.opts.Log("database of the replicas can be used again")
	}
}

// round renews what is held, and takes or gives back accounts.
func (g *Group) round(ctx context.Context) error {
	if err := g.install(ctx); err != nil {
		return err
	}
	begin := time.Now()
	s, err := g.opts.Database.look(ctx, g.me, g.opts.TTL, g.leased(), g.names())
	g.checkName(s)
	if err != nil {
		return err
	}
	g.update(begin, s)
	if free := g.free(s); len(free) > 0 {
		begin := time.Now()
		taken, err := g.opts.Database.acquire(ctx, g.me, g.opts.TTL, free)
		if err != nil {
			return err
		}
		for _, l := range taken {
			g.take(begin, l)
		}
	}
	g.giveBack(s)
	return nil
}

// install reads the shared secret once.
func (g *Group) install(ctx context.Context) error {
	g.mu.Lock()
	ready := g.ready
	g.mu.Unlock()
	if ready {
		return nil
	}
	secret, err := g.opts.Database.install(ctx)
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.secret, g.ready = secret, true
	return nil
}

// names returns the accounts to read, sorted: replicas insert them in the same order.
func (g *Group) names() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	names := slices.Collect(maps.Keys(g.held))
	for _, a := range g.accounts {
		names = append(names, a.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// leased returns the epochs of the leases to renew.
func (g *Group) leased() map[string]int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	held := map[string]int64{}
	for name, h := range g.held {
		if !h.lost {
			held[name] = h.epoch
		}
	}
	return held
}

// update stores the result of a round that began at a time.
func (g *Group) update(begin time.Time, s survey) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !s.synced && g.synced {
		g.opts.Log("a standby of the database is asynchronous: when it is promoted, commits of the last moments are lost and counters may fall")
	}
	g.known, g.members, g.shared, g.synced, g.size = s.leases, s.members, s.shared, s.synced, s.size
	g.joined++
	for name, h := range g.held {
		l := s.leases[name]
		switch {
		case s.renewed[name]:
			h.deadline = g.deadline(begin)
		case l.Epoch > h.epoch || l.Epoch == h.epoch && l.Owner != g.me.owner:
			g.lose(name, h)
		case l.Epoch < h.epoch && h.store != nil:
			h.restore(g.opts.Log)
		}
	}
	for name, l := range s.leases {
		g.epochs[name] = max(g.epochs[name], l.Epoch)
	}
}

// deadline returns until when a lease may be relied on that was renewed by a statement
// that began at a time.
func (g *Group) deadline(begin time.Time) time.Time {
	return begin.Add(g.opts.TTL - g.opts.TTL/margin)
}

func (g *Group) wake() {
	select {
	case g.change <- struct{}{}:
	default:
	}
}

// applyChanges applies each change of what is usable until ctx ends.
func (g *Group) applyChanges(ctx context.Context) {
	retry := time.NewTicker(g.opts.TTL)
	defer retry.Stop()
	failed := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-g.change:
		case <-retry.C:
			if !failed {
				continue
			}
		}
		ending := g.ending()
		err := g.opts.Apply()
		if failed = err != nil; failed {
			g.opts.Log("accounts could not be started; trying again", "err", err)
			continue
		}
		g.stopped(ctx, ending)
	}
}

// errNotReady is the error of a process that has not reached the database yet.
var errNotReady = fmt.Errorf("the database of the replicas has not been reached yet")
