package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// The counters of a source stand in the order in which they were first counted. The order
// of the generation before is used again where it can be.
func TestTheOrderOfTheGenerationBeforeIsContinued(t *testing.T) {
	gauge := metric.Gauge.Desc("livevox_agents", "", "h", "agent_id")
	counter := metric.Counter.Desc("livevox_calls_total", "", "h", "agent_id")
	parts := func(gauges, counters string, former []*part) source {
		b := metric.Batch{Account: "a"}
		for _, id := range strings.Fields(gauges) {
			b.Samples = append(b.Samples, gauge.Of(1, id))
		}
		for _, id := range strings.Fields(counters) {
			b.Samples = append(b.Samples, counter.Of(1, id))
		}
		return source{}.split(&b, former)
	}
	before := parts("x", "d b c a", nil).parts
	for _, c := range []struct {
		name, gauges, counters string
		continued              bool
	}{
		{"the same", "x", "d b c a", true},
		{"new ones", "x", "d b c a f bb 0", true},
		{"other gauges", "x y", "d b c a e", true},
		{"no gauges", "", "d b c a", true},
		{"one is gone", "x", "d b c", false},
		{"another one", "x", "d b c e", false},
		{"others", "x", "a b y z x", false},
		{"one twice", "x", "d b c a b", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parts(c.gauges, c.counters, before)
			p := s.parts[len(s.parts)-1]
			want := strings.Fields(c.counters)
			slices.Sort(want)
			all := len(want)
			if want = slices.Compact(want); s.dropped != all-len(want) {
				t.Errorf("%d dropped, want %d", s.dropped, all-len(want))
			}
			got := idsOf(p, p.order)
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			asSplit := &part{desc: p.desc, labels: p.labels, samples: p.samples}
			for i := range p.samples {
				if p.samples[i].Desc == counter {
					asSplit.add(int32(i))
				}
			}
			if order := asSplit.continued(before[len(before)-1].order); slices.Equal(idsOf(p, order), want) != c.continued {
				t.Errorf("continued: %v", idsOf(p, order))
			}
		})
	}
}

func idsOf(p *part, order []int32) (ids []string) {
	for _, i := range order {
		ids = append(ids, p.samples[i].Labels[0])
	}
	return ids
}
