package scrape

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// account is one account of the configuration at work.
type account struct {
	config     config.Account
	what       *collector.Account
	sources    []*source
	traffic    *traffic
	retry      *retryPolicy
	budget     *budget
	outage     *outage
	wire       http.RoundTripper
	generation func() uint64
	changes    atomic.Uint64 // counts what makes own out of date

	mu  sync.Mutex
	own ownBatch

	cancel  context.CancelFunc
	running sync.WaitGroup
}

// closeTime bounds what an account still does at the vendor when it is stopped.
const closeTime = 2 * time.Second

// newAccount makes the client and the sources of an account. Nothing is asked
// yet.
func (m *Manager) newAccount(c config.Account) (*account, error) {
	a := &account{config: c, wire: m.options.Transport, generation: m.generation, retry: newRetryPolicy(maxCredit), outage: newOutage(c)}
	a.traffic = newTraffic(&a.changes)
	if a.wire == nil {
		a.wire = newTransport(c, m.options.Resolver)
	}
	a.budget = m.budget(c)
	var err error
	if a.what, err = open(m.options.Vendors, a.env(m.identityKey(c))); err != nil {
		return nil, err
	}
	logger := log.With(m.options.Log, "account", c.Name)
	for _, what := range a.what.Collectors {
		s, err := m.newSource(a, what, logger)
		if err != nil {
			return nil, err
		}
		a.sources = append(a.sources, s)
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

// env is what the account's clients work with.
func (a *account) env(identityKey []byte) collector.Env {
	return collector.Env{
		Account:   a.config,
		HTTP:      a.client(),
		Identity:  collector.NewIdentity(a.config.Identity, identityKey),
		Pseudonym: collector.NewIdentity(config.Hash, identityKey),
		Renewed:   a.traffic.renewed,
	}
}

// Check tries an account for real, within its limits, and keeps nothing. What fails
// is not tried again: somebody waits.
func Check(ctx context.Context, v collector.Vendor, c config.Account) []collector.Finding {
	a := &account{config: c, wire: newTransport(c, nil), budget: newBudget(c.Limits), retry: newRetryPolicy(0), outage: newOutage(c)}
	a.traffic = newTraffic(&a.changes)
	defer a.disconnect()
	return collector.Check(ctx, v, a.env([]byte(c.IdentityKey.Read())))
}

func (m *Manager) newSource(a *account, what collector.Collector, logger log.Logger) (*source, error) {
	c := a.config
	ledger, err := m.options.Store.Ledger(c.Name + "/" + what.Name)
	if err != nil {
		return nil, err
	}
	n := newCounters(what, ledger, c.DayTimezone)
	n.pruneAfter = m.options.PruneAfter
	s := newSource(what, n, logger, m.generation)
	s.changes = &a.changes
	s.pace = feedPace(c.Limits)
	s.over = a.outage.over
	if follow := m.options.Span; follow != nil {
		s.span = func(ctx context.Context) (context.Context, func(error, int)) {
			return follow(ctx, c.Vendor, c.Name, what.Name)
		}
	}
	n.identity = identityOf(c.Identity, m.identityKey(c))
	if err := n.resume(m.options.Store, time.Now()); err != nil && m.options.Store.Writable() {
		return nil, err
	}
	return s, nil
}

// client returns the one client of the account. It follows no redirect: headers
// and bodies with credentials would travel with it.
func (a *account) client() *http.Client {
	return &http.Client{
		Transport: &transport{
			next:    a.wire,
			budget:  a.budget,
			outage:  a.outage,
			timeout: a.config.Limits.Timeout,
			maxBody: a.config.Limits.MaxResponseBytes,
			retry:   a.retry,
			traffic: a.traffic,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// succeed goes on counting where an account of the same name stopped.
func (a *account) succeed(stopped []*account) {
	for _, o := range stopped {
		if o.config.Name != a.config.Name || o.config.Vendor != a.config.Vendor {
			continue
		}
		a.traffic.succeed(o.traffic)
		for _, s := range a.sources {
			for _, before := range o.sources {
				if s.Name == before.Name {
					s.succeed(before)
				}
			}
		}
	}
}

// start begins to ask. The first requests of its sources are spread over a time.
func (a *account) start(spread time.Duration) {
	a.budget.limit(a.config.Limits)
	ctx, cancel := context.WithCancel(context.Background())
	a.cancel = cancel
	ready := a.budget.delay()
	for _, s := range a.sources {
		if forgotten := s.counters.takeOver(); forgotten > 0 {
			level.Info(s.log).Log("msg", "counters of single agents begin anew: identity has changed", "series", forgotten)
		}
		a.running.Go(func() { s.run(ctx, ready, spread) })
	}
}

// stop returns when nothing of the account is under way any more.
func (a *account) stop() error {
	a.cancel()
	a.running.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	var err error
	if a.what.Close != nil {
		err = a.what.Close(ctx)
	}
	a.disconnect()
	return err
}

// disconnect closes the connections that nothing uses any more.
func (a *account) disconnect() {
	if t, ok := a.wire.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}

// ownBatch is what the exporter knows of its own work for an account, and of
// what it was made: it is made anew only if something has changed.
type ownBatch struct {
	batch   metric.Batch
	changes uint64
	shown   uint64 // sum of the generations of the sources
	minute  int64  // what the client itself knows may depend on the time
}

// gather appends everything that is known of the account.
func (a *account) gather(batches []metric.Batch, now time.Time) []metric.Batch {
	made := ownBatch{changes: a.changes.Load(), minute: now.Unix() / 60}
	for _, s := range a.sources {
		b := s.gather(now)
		b.Account, b.Vendor, b.Source = a.config.Name, a.config.Vendor, s.Name
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
	samples := a.traffic.samples()
	for _, s := range a.sources {
		samples = append(samples, s.samples(now)...)
	}
	if a.what.Samples != nil {
		samples = append(samples, a.what.Samples()...)
	}
	samples = append(samples, a.corrections()...)
	return metric.Batch{
		Account: a.config.Name, Vendor: a.config.Vendor, Time: now, Generation: a.generation(), Samples: samples,
	}
}

// corrections adds up what the sources of the account count of one metric.
func (a *account) corrections() []metric.Sample {
	var sum metric.Sample
	for _, s := range a.sources {
		v, ok := s.counters.corrections()
		if !ok {
			continue
		}
		if sum.Desc == nil || v.Since.Before(sum.Since) {
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
