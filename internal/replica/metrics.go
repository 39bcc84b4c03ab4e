package replica

import (
	"errors"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// The metrics of ownership.
var (
	accountOwned = metric.Gauge.Desc("contactcenter_account_owned", "",
		"1 if this replica owns the account, so that it asks the vendor and shows the account, else 0. Only with several replicas.", "account", "vendor")
	accountEpoch = metric.Gauge.Desc("contactcenter_account_epoch", "",
		"Number of times that the account was acquired by any replica, as this replica knows it. Only with several replicas.", "account", "vendor")
	accountTakeovers = metric.Counter.Desc("contactcenter_account_takeovers_total", "{takeover}",
		"Times that this replica took the account over from another process. Only with several replicas.", "account", "vendor")
	accountFenced = metric.Counter.Desc("contactcenter_account_fenced_total", "{commit}",
		"Commits of this replica that were refused because another process owned the account. Only with several replicas.", "account", "vendor")
	commitDuration = metric.Histogram.Desc("contactcenter_exporter_state_commit_duration_seconds", "s",
		"Seconds that commits of counters and cursors to the database took. Only with several replicas.").Bucketed(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
	synchronous = metric.Gauge.Desc("contactcenter_exporter_state_synchronous", "",
		"1 if a commit that succeeded survives a promotion of a standby of the database, 0 if a standby is asynchronous. Only with several replicas.")
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
	took := commitDuration.Of(0).From(m.since)
	took.Histogram = m.commits.Clone()
	samples := []metric.Sample{took, synchronous.Of(metric.Truth(g.synced))}
	for _, a := range g.accounts {
		h := g.held[a.Name]
		samples = append(samples,
			accountOwned.Of(metric.Truth(h != nil && h.valid()), a.Name, a.Vendor),
			accountEpoch.Of(float64(g.epochs[a.Name]), a.Name, a.Vendor),
			accountTakeovers.Of(float64(m.takeovers[a.Name]), a.Name, a.Vendor).From(m.since),
			accountFenced.Of(float64(m.fenced[a.Name]), a.Name, a.Vendor).From(m.since))
	}
	return samples
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
