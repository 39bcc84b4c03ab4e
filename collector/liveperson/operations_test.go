package liveperson

import (
	"fmt"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

func TestSkillsAreMeasuredUpToWhereIntervalsAreSettled(t *testing.T) {
	settled := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	counted := []metric.Sample{
		intervalArrivals.Of(40, "7", "Sales"),
		intervalHandle.Of(1000, "7", "Sales", "ift", ""),
		intervalHandle.Of(2000, "7", "Sales", "ift", "other"),
		intervalClosed.Of(30, "7", "Sales", ""),
		intervalHandled.Of(90, "7", "Sales", ""),
	}
	batch := collector.Shown{Source: "interval_metrics", At: settled.Add(time.Hour), Samples: counted}
	if m := measured([]collector.Shown{batch}); len(m.Offered.Groups)+len(m.Handled.Groups) > 0 {
		t.Errorf("measured at an unknown time: %+v", m)
	}
	batch.Samples = append(counted, intervalSettled.Of(float64(settled.Unix())))
	m := measured([]collector.Shown{batch})
	if len(m.Handled.Groups) != 1 || !m.Offered.At.Equal(settled) || !m.Handled.At.Equal(settled) {
		t.Fatalf("measured %+v", m)
	}
	if got, want := fmt.Sprint(m.Offered.Groups["7"].Calls, *m.Handled.Groups["7"], m.Parallel), "40 {30 30 3000} true"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestIdsOfAgentsAreDigits(t *testing.T) {
	for id, want := range map[string]bool{"3697240814": true, "": false, "Maria Mustermann": false, "maria@example.org": false, "-1": false, "12 34": false} {
		if isAgentID(id) != want {
			t.Errorf("%q: %v", id, !want)
		}
	}
}

func TestSlotsAndResponseTargetsOfSkills(t *testing.T) {
	m := measured([]collector.Shown{
		{Source: "agent_status", Samples: []metric.Sample{skillMaxSlots.Of(12, "7", "Sales"), skillMaxSlots.Of(3, "8", "Help")}},
		{Source: "names", Samples: []metric.Sample{responseTarget.Of(60, "7", "first"), responseTarget.Of(300, "7", "default"), responseTarget.Of(30, "7", "urgent"), responseTarget.Of(200, "8", "default")}},
	})
	if got, want := fmt.Sprint(m.Slots, m.Within), "map[7:12 8:3] map[7:1m0s 8:3m20s]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
