package scrape

import (
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// metaIdentity is the identity under which the series of agents were counted.
const metaIdentity = "identity"

// identityOf tells the identities of accounts apart: by kind, and hashes by their
// key, which it doesn't give away.
func identityOf(kind config.Identity, key []byte) string {
	if kind != config.Hash {
		return string(kind)
	}
	return string(kind) + " " + collector.NewIdentity(kind, key)("which key it is", "")
}

// takeOver makes the ledger that of this identity, once nobody else counts in it any
// more, and learns the values that it has. It returns how many series of agents were
// forgotten. On a full disk they are with the first answer that is kept.
func (n *counters) takeOver() (forgotten int) {
	err := n.ledger.Update(func(tx *state.Tx) error {
		forgotten = n.identify(tx)
		return nil
	})
	if before := n.begin; err != nil {
		forgotten = 0
		n.begin = func(tx *state.Tx) {
			n.identify(tx)
			if before != nil {
				before(tx)
			}
		}
	}
	shown, _ := n.samples()
	n.labels.learn(shown)
	return forgotten
}

// identify forgets the series of agents that were counted under another identity,
// and the states that they are in: who has changed it doesn't want to see the
// names of before. It returns how many series.
func (n *counters) identify(tx *state.Tx) int {
	last := string(tx.Get(metaKind, metaIdentity))
	if last == n.identity {
		return 0
	}
	tx.Put(metaKind, metaIdentity, []byte(n.identity))
	if last == "" || !n.ofAgents {
		return 0
	}
	for _, kind := range []string{spanKind, waitingKind} {
		for key := range tx.Each(kind) {
			tx.PutKey(kind, key, nil)
		}
	}
	return tx.DropSeries(n.ofAgent)
}

// ofAgent reports whether a series is that of a single agent, or of a metric that
// nobody knows any more.
func (n *counters) ofAgent(series string) bool {
	name, rest, _ := strings.Cut(series, metric.Separator)
	d := n.descs[name]
	if d == nil {
		return true
	}
	at := slices.Index(d.Labels, agentLabel)
	if at < 0 {
		return false
	}
	labels := strings.Split(rest, metric.Separator)
	return at < len(labels) && labels[at] != "" && labels[at] != other
}
