package livevox

import (
	"fmt"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

func TestServicesAreMeasuredOverAllAgents(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m := measured([]collector.Shown{
		{Source: "service_stats", At: at, Samples: []metric.Sample{serviceOffered.Of(40, "9", "Orders"), serviceLongest.Of(3, "9", "Orders")}},
		{Source: "agent_stats", At: at.Add(time.Second), Samples: []metric.Sample{
			agentCalls.Of(20, "a", "9", "inbound"), agentCalls.Of(2, "a", "9", "outbound"), agentCalls.Of(10, "b", "9", "inbound"),
			agentTalk.Of(1000, "a", "9"), agentWrapUp.Of(100, "a", "9"), agentTalk.Of(500, "b", "9"), agentReady.Of(9, "b", "9"),
			agentTalk.Of(7, "c", ""), // the legacy method knows no services
		}},
	})
	if len(m.Offered.Groups) != 1 || len(m.Handled.Groups) != 1 || !m.Offered.At.Equal(at) || !m.Handled.At.Equal(at.Add(time.Second)) {
		t.Fatalf("measured %+v", m)
	}
	if got, want := fmt.Sprint(*m.Offered.Groups["9"], *m.Handled.Groups["9"], m.Parallel), "{40 0 0} {32 30 1600} false"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
