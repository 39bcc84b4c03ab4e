package scrape

import (
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// identified are counters of a source that counts agents, and a sum, under an
// identity.
func identified(t *testing.T, store *state.Store, kind config.Identity, key string) (n *counters, forgotten int) {
	t.Helper()
	ledger, err := store.Ledger("account/source")
	if err != nil {
		t.Fatal(err)
	}
	n = newCounters(collector.Collector{Source: collector.Source{Spec: config.Spec{Name: "source"}, Descs: []*metric.Desc{testChanges, testSeconds, testLate}}}, ledger, nil)
	n.identity = identityOf(kind, []byte(key))
	if err := n.resume(store, at("01 00:00:00")); err != nil {
		t.Fatal(err)
	}
	if series := n.ledger.View().Len; kind != config.Hash && series == 0 {
		t.Fatal("what was counted is forgotten before the new account takes over")
	}
	return n, n.takeOver()
}

// Whoever changes what agents are called by doesn't want to see what they were
// called before: not on the page, and not in a state that goes on.
func TestAnotherIdentityForgetsTheAgentsOfBefore(t *testing.T) {
	for name, c := range map[string]struct {
		kind   config.Identity
		key    string
		forget bool
	}{
		"the same":    {config.Hash, "one", false},
		"another key": {config.Hash, "two", true},
		"none":        {config.None, "one", true},
		"name":        {config.Name, "one", true},
	} {
		t.Run(name, func(t *testing.T) {
			store, err := state.Open(t.TempDir(), state.Options{BackupEvery: -1})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { store.Close() })
			n, _ := identified(t, store, config.Hash, "one")
			n.mustAdd(t, metric.Reading{
				Events:  []metric.Event{changed("1", "01 12:00:00", "ann", "online"), changed("2", "01 12:40:00", "ann", "away")},
				Settled: at("01 12:30:00"), Running: true, Zero: []metric.Sample{testLate.Of(0), testChanges.Of(0, ""), testChanges.Of(0, other)},
			}, at("01 13:00:00"))
			n, forgotten := identified(t, store, c.kind, c.key)
			n.mustAdd(t, metric.Reading{Settled: at("01 13:00:00"), Running: true}, at("01 14:00:00"))
			for _, seen := range []float64{n.value(testChanges, "ann"), n.value(testSeconds, "ann", "online"), n.value(testSeconds, "ann", "away")} {
				if (seen < 0) != c.forget {
					t.Errorf("what was counted of the agent shows as %v", seen)
				}
			}
			if n.value(testLate) != 0 || n.value(testChanges, "") != 0 || n.value(testChanges, other) != 0 {
				t.Error("what was counted of nobody alone is gone")
			}
			if (forgotten > 0) != c.forget {
				t.Errorf("%d series are said to be forgotten", forgotten)
			}
			if n.labels.known[agentLabel]["ann"] == c.forget {
				t.Errorf("the agents that are known are %v", n.labels.known[agentLabel])
			}
		})
	}
}

func TestGaugesShowTheValuesThatThereAre(t *testing.T) {
	campaign := &metric.Desc{Name: "x", Labels: []string{"campaign_id"}, Open: []string{"campaign_id"}}
	b := bounds{most: 2, known: map[string]map[string]bool{}}
	for day, c := range []struct{ campaigns, shown []string }{
		{[]string{"a", "b", "c"}, []string{"a", "b", other}},
		{[]string{"c", "b", "a"}, []string{other, "b", "a"}}, // those that were shown stay
		{[]string{"c", "b"}, []string{"c", "b"}},
		{[]string{"d", "e", "f"}, []string{"d", "e", other}}, // a new day
		{nil, nil},
		{[]string{"g", "h"}, []string{"g", "h"}},
	} {
		var r metric.Reading
		for _, id := range c.campaigns {
			r.Samples = append(r.Samples, campaign.Of(1, id))
		}
		b.reading(&r, 0)
		for i, s := range r.Samples {
			if s.Labels[0] != c.shown[i] {
				t.Errorf("day %d: %s is shown as %s, want %s", day, c.campaigns[i], s.Labels[0], c.shown[i])
			}
		}
	}
}
