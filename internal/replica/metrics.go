package replica

import (
	"errors"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// The metrics of ownership.
var (
	accountOwned = &metric.Desc{
		Name:   "contactcenter_account_owned",
		Help:   "1 if this replica owns the account, so that it asks the vendor and shows the account, else 0. Only with several replicas.",
		Labels: []string{"account", "vendor"},
	}
	accountEpoch = &metric.Desc{
		Name:   "contactcenter_account_epoch",
		Help:   "Number of times that the account was acquired by any replica, as this replica knows it. Only with several replicas.",
		Unit:   "1",
		Labels: []string{"account", "vendor"},
	}
	accountTakeovers = &metric.Desc{
		Name:   "contactcenter_account_takeovers_total",
		Help:   "Times that this replica took the account over from another process. Only with several replicas.",
		Unit:   "{takeover}",
		Kind:   metric.Counter,
		Labels: []string{"account", "vendor"},
	}
	accountFenced = &metric.Desc{
		Name:   "contactcenter_account_fenced_total",
		Help:   "Commits of this replica that were refused because another process owned the account. Only with several replicas.",
		Unit:   "{commit}",
		Kind:   metric.Counter,
		Labels: []string{"account", "vendor"},
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

// Descs returns the metrics of a Group.
func Descs() []*metric.Desc {
	return []*metric.Desc{accountOwned, accountEpoch, accountTakeovers, accountFenced, commitDuration, synchronous}
}

// metrics is what a Group counts. Group.mu guards it.
type metrics struct {
	since     time.Time
	takeovers map[string]uint64
	fenced    map[string]uint64
	commits   *metric.Distribution
}

func newMetrics() metrics {
	return metrics{
		since: time.Now(), takeovers: map[string]uint64{}, fenced: map[string]uint64{},
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

// Samples returns the metrics of a Group. Those of accounts concern this process, not what
// is shown of an account: they are on no page of a single account.
func (g *Group) Samples() []metric.Sample {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := &g.metrics
	took := commitDuration.Of(0)
	took.Since, took.Histogram = m.since, m.commits.Clone()
	samples := []metric.Sample{took, synchronous.Of(bit(g.synced))}
	for _, a := range g.accounts {
		h := g.held[a.Name]
		samples = append(samples,
			accountOwned.Of(bit(h != nil && h.valid()), a.Name, a.Vendor),
			accountEpoch.Of(float64(g.epochs[a.Name]), a.Name, a.Vendor),
			m.count(accountTakeovers, m.takeovers[a.Name], a),
			m.count(accountFenced, m.fenced[a.Name], a))
	}
	return samples
}

func bit(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (m *metrics) count(d *metric.Desc, n uint64, a Account) metric.Sample {
	s := d.Of(float64(n), a.Name, a.Vendor)
	s.Since = m.since
	return s
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
