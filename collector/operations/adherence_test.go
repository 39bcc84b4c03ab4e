package operations

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
)

// counted adds up what the team's intervals add, by metric and labels, at one time after
// the other.
func (x *team) counted(times ...time.Duration) string {
	x.t.Helper()
	sums := map[string]float64{}
	for _, after := range times {
		r, err := x.collect(x.t.Context(), collector.Position{Now: begin.Add(after)})
		if err != nil {
			x.t.Fatal(err)
		}
		for _, i := range r.Intervals.List {
			if !i.End.Equal(begin.Add(after)) || !r.Intervals.FinalUntil.Equal(i.End) {
				x.t.Errorf("an interval ends at %v, final until %v", i.End, r.Intervals.FinalUntil)
			}
			for _, s := range i.Add {
				sums[strings.TrimPrefix(s.Desc.Name, "contactcenter_")+fmt.Sprint(s.Labels)] += s.Value
			}
		}
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		lines = append(lines, fmt.Sprintf("%s%v", name, sums[name]))
	}
	return strings.Join(lines, " ")
}

// Of three agents one is at work all the time, one takes a break, one never comes.
func TestAdherenceIsTimeAtWorkByTimeScheduled(t *testing.T) {
	x := newTeam(t, goodRoster, byID)
	x.agents, x.serving = map[string]bool{"a1": true, "a2": true, "a4": true}, 3
	x.counted(0)
	if got, want := x.counted(30*time.Second, time.Minute), "agent_adherent_seconds_total[a1]60 agent_adherent_seconds_total[a2]60 agent_adherent_seconds_total[a3]0 "+
		"agent_scheduled_seconds_total[a1]60 agent_scheduled_seconds_total[a2]60 agent_scheduled_seconds_total[a3]60 "+
		"group_adherent_seconds_total[9 Orders]120 group_scheduled_seconds_total[9 Orders]180"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	x.agents["a2"] = false
	if got := x.counted(90 * time.Second); !strings.Contains(got, "group_adherent_seconds_total[9 Orders]30 group_scheduled_seconds_total[9 Orders]90") {
		t.Errorf("a break counts: %s", got)
	}
	x.agents = nil // it is not known who is there
	if got := x.counted(2*time.Minute, 150*time.Second); got != "" {
		t.Errorf("counted blindly: %s", got)
	}
	x.agents = map[string]bool{"a1": true}
	if got := x.counted(3 * time.Minute); got != "" {
		t.Errorf("counted what came before it is known: %s", got)
	}
	if got := x.counted(210*time.Second, 30*time.Minute); !strings.Contains(got, "scheduled_seconds_total[9 Orders]90") {
		t.Errorf("counted a gap: %s", got)
	}
}

func TestAdherenceWithoutIdsIsThatOfAsManyAgents(t *testing.T) {
	x := newTeam(t, goodRoster, func(string, string) string { return "" })
	x.agents, x.serving = map[string]bool{}, 2
	x.counted(0)
	if got, want := x.counted(30*time.Second), "group_adherent_seconds_total[9 Orders]60 group_scheduled_seconds_total[9 Orders]90"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if x.serving = 7; !strings.Contains(x.counted(time.Minute), "group_adherent_seconds_total[9 Orders]90 ") {
		t.Error("more agents than are scheduled adhere more")
	}
}

// Who goes home early is absent, who never came is late, who is on a break is neither.
func TestAgentsAreLateUntilTheyHaveBeenThere(t *testing.T) {
	x := newTeam(t, goodRoster, byID)
	at := func(after time.Duration, want string) {
		t.Helper()
		if got := x.at(begin.Add(after)); !strings.Contains(got, want) {
			t.Errorf("after %v: got %s, want %s", after, got, want)
		}
	}
	x.agents = map[string]bool{"a1": true}
	at(0, "group_agents_absent[9 Orders]2 group_agents_late[8 ]0 group_agents_late[9 Orders]2 ")
	x.agents = map[string]bool{"a1": false, "a2": true}
	at(time.Minute, "group_agents_absent[9 Orders]1 group_agents_late[8 ]0 group_agents_late[9 Orders]1 ")
	x.agents = map[string]bool{"a4": true}
	at(2*time.Minute, "group_agents_absent[9 Orders]3 group_agents_late[8 ]0 group_agents_late[9 Orders]1 ")
	x.agents = map[string]bool{"a1": true, "a2": true, "a3": true}
	at(3*time.Minute, "group_agents_absent[9 Orders]0 group_agents_late[8 ]0 group_agents_late[9 Orders]0 ")
}
