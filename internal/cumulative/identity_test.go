package cumulative

import (
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// identified are counters of a source that counts agents, and a sum, under an
// identity.
func identified(t *testing.T, store *state.Store, identity string) (n *Counters, forgotten int) {
	t.Helper()
	n = openCounters(t, store, Options{Source: "source", Identity: identity, Descs: []*metric.Desc{testChanges, testSeconds, testLate}})
	if identity != "one" && n.ledger.View().Len() == 0 {
		t.Fatal("what was counted is forgotten before the new account takes over")
	}
	return n, n.TakeOver()
}

// Another identity means that the former names of agents are not wanted: not on the
// page, and not in a state that continues.
func TestAnotherIdentityForgetsTheAgentsOfBefore(t *testing.T) {
	for name, c := range map[string]struct {
		identity string
		forget   bool
	}{
		"the same": {"one", false},
		"another":  {"two", true},
	} {
		t.Run(name, func(t *testing.T) {
			store, err := state.Open(t.TempDir(), state.Options{BackupEvery: -1})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { store.Close() })
			n, _ := identified(t, store, "one")
			r := running(at("01 12:30:00"), changed("1", "01 12:00:00", "ann", "online"), changed("2", "01 12:40:00", "ann", "away"))
			r.Events.Zero = []metric.Sample{testLate.Of(0), testChanges.Of(0, ""), testChanges.Of(0, Other)}
			n.mustAdd(t, r, at("01 13:00:00"))
			n, forgotten := identified(t, store, c.identity)
			n.mustAdd(t, running(at("01 13:00:00")), at("01 14:00:00"))
			for _, seen := range []float64{n.value(testChanges, "ann"), n.value(testSeconds, "ann", "online"), n.value(testSeconds, "ann", "away")} {
				if (seen < 0) != c.forget {
					t.Errorf("what was counted of the agent shows as %v", seen)
				}
			}
			if n.value(testLate) != 0 || n.value(testChanges, "") != 0 || n.value(testChanges, Other) != 0 {
				t.Error("what was counted of no agent is gone")
			}
			if (forgotten > 0) != c.forget {
				t.Errorf("%d series are said to be forgotten", forgotten)
			}
			if _, known := n.labels.series.used[n.labels.series.hash([]byte(testChanges.Of(0, "ann").Key()))]; known == c.forget {
				t.Errorf("the agent is known: %v", known)
			}
		})
	}
}

func TestGaugesShowTheValuesThatThereAre(t *testing.T) {
	campaign := &metric.Desc{Name: "x", Labels: []string{"campaign_id"}, Open: []string{"campaign_id"}}
	b := newCardinality(2, 0)
	for day, c := range []struct{ campaigns, shown []string }{
		{[]string{"a", "b", "c"}, []string{"a", "b", Other}},
		{[]string{"c", "b", "a"}, []string{Other, "b", "a"}}, // those that were shown stay
		{[]string{"c", "b"}, []string{"c", "b"}},
		{[]string{"d", "e", "f"}, []string{"d", "e", Other}}, // a new day
		{nil, nil},
		{[]string{"g", "h"}, []string{"g", "h"}},
	} {
		var r metric.Reading
		for _, id := range c.campaigns {
			r.Gauges.Samples = append(r.Gauges.Samples, campaign.Of(1, id))
		}
		b.limit(&r, at("01 12:00:00"))
		for i, s := range r.Gauges.Samples {
			if s.Labels[0] != c.shown[i] {
				t.Errorf("day %d: %s is shown as %s, want %s", day, c.campaigns[i], s.Labels[0], c.shown[i])
			}
		}
	}
}

// What was counted of a metric that the configuration leaves out leaves the state; the
// exporter's own counters of the source stay.
func TestADroppedMetricLeavesTheState(t *testing.T) {
	store, err := state.Open(t.TempDir(), state.Options{BackupEvery: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	n, _ := identified(t, store, "one")
	n.mustAdd(t, running(at("01 12:30:00"), changed("1", "01 12:00:00", "ann", "online")), at("01 13:00:00"))
	before := n.ledger.View().Len()
	n = openCounters(t, store, Options{Source: "source", Identity: "one", Descs: []*metric.Desc{testSeconds, testLate}, Dropped: []*metric.Desc{testChanges}})
	n.TakeOver()
	for key := range n.ledger.View().All() {
		if key.Metric == testChanges.Name {
			t.Errorf("%q is kept", key)
		}
	}
	if after := n.ledger.View().Len(); after == 0 || after >= before {
		t.Errorf("%d series of %d", after, before)
	}
}
