package replica

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// holding is an account whose lease this process has, or had until lost. Group.mu
// guards its fields.
type holding struct {
	epoch    int64
	deadline time.Time
	store    *state.Store // nil while it is read
	lost     bool         // another process owns the account
	leaving  bool         // it is given back as soon as it has stopped
}

// valid reports whether the lease may be relied on. Both clocks count: the monotonic
// one of a suspended machine may stand still, the other one may be set.
func (h *holding) valid() bool {
	now := time.Now()
	return !h.lost && h.store != nil && now.Before(h.deadline) && now.Round(0).Before(h.deadline.Round(0))
}

// restore writes the memory to a database that is older than it.
func (h *holding) restore(log func(string, ...any)) {
	log("database is older than the counters in memory; they are written to it")
	store := h.store
	go func() { _ = store.Rewrite() }() // the store logs what fails; the next round tries again
}

// take begins to read the state of an account that was acquired by a statement that
// began at a time.
func (g *Group) take(begin time.Time, l Lease) {
	h := &holding{epoch: l.Epoch, deadline: g.deadline(begin)}
	g.mu.Lock()
	g.held[l.Account] = h
	g.epochs[l.Account] = max(g.epochs[l.Account], l.Epoch)
	if from, _, _ := strings.Cut(l.Owner, "#"); from != "" {
		g.metrics.takeovers[l.Account]++
		g.opts.Log("account is taken over", "account", l.Account, "from", from, "epoch", l.Epoch)
	}
	o := g.opts.State
	o.Secret = g.secret
	g.mu.Unlock()
	name := l.Account
	o.Copy = &journal{
		db: g.opts.Database, account: name, owner: g.me.owner, url: g.me.url, epoch: l.Epoch, ttl: g.opts.TTL,
		header: l.header, committed: g.committed, fenced: func() { g.fence(name, h) },
	}
	o.Log = func(msg string, keyvals ...any) { g.opts.Log(msg, append([]any{"account", name}, keyvals...)...) }
	g.reading.Go(func() { g.open(name, h, o) })
}

// open reads the state of an account.
func (g *Group) open(name string, h *holding, o state.Options) {
	g.places <- struct{}{}
	defer func() { <-g.places }()
	store, err := state.Open("", o)
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil || h.lost {
		delete(g.held, name) // the lease runs out, and a replica tries again
		if err != nil {
			g.opts.Log("state of an account cannot be read", "account", name, "err", err)
		}
		return
	}
	h.store = store
	g.wake()
}

// lose notes that another process owns an account. The caller holds mu.
func (g *Group) lose(name string, h *holding) {
	if h.lost {
		return
	}
	h.lost = true
	g.opts.Log("account is owned by another replica", "account", name)
	g.wake()
}

// fence is called when a commit was refused.
func (g *Group) fence(name string, h *holding) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.metrics.fenced[name]++
	g.lose(name, h)
}

// Usable reports whether this process owns an account, has read its state and keeps
// it: it may be set up.
func (g *Group) Usable(account string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.held[account]
	return h != nil && h.store != nil && !h.lost && !h.leaving
}

// Owns reports whether the vendor of an account may be asked now, and the account be
// shown.
func (g *Group) Owns(account string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.held[account]
	return h != nil && h.valid()
}

// Kept returns the epoch of an account that this process owned until it could no longer
// reach the database; 0 of any other. Another replica may own the account meanwhile.
func (g *Group) Kept(account string) int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.held[account]
	if h == nil || h.store == nil || h.lost || h.leaving || h.valid() || g.failing == nil {
		return 0
	}
	return h.epoch
}

// Peers returns the addresses of the other replicas that lived when the database was
// read last; "" for one that has none, or has the name of this one.
func (g *Group) Peers() (urls []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, m := range g.members {
		if m.name != g.me.name {
			urls = append(urls, m.url)
		}
	}
	if g.nameShared {
		urls = append(urls, "")
	}
	return urls
}

// Placement is where an account is.
type Placement struct {
	Account
	// Owner is the name of the replica that owns the account, as it was read last; ""
	// if none does. URL is where it answers.
	Owner, URL string
	// Epoch counts the times that the account was acquired.
	Epoch int64
}

// Accounts returns where each account is.
func (g *Group) Accounts() []Placement {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := make([]Placement, 0, len(g.accounts))
	for _, a := range g.accounts {
		p := Placement{Account: a, Epoch: g.epochs[a.Name]}
		l := g.known[a.Name]
		h := g.held[a.Name]
		switch {
		case h != nil && h.valid():
			p.Owner, p.URL = g.me.name, g.me.url
		case l.Owner != g.me.owner && l.Expired < 0:
			p.Owner, _, _ = strings.Cut(l.Owner, "#")
			p.URL = l.URL
		}
		all = append(all, p)
	}
	return all
}

// Secret returns the secret that all replicas share; it is known before any account is
// Usable.
func (g *Group) Secret() []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.secret[:])
}

// Store returns the state of an account that is Usable.
func (g *Group) Store(account string) (ledger.Store, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.held[account]
	if h == nil || h.store == nil {
		return nil, errors.New("another replica owns the account")
	}
	return h.store, nil
}

// ending returns the accounts that must stop. What is returned stays so.
func (g *Group) ending() map[string]*holding {
	g.mu.Lock()
	defer g.mu.Unlock()
	ending := map[string]*holding{}
	for name, h := range g.held {
		if h.store != nil && (h.lost || h.leaving) {
			ending[name] = h
		}
	}
	return ending
}

// stopped is called when accounts have stopped: those that are given back can be taken
// by others from then on.
func (g *Group) stopped(ctx context.Context, ending map[string]*holding) {
	back := map[string]int64{}
	g.mu.Lock()
	for name, h := range ending {
		delete(g.held, name)
		if !h.lost {
			back[name] = h.epoch
		}
	}
	g.mu.Unlock()
	if len(back) == 0 {
		return
	}
	if err := g.opts.Database.release(ctx, g.me, back, false); err != nil {
		g.opts.Log("leases could not be given back; they end by themselves", "err", err)
	}
}

// leaveTime bounds Leave.
const leaveTime = 1500 * time.Millisecond

// Leave gives all leases back, when all accounts have stopped and Run has returned.
func (g *Group) Leave() {
	held := g.leased()
	g.mu.Lock()
	for _, h := range g.held {
		h.lost = true
	}
	ready := g.ready
	g.mu.Unlock()
	g.reading.Wait()
	if ready {
		ctx, cancel := context.WithTimeout(context.Background(), leaveTime)
		defer cancel()
		if err := g.opts.Database.release(ctx, g.me, held, true); err != nil {
			g.opts.Log("leases could not be given back; they end by themselves", "err", err)
		}
	}
	g.opts.Database.Close()
}
