package liveperson

import (
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// One agent with a number that cannot be true doesn't hide what the others of the group
// and the skill have.
func TestSumsLeaveOutWhatCannotBe(t *testing.T) {
	agent := func(id string, slots float64) liveperson.AgentStatus {
		return liveperson.AgentStatus{
			AgentID: api.Text(id), AgentGroupID: "1", CurrentStatus: "ONLINE", ConfiguredMaxSlots: api.Number{Value: slots, Valid: true},
			AgentSkills: api.List[liveperson.Skill]{Items: []liveperson.Skill{{ID: "2"}}},
		}
	}
	r := statusReading(liveperson.AgentStatuses{Agents: []liveperson.AgentStatus{agent("1", 3), agent("2", 1e300), agent("3", 4)}},
		collector.NewIdentity(config.None, nil), false, true)
	if r.Skipped != 1 {
		t.Errorf("%d skipped, want 1", r.Skipped)
	}
	sums := 0
	for _, s := range r.Gauges.Samples {
		if s.Desc.Name == "liveperson_group_max_slots" || s.Desc.Name == "liveperson_skill_max_slots" {
			if sums++; s.Value != 7 {
				t.Errorf("%s is %v, want 7", s.Desc.Name, s.Value)
			}
		}
	}
	if sums != 2 {
		t.Errorf("%d sums, want 2", sums)
	}
}
