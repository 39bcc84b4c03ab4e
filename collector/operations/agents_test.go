package operations

import (
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

func anyAgent(collector.Setup) AgentIDs { return AgentIDs{} }

// The column agent_id may hold a name or an address.
func TestNoTextOfARosterThatIsNoAgentBecomesALabel(t *testing.T) {
	const head = "agent_id,group_id,activity,start,end\n"
	const times = ",9,calls,2026-03-02T08:00:00Z,2026-03-02T12:00:00Z\n"
	rows := head + "Maria Mustermann" + times + "agent4" + times + "maria@example.org" + times
	calendar := "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nX-AGENT-ID:Maria Mustermann\r\nX-GROUP-ID:9\r\nDTSTART:20260302T080000Z\r\nDTEND:20260302T120000Z\r\nEND:VEVENT\r\n" +
		"BEGIN:VEVENT\r\nX-AGENT-ID:agent4\r\nX-GROUP-ID:9\r\nDTSTART:20260302T080000Z\r\nDTEND:20260302T120000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	fits := AgentIDs{Fits: func(id string) bool { return strings.HasPrefix(id, "agent") }}
	met := AgentIDs{Shown: func(id string) string { return map[string]string{"agent4": "AGENT4"}[id] }}
	for name, c := range map[string]struct {
		content, agent string
		vendor         AgentIDs
		want           string
	}{
		"ids of a form":             {rows, "agent4", fits, "scheduled[9 Orders]1 roster_rows_skipped[]2 "},
		"ids of a form, a calendar": {calendar, "agent4", fits, "scheduled[9 Orders]1 roster_rows_skipped[]1 "},
		"ids that were shown":       {rows, "AGENT4", met, "absent[9 Orders]2 group_agents_late[9 Orders]2 group_agents_scheduled[9 Orders]3 roster_rows_skipped[]0 "},
	} {
		for kind, identity := range map[config.Identity]collector.Identity{config.ID: byID, config.Hash: collector.NewIdentity(config.Hash, []byte("key"))} {
			x := newTeam(t, c.content, identity)
			x.vendor, x.agents, x.serving = c.vendor, map[string]bool{identity(c.agent, ""): true}, 1
			x.open()
			x.at(begin)
			got := x.at(begin)
			if !strings.Contains(got, c.want) || strings.Count(got, "agent_adherent") != 1 || !strings.Contains(got, "agent_adherent["+identity(c.agent, "")+"]1") {
				t.Errorf("%s, %s: %s, want %s", name, kind, got, c.want)
			}
			if counted := x.counted(30*time.Second, time.Minute); strings.Contains(strings.ToLower(counted), "maria") || !strings.Contains(counted, "agent_scheduled_seconds_total["+identity(c.agent, "")+"]") {
				t.Errorf("%s, %s: %s", name, kind, counted)
			}
		}
	}
}

func TestACheckSaysThatRowsHaveNoIdsOfTheVendor(t *testing.T) {
	d, err := readDuties([]byte("agent_id,group_id,activity,start,end\nMaria,9,calls,2026-03-02T08:00:00Z,2026-03-02T12:00:00Z\n"), rosterIn(t, ""), AgentIDs{Fits: func(string) bool { return false }}, begin)
	if err == nil || !strings.Contains(err.Error(), "line 2 has an agent_id that is none of the vendor's") || d.skipped != 1 {
		t.Error(err, d.skipped)
	}
}
