package scrape

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/access"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/cumulative"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// account is one account of the configuration at work.
type account struct {
	config     config.Account
	vendor     *collector.Account
	store      ledger.Store
	loops      []*loop
	http       *vendorhttp.Client
	roster     *vendorhttp.Client // nil without a roster that has a URL
	limiter    *vendorhttp.Limiter
	generation func() uint64
	changes    atomic.Uint64 // counts what makes own out of date

	mu  sync.Mutex
	own ownBatch

	cancel  context.CancelFunc
	running sync.WaitGroup
}

// closeTime bounds what an account still does at the vendor when it is stopped.
const closeTime = 2 * time.Second

// newAccount makes the client and the sources of an account. No request is sent
// yet.
func (m *Manager) newAccount(c config.Account, next *config.Config) (*account, error) {
	store, err := m.options.StoreOf(c.Name)
	if err != nil {
		return nil, err
	}
	a := &account{config: c, store: store, limiter: m.limiter(c, next), generation: m.generation}
	o := access.Options(c, a.limiter)
	o.Hosts.Resolver, o.Transport, o.Changed = m.options.Resolver, m.options.Transport, func() { a.changes.Add(1) }
	o.Permitted = func() bool { return m.owns(c.Name) }
	logger := log.With(m.options.Log, "account", c.Name)
	o.Log = logger
	a.http = vendorhttp.New(o)
	env := access.Env(c, a.http, identityKey(c, store))
	env.Shown, env.RosterRead = a.shown, rosterLog(logger)
	if a.roster = access.RosterClient(c, o); a.roster != nil {
		env.RosterHTTP = a.roster.HTTP()
	}
	if a.vendor, err = open(m.options.Vendors, env); err != nil {
		return nil, err
	}
	for _, c := range a.vendor.Collectors {
		l, err := m.newLoop(a, c, logger)
		if err != nil {
			return nil, err
		}
		a.loops = append(a.loops, l)
	}
	return a, nil
}

// open makes the client of the account of env.
func open(vendors []collector.Vendor, env collector.Env) (*collector.Account, error) {
	v, known := collector.Find(vendors, env.Account.Vendor)
	if !known {
		return nil, fmt.Errorf("unknown vendor %q", env.Account.Vendor)
	}
	return v.Open(env)
}

// newLoop makes the loop of a source.
func (m *Manager) newLoop(a *account, c collector.Collector, logger log.Logger) (*loop, error) {
	account := a.config
	if limit := m.options.SeriesLimit; limit > 0 {
		c.Config.MaxSeries = min(c.Config.MaxSeries, limit)
	}
	l, err := a.store.Ledger(access.Ledger(account.Name, c.Name))
	if err != nil {
		return nil, err
	}
	o := access.Counters(c, account, identityKey(account, a.store))
	o.PruneAfter, o.Zone = m.options.PruneAfter, a.vendor.Day
	n := cumulative.New(l, o)
	s := newLoop(c, n, logger, m.generation)
	s.changed = func() { a.changes.Add(1) }
	s.feedPace = feedPace(account.Limits)
	s.recovered = a.http.Recovered
	if trace := m.options.TraceFetch; trace != nil {
		s.traceFetch = func(ctx context.Context) (context.Context, func(error, int)) {
			return trace(ctx, account.Vendor, account.Name, c.Name)
		}
	}
	if err := n.Resume(a.store, time.Now()); err != nil && a.store.Writable() {
		return nil, err
	}
	return s, nil
}

// continueFrom takes what an account of the same name that has stopped had counted.
func (a *account) continueFrom(stopped []*account) {
	for _, o := range stopped {
		if o.config.Name != a.config.Name || o.config.Vendor != a.config.Vendor {
			continue
		}
		a.http.ContinueFrom(o.http)
		for _, l := range a.loops {
			for _, before := range o.loops {
				if l.Name == before.Name {
					l.continueFrom(before)
				}
			}
		}
	}
}

// start begins to ask. The first requests of its sources are spread over a time.
func (a *account) start(spread time.Duration, shared func(account string) bool) {
	a.limit(shared)
	ctx, cancel := context.WithCancel(context.Background())
	a.cancel = cancel
	if shared != nil {
		a.running.Go(func() { a.share(ctx, shared) })
	}
	ready := a.limiter.Delay()
	for _, l := range a.loops {
		if dropped := l.counters.TakeOver(); dropped > 0 {
			level.Info(l.log).Log("msg", "counters of single agents start again: identity has changed", "series", dropped)
		}
		a.running.Go(func() { l.run(ctx, ready, spread) })
	}
}

// stop returns when nothing of the account is under way any more.
func (a *account) stop() error {
	a.cancel()
	a.running.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	var err error
	if a.vendor.Close != nil {
		err = a.vendor.Close(ctx)
	}
	a.http.CloseIdleConnections()
	if a.roster != nil {
		a.roster.CloseIdleConnections()
	}
	return err
}

// ownBatch is what the exporter knows of its own work for an account, and of
// what it was made: it is made again only if something has changed.
type ownBatch struct {
	batch   metric.Batch
	changes uint64
	shown   uint64 // sum of the generations of the sources
	minute  int64  // what the client itself knows may depend on the time
}

// asking returns the loops that ask the vendor: what the exporter tells of its fetches is
// about them.
func (a *account) asking() []*loop {
	var loops []*loop
	for _, l := range a.loops {
		if !l.Derived {
			loops = append(loops, l)
		}
	}
	return loops
}

// shown returns what the sources that ask the vendor show at a time.
func (a *account) shown(now time.Time) []collector.Shown {
	var all []collector.Shown
	for _, l := range a.asking() {
		all = append(all, l.shown(now))
	}
	return all
}

// gather appends everything that is known of the account.
func (a *account) gather(batches []metric.Batch, now time.Time) []metric.Batch {
	made := ownBatch{changes: a.changes.Load(), minute: now.Unix() / 60}
	for _, l := range a.loops {
		b := l.gather(now)
		b.Account, b.Vendor, b.Source = a.config.Name, a.config.Vendor, l.Name
		batches = append(batches, b)
		made.shown += b.Generation
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if made.batch = a.own.batch; a.own.changes != made.changes || a.own.shown != made.shown || a.own.minute != made.minute {
		made.batch = a.newOwn(now)
	}
	a.own = made
	return append(batches, a.own.batch)
}

func (a *account) newOwn(now time.Time) metric.Batch {
	samples := a.http.Samples()
	for _, l := range a.asking() {
		samples = append(samples, l.samples(now)...)
	}
	if a.vendor.Samples != nil {
		samples = append(samples, a.vendor.Samples()...)
	}
	samples = append(samples, a.corrections()...)
	return metric.Batch{
		Account: a.config.Name, Vendor: a.config.Vendor, Generation: a.generation(), Samples: samples,
	}
}

// corrections adds up what the sources of the account count of one metric.
func (a *account) corrections() []metric.Sample {
	var sum metric.Sample
	for _, l := range a.loops {
		v, ok := l.counters.Corrections()
		if !ok {
			continue
		}
		if sum.Desc == nil || v.Since().Before(sum.Since()) {
			v.Value += sum.Value
			sum = v
		} else {
			sum.Value += v.Value
		}
	}
	if sum.Desc == nil {
		return nil
	}
	return []metric.Sample{sum}
}
