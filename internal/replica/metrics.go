package replica

import (
	"errors"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// The metrics of ownership.
var (
	accountOwned = &metric.Desc{
		Name: "contactcenter_account_owned",
		Help: "1 if this replica owns the account, so that it asks the vendor and shows the account, else 0. Only with several replicas.",
	}
	accountEpoch = &metric.Desc{
		Name: "contactcenter_account_epoch",
		Help: "Number of times that the account was acquired by any replica, as this replica knows it. Only with several replicas.",
		Unit: "1",
	}
	accountTakeovers = &metric.Desc{
		Name: "contactcenter_account_takeovers_total",
		Help: "Times that this replica took the account over from another process. Only with several replicas.",
		Unit: "{takeover}",
		Kind: metric.Counter,
	}
	accountFenced = &metric.Desc{
		Name: "contactcenter_account_fenced_total",
		Help: "Commits of this replica that were refused because another process owned the account. Only with several replicas.",
		Unit: "{commit}",
		Kind: metric.Counter,
	}
	commitDuration = &metric.Desc{
		Name:    "contactcenter_exporter_state_commit_duration_seconds",
		Help:    "Seconds that commits of counters and cursors to the database took. Only with several replicas.",
		Unit:    "s",
		Kind:    metric.Histogram,
		Buckets: []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10},
	}
	synchronous = &metric.Desc{
		Name: "contactcenter_exporter_state_synchronous",
		Help: "1 if a commit that succeeded survives a promotion of a standby of the database, 0 if a standby is asynchronous. Only with several replicas.",
	}
)

// Descs returns the metrics of a Group as a whole, AccountDescs those of each account.
func Descs() []*metric.Desc { return []*metric.Desc{commitDuration, synchronous} }

// AccountDescs returns the metrics of each account.
func AccountDescs() []*metric.Desc {
	return []*metric.Desc{accountOwned, accountEpoch, accountTakeovers, accountFenced}
}

// metrics is what a Group counts. Group.mu guards it.
type metrics struct {
	since     time.Time
	takeovers map[string]uint64
	fenced    map[string]uint64
	commits   *metric.Distribution
	batches   map[string]metric.Batch // as they were shown last
}

func newMetrics() metrics {
	return metrics{
		since: time.Now(), takeovers: map[string]uint64{}, fenced: map[string]uint64{}, batches: map[string]metric.Batch{},
		commits: &metric.Distribution{Counts: make([]uint64, len(commitDuration.Buckets)+1), Native: map[int]uint64{}},
	}
}

// tookOver counts an account that was acquired, unless it had no owner before.
func (m *metrics) tookOver(l Lease) {
	if l.Owner != "" {
		m.takeovers[l.Account]++
	}
}

// committed counts a commit that succeeded.
func (g *Group) committed(took time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.metrics.commits.Observe(commitDuration.Buckets, took.Seconds())
}

// Batches returns the metrics of each account of the configuration.
func (g *Group) Batches() []metric.Batch {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := &g.metrics
	out := make([]metric.Batch, 0, len(g.accounts))
	for _, a := range g.accounts {
		h := g.held[a.Name]
		owned := 0.0
		if h != nil && h.valid() {
			owned = 1
		}
		b := m.batch(a, []metric.Sample{
			accountOwned.Of(owned),
			accountEpoch.Of(float64(g.epochs[a.Name])),
			m.count(accountTakeovers, m.takeovers[a.Name]),
			m.count(accountFenced, m.fenced[a.Name]),
		})
		out = append(out, b)
	}
	return out
}

// batch returns samples of an account, with a new generation if they have changed.
func (m *metrics) batch(a Account, samples []metric.Sample) metric.Batch {
	last := m.batches[a.Name]
	if slices.EqualFunc(samples, last.Samples, func(a, b metric.Sample) bool { return a.Value == b.Value }) {
		return last
	}
	b := metric.Batch{Account: a.Name, Vendor: a.Vendor, Source: "replica", Generation: last.Generation + 1, Samples: samples}
	m.batches[a.Name] = b
	return b
}

func (m *metrics) count(d *metric.Desc, n uint64) metric.Sample {
	s := d.Of(float64(n))
	s.Since = m.since
	return s
}

// Samples returns the metrics of the process as a whole.
func (g *Group) Samples() []metric.Sample {
	g.mu.Lock()
	defer g.mu.Unlock()
	took := commitDuration.Of(0)
	took.Since, took.Histogram = g.metrics.since, g.metrics.commits.Clone()
	synced := 0.0
	if g.synced {
		synced = 1
	}
	return []metric.Sample{took, synchronous.Of(synced)}
}

// Size returns the bytes of the state of all accounts of all replicas.
func (g *Group) Size() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.size
}

// Writable is false while the database cannot be used, and after a commit that failed:
// see state.Store.Writable.
func (g *Group) Writable() bool { return g.Err() == nil }

// Err returns why the Group is not Writable; nil if it is.
func (g *Group) Err() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.ready {
		return errors.Join(errNotReady, g.failing)
	}
	if g.failing != nil {
		return g.failing
	}
	for _, h := range g.held {
		if h.store != nil && !h.lost {
			if err := h.store.Err(); err != nil {
				return err
			}
		}
	}
	return nil
}
