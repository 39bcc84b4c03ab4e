// Package scrape decides when the vendors are asked and keeps what they said.
// It knows no vendor: what there is to ask comes from collector.
package scrape

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/access"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// Options are what a Manager works with.
type Options struct {
	// Vendors are those that accounts may be of.
	Vendors []collector.Vendor
	// Store keeps cursors and counters.
	Store ledger.Store
	// StoreOf, if not nil, returns what keeps those of one account, in place of Store.
	StoreOf func(account string) (ledger.Store, error)
	// Owns, if not nil, reports whether this process may ask the vendor of an account:
	// another one may do so at other times. Shows reports whether the account may be shown.
	Owns, Shows func(account string) bool
	// Shared, if not nil, reports whether another process fills in the past of an account, or
	// did within the last minute: half of the account's requests are its own.
	Shared func(account string) bool
	Log    log.Logger
	// PruneAfter is how long a counter is kept that neither grows nor is zeroed, such
	// as that of an agent who left, and the state of an account or source that is no
	// longer configured; 0 keeps all of them.
	PruneAfter time.Duration
	// SeriesLimit, if not 0, is what the memory holds of one source's series, and
	// lowers max_series where that is more.
	SeriesLimit int
	// Transport, if not nil, carries the requests of every account in place of
	// real connections.
	Transport http.RoundTripper
	// StartSpread is the time over which the first requests after a start are
	// spread; 0 for what suits the vendor. See firstSpread.
	StartSpread time.Duration
	// Resolver, if not nil, finds the addresses of the vendors' hosts in place of
	// the system.
	Resolver *net.Resolver
	// TraceFetch, if not nil, is called at the begin of every fetch.
	TraceFetch TraceFetch
}

// TraceFetch begins to trace one fetch. The function that it returns is called at the
// end, with the error and the number of samples and events.
type TraceFetch func(ctx context.Context, vendor, account, source string) (context.Context, func(err error, records int))

// Manager asks the vendors of a configuration. Its methods may be called at the
// same time.
type Manager struct {
	options Options
	numbers atomic.Uint64
	tried   atomic.Bool

	applying  sync.Mutex                     // one Apply or Stop at a time
	limiters  map[string]*vendorhttp.Limiter // by vendor and account; guarded by applying
	started   bool                           // whether a configuration was applied; guarded by applying
	retaining *time.Timer                    // calls retain, or nil; guarded by applying
	stopped   bool                           // guarded by applying

	mu       sync.Mutex
	accounts []*account // in the order of the configuration
}

// New returns a Manager without a configuration.
func New(o Options) *Manager {
	if o.StoreOf == nil {
		o.StoreOf = func(string) (ledger.Store, error) { return o.Store, nil }
	}
	return &Manager{options: o, limiters: map[string]*vendorhttp.Limiter{}}
}

// Apply makes c the configuration. All of it is applied or nothing: if an
// account can't be set up, the error says which, and nothing has changed. An
// account that didn't change keeps its session, data, cursors and counters.
func (m *Manager) Apply(c *config.Config) error {
	m.applying.Lock()
	defer m.applying.Unlock()
	if m.stopped {
		return errors.New("the exporter is ending")
	}
	old := m.list()
	var next, fresh, kept []*account
	for _, want := range c.Accounts {
		a := unchanged(old, want)
		if a != nil {
			kept = append(kept, a)
		} else {
			var err error
			if a, err = m.newAccount(want, c); err != nil {
				return fmt.Errorf("account %s: %w", want.Name, err)
			}
			fresh = append(fresh, a)
		}
		next = append(next, a)
	}
	err := stopMissing(old, next) // before a successor takes up the same ledgers
	for _, a := range fresh {
		a.continueFrom(old)
	}
	m.mu.Lock()
	m.accounts = next
	m.mu.Unlock()
	for _, a := range fresh {
		a.start(m.spread(a.config), m.options.Shared)
	}
	for _, a := range kept {
		for _, l := range a.loops {
			l.askAgain()
		}
	}
	m.retainSoon()
	m.started = true
	return err
}

// owns reports whether the account's vendor may be asked now.
func (m *Manager) owns(account string) bool {
	return m.options.Owns == nil || m.options.Owns(account)
}

// spread returns the time over which the first requests of an account are spread.
func (m *Manager) spread(c config.Account) time.Duration {
	switch {
	case m.started:
		return maxSpread
	case m.options.StartSpread > 0:
		return m.options.StartSpread
	}
	return firstSpread(c)
}

// limiter returns the limiter of an account, the same one as long as the process
// lives: an account that is set up again, or only renamed, stays within the window of
// the old one and its bounds of logins.
func (m *Manager) limiter(c config.Account, next *config.Config) *vendorhttp.Limiter {
	scope := c.Vendor + "/" + c.Name
	l := m.limiters[scope]
	if l != nil {
		if m.options.Owns != nil && !slices.ContainsFunc(m.list(), func(a *account) bool { return a.limiter == l }) {
			l.AssumeUsed(access.Limits(c)) // another process may have asked meanwhile
		}
		return l
	}
	if before := renamed(m.list(), c, next); before != nil {
		l = before.limiter
	} else {
		l = vendorhttp.NewLimiter(access.Limits(c))
		l.AssumeUsed(access.Limits(c))
	}
	m.limiters[scope] = l
	return l
}

// renamed returns the account of old with the login of want whose name next no longer
// has; nil if there is none.
func renamed(old []*account, want config.Account, next *config.Config) *account {
	for _, a := range old {
		gone := !slices.ContainsFunc(next.Accounts, func(c config.Account) bool { return c.Name == a.config.Name })
		if gone && a.config.Login() == want.Login() {
			return a
		}
	}
	return nil
}

func unchanged(old []*account, want config.Account) *account {
	for _, a := range old {
		if a.config.Equal(want) {
			return a
		}
	}
	return nil
}

// stopMissing stops the accounts of old that are not in next, all at once.
func stopMissing(old, next []*account) error {
	keep := map[*account]bool{}
	for _, a := range next {
		keep[a] = true
	}
	var mu sync.Mutex
	var errs []error
	var wg sync.WaitGroup
	for _, a := range old {
		if keep[a] {
			continue
		}
		wg.Go(func() {
			err := a.stop()
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// Stop ends everything that is under way and returns when it has ended. What was
// known last is still shown: a last scrape must not find nothing.
func (m *Manager) Stop() error {
	m.applying.Lock()
	defer m.applying.Unlock()
	m.stopped = true
	if m.retaining != nil {
		m.retaining.Stop()
	}
	return stopMissing(m.list(), nil)
}

// Gather returns what is known of all accounts. It waits for no vendor.
func (m *Manager) Gather() []metric.Batch {
	now := time.Now()
	accounts := m.list()
	size := 1 // for what the caller adds
	for _, a := range accounts {
		size += len(a.loops) + 1
	}
	batches := make([]metric.Batch, 0, size)
	for _, a := range accounts {
		if m.options.Shows == nil || m.options.Shows(a.config.Name) {
			batches = a.gather(batches, now)
		}
	}
	return batches
}

// Has reports whether an account is at work.
func (m *Manager) Has(name string) bool {
	return slices.ContainsFunc(m.list(), func(a *account) bool { return a.config.Name == name })
}

// Tried reports whether the first fetch of every source has ended. Once it is
// true it stays so: accounts that a reload adds don't take it back.
func (m *Manager) Tried() bool {
	if m.tried.Load() {
		return true
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if m.Wait(ctx) != nil {
		return false
	}
	m.tried.Store(true)
	return true
}

// Wait waits until the first fetch of every source has ended, well or not, or
// until ctx ends.
func (m *Manager) Wait(ctx context.Context) error {
	for _, a := range m.list() {
		for _, l := range a.asking() {
			select {
			case <-l.tried:
				continue
			default:
			}
			select {
			case <-l.tried:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

func (m *Manager) list() []*account {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.accounts
}

// generation numbers the changes of everything that is shown.
func (m *Manager) generation() uint64 { return m.numbers.Add(1) }

// identityKey returns the key of agents' hashes.
func identityKey(c config.Account, store ledger.Store) []byte {
	if c.IdentityKey.Set() {
		return []byte(c.IdentityKey.Read())
	}
	return store.Key()
}
