package livevox

import (
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// An answer without a list is no complete one: day totals that come later are not growth.
func TestTotalsThatAreAbsentArePartial(t *testing.T) {
	absent := livevox.Extent{Absent: true}
	name := func(id, _ string) string { return id }
	for source, partial := range map[string]bool{
		"service_stats":      serviceStatsReading(livevox.ServiceStats{Extent: absent}, 1).Partial,
		"agent_stats":        agentStatsReading(livevox.AgentStats{Extent: absent}, name).Partial,
		"agent_stats legacy": legacyAgentStatsReading(livevox.LegacyAgentStats{Extent: absent}, name).Partial,
	} {
		if !partial {
			t.Errorf("%s takes it for a whole answer", source)
		}
	}
}
