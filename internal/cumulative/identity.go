package cumulative

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// metaIdentity is the identity under which the series of agents were counted.
const metaIdentity = "identity"

// TakeOver makes the ledger that of this identity, once no other Counters use it, and
// learns the label values that it has. It returns how many series of agents were
// dropped. On a full disk they are dropped with the first answer that is stored.
func (n *Counters) TakeOver() (forgotten int) {
	err := n.write(func(tx ledger.Tx) {
		forgotten = n.identify(tx)
		n.dropMetrics(tx)
	})
	if n.labels.known = n.all(n.View()); err != nil {
		return 0
	}
	return forgotten
}

// identify drops the series of agents that were counted under another identity, and
// the states that they are in: the former names must not be shown any more. It returns
// how many series.
func (n *Counters) identify(tx ledger.Tx) int {
	last := string(getMeta(tx, metaIdentity))
	if last == n.options.Identity {
		return 0
	}
	putMeta(tx, metaIdentity, []byte(n.options.Identity))
	if last == "" || !n.ofAgents {
		return 0
	}
	for _, kind := range []string{stateKind, deferredKind, formerDeferredKind} {
		for key := range tx.Each(kind) {
			tx.Put(kind, key, nil)
		}
	}
	return tx.DropSeries(n.ofAgent)
}

// dropMetrics drops the series of metrics that the configuration leaves out.
func (n *Counters) dropMetrics(tx ledger.Tx) {
	dropped := map[string]bool{}
	for _, d := range n.options.Dropped {
		dropped[d.Name] = true
	}
	if len(dropped) == 0 {
		return
	}
	tx.DropSeries(func(series ledger.Series) bool { return dropped[series.Metric] })
}

// ofAgent reports whether a series is that of a single agent, or of a metric that no
// longer exists.
func (n *Counters) ofAgent(series ledger.Series) bool {
	s, exists := n.sample(series, ledger.Value{})
	if exists {
		return isOfAgent(&s)
	}
	return n.options.Corrections == nil || series.Key() != n.options.Corrections.Of(0).Key()
}
