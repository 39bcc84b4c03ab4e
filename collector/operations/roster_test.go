package operations

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

const goodRoster = `name,agent_id,group_id,activity,start,end
Ms One,a1,9,calls,2026-03-02T09:00:00Z,2026-03-02T12:00:00Z
Mr Two,a2,9,calls,2026-03-02T10:00:00+01:00,2026-03-02T12:00:00Z
Ms Three,a3,9,Calls,2026-03-02T08:00:00Z,2026-03-02T09:30:00Z
Ms Four,a4,9,Lunch break,2026-03-02T08:00:00Z,2026-03-02T12:00:00Z
Mr Five,a5,8,chat,2026-03-02T10:00:00Z,2026-03-02T12:00:00Z
`

// team is an account with a roster and agents who are at work, or not.
type team struct {
	t       *testing.T
	file    string
	collect collector.Collect
	agents  map[string]bool
	serving float64

	identity config.Identity
	label    collector.Identity
	vendor   AgentIDs
}

func (x *team) ids(collector.Setup) AgentIDs { return x.vendor }

func newTeam(t *testing.T, content string, label collector.Identity) *team {
	x := &team{t: t, file: filepath.Join(t.TempDir(), "roster"), label: label}
	x.write(content, 0)
	x.open()
	return x
}

// open opens the source, as a start does.
func (x *team) open() {
	measure := func(collector.Setup) Measure {
		return func([]collector.Shown) Measured { return Measured{Agents: x.agents} }
	}
	shown := func(time.Time) []collector.Shown {
		return []collector.Shown{{Fresh: true, Samples: []metric.Sample{
			collector.Agents().Of(x.serving, "9", "Orders", "on_contact"), collector.Agents().Of(5, "9", "Orders", "unavailable"),
		}}}
	}
	env := collector.Env{Account: config.Account{Roster: config.Roster{File: x.file}, Identity: x.identity}, Shown: shown, Identity: x.label}
	x.collect = Source(measure, x.ids).Open(collector.Setup{Env: env, Config: config.Source{Interval: 30 * time.Second, MaxAge: 2 * time.Minute}})
}

func (x *team) write(content string, age time.Duration) {
	if err := os.WriteFile(x.file, []byte(content), 0o600); err != nil {
		x.t.Fatal(err)
	}
	changed := begin.Add(-age)
	if err := os.Chtimes(x.file, changed, changed); err != nil {
		x.t.Fatal(err)
	}
}

// at returns what is shown at a time, without the time of the reading.
func (x *team) at(now time.Time) string {
	x.t.Helper()
	r, err := x.collect(x.t.Context(), collector.Position{Now: now})
	if err != nil {
		x.t.Fatal(err)
	}
	var lines []string
	for _, s := range r.Gauges.Samples {
		if s.Desc != rosterUpdated {
			lines = append(lines, strings.TrimPrefix(s.Desc.Name, "contactcenter_")+fmt.Sprintf("%v%v", s.Labels, s.Value))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, " ")
}

func byID(id, _ string) string { return id }

func TestTheRosterIsComparedWithWhoIsThere(t *testing.T) {
	x := newTeam(t, goodRoster, byID)
	x.agents, x.serving = map[string]bool{"a1": true, "a2": false, "a4": true}, 1.5
	want := "agent_adherent[a1]1 agent_adherent[a2]0 agent_adherent[a3]0 group_adherence_ratio[9 Orders]0.5 group_agents_absent[8 ]0 group_agents_absent[9 Orders]1 group_agents_late[8 ]0 group_agents_late[9 Orders]1 group_agents_scheduled[8 ]0 group_agents_scheduled[9 Orders]3 roster_rows_skipped[]0 roster_up[]1"
	if got := x.at(begin); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	x.serving = 4 // more than are scheduled
	if got := x.at(begin.Add(90 * time.Minute)); !strings.Contains(got, "group_adherence_ratio[9 Orders]1 ") || !strings.Contains(got, "scheduled[8 ]1") || !strings.Contains(got, "scheduled[9 Orders]2") {
		t.Error(got)
	}
	x.agents = nil // it is not known who is there
	if got := x.at(begin); strings.Contains(got, "adheren") {
		t.Error(got)
	}
}

func TestAgentsOfOtherIdsAreNotJudged(t *testing.T) {
	for name, identity := range map[string]collector.Identity{"none": func(string, string) string { return "" }, "hash": func(id, _ string) string { return "#" + id }} {
		x := newTeam(t, goodRoster, identity)
		if x.agents = map[string]bool{"a1": true}; strings.Contains(x.at(begin), "agent_adherent") {
			t.Errorf("%s: %s", name, x.at(begin))
		}
		if x.agents = map[string]bool{"#a2": true}; strings.Contains(x.at(begin), "agent_adherent[#a2]1") != (name == "hash") {
			t.Errorf("%s: %s", name, x.at(begin))
		}
	}
}

// With identity: name an agent without a name is shown by the id: that is no sign that the
// roster's ids are those of others.
func TestAgentsWhoAreShownByNameAreNotJudged(t *testing.T) {
	x := newTeam(t, goodRoster, func(id, name string) string { return cmp.Or(name, id) })
	x.agents, x.serving = map[string]bool{"Ms One": true, "a2": true}, 3
	if got := x.at(begin); !strings.Contains(got, "absent") {
		t.Fatalf("an agent without a name is not found by the id: %s", got)
	}
	x.identity = config.Name
	x.open()
	if got := x.at(begin); strings.Contains(got, "absent") || strings.Contains(got, "agent_adherent") || !strings.Contains(got, "adherence_ratio[9 Orders]1") {
		t.Error(got)
	}
}

func TestRowsThatCannotBeUsedAreSkippedAndCounted(t *testing.T) {
	x := newTeam(t, "\ufeffEnd, start ,activity,GROUP_ID,agent_id\n"+
		"2026-03-02T12:00:00Z,2026-03-02T09:00:00Z,calls,9,a1,more\n"+
		"2026-03-02T08:00:00Z,2026-03-02T09:00:00Z,calls,9,a2\n"+ // ends before
		"2026-03-02 12:00,2026-03-02T09:00:00Z,calls,9,a3\n"+
		"2026-03-02T12:00:00Z,2026-03-02T09:00:00Z,calls,,a4\n"+
		"2026-03-02T12:00:00Z,2026-03-02T09:00:00Z,calls\n"+
		"2026-03-02T12:00:00Z,\"2026\"-03-02T09:00:00Z,calls,9,a5\n"+
		"2026-03-02T12:00:00Z,2026-03-02T09:00:00Z,calls,9,a6\n", byID)
	if got, want := x.at(begin), "group_agents_scheduled[9 Orders]2 roster_rows_skipped[]5 roster_up[]1"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestARosterThatCannotBeReadKeepsTheFormerOne(t *testing.T) {
	x := newTeam(t, goodRoster, byID)
	good := x.at(begin)
	for i, c := range []func(){
		func() { x.write("agent,group\n", time.Minute) },
		func() { x.write("", 2*time.Minute) },
		func() {
			x.write(goodRoster[:strings.Index(goodRoster, "Ms One")]+"a1,9,calls,today\n\"\n", 4*time.Minute)
		}, // no row can be used
		func() { _ = os.Remove(x.file) },
		func() { _ = os.Mkdir(x.file, 0o700) },
	} {
		c()
		if got, want := x.at(begin), strings.Replace(good, "roster_up[]1", "roster_up[]0", 1); got != want {
			t.Errorf("%d: got  %s\nwant %s", i, got, want)
		}
	}
	_ = os.Remove(x.file)
	x.write(strings.Replace(goodRoster, "a3,9", "a3,8", 1), 3*time.Minute)
	if got := x.at(begin); !strings.Contains(got, "scheduled[9 Orders]2") || !strings.Contains(got, "roster_up[]1") {
		t.Errorf("the new roster is not read: %s", got)
	}
}

func TestARosterThatNeverCouldBeReadSaysSo(t *testing.T) {
	x := newTeam(t, "", byID)
	if got := x.at(begin); got != "roster_up[]0" {
		t.Error(got)
	}
}

func TestARosterMayBeACalendar(t *testing.T) {
	event := func(lines string) string { return "BEGIN:VEVENT\r\n" + lines + "\r\nEND:VEVENT\r\n" }
	x := newTeam(t, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"+
		event("UID:1\r\nDTSTART:20260101T080000Z\r\nDTEND:20260101T120000Z\r\nRRULE:FREQ=DAILY\r\nSUMMARY:Calls\r\nX-AGENT-ID:a1\r\nX-GROUP-ID:9")+
		event("UID:2\r\nDTSTART:20260302T080000Z\r\nDTEND:20260302T120000Z\r\nSUMMARY:Lunch\r\nX-AGENT-ID:a2\r\nX-GROUP-ID:9")+
		event("UID:3\r\nDTSTART:20260302T080000Z\r\nDTEND:20260302T120000Z\r\nSUMMARY:Calls\r\nX-AGENT-ID:a3")+"END:VCALENDAR\r\n", byID)
	if got, want := x.at(begin), "group_agents_scheduled[9 Orders]1 roster_rows_skipped[]1 roster_up[]1"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := x.at(begin.AddDate(0, 0, 30)); !strings.Contains(got, "scheduled[9 Orders]1") {
		t.Errorf("a month later: %s", got)
	}
}

// A quote that is not closed, or closed in a later line, costs the lines that have it.
func TestAQuoteThatIsNotClosedCostsOneRow(t *testing.T) {
	for _, quoted := range []string{`"Ms One,a1`, `Ms One,"a1`, `"Ms ""One"",a1`} {
		content := strings.Replace(goodRoster, "Ms One,a1", quoted, 1)
		x := newTeam(t, content, byID)
		if got := x.at(begin); !strings.Contains(got, "scheduled[9 Orders]2 ") || !strings.Contains(got, "skipped[]1 ") {
			t.Errorf("%s: %s", quoted, got)
		}
	}
	x := newTeam(t, strings.Replace(goodRoster, "Ms One", `"Ms`+"\r\n\r\n"+`One"`, 1), byID)
	if got := x.at(begin); !strings.Contains(got, "scheduled[9 Orders]2 ") || !strings.Contains(got, "skipped[]2 ") {
		t.Error(got)
	}
}

// Groups, and their agents, go with the roster that had them.
func TestGroupsOfAFormerRosterAreForgotten(t *testing.T) {
	x := newTeam(t, goodRoster, byID)
	x.agents = map[string]bool{"a1": true, "a2": false}
	x.at(begin)
	x.write(goodRoster[:strings.Index(goodRoster, "Mr Two")]+"Mr Five,a5,7,chat,2026-03-02T08:00:00Z,2026-03-02T12:00:00Z\n", time.Minute)
	if got := x.at(begin); strings.Contains(got, "[8 ]") || strings.Contains(got, "[a2]") || !strings.Contains(got, "scheduled[7 ]1") || !strings.Contains(got, "scheduled[9 Orders]1") {
		t.Error(got)
	}
	for i := range 5 {
		x.write(strings.ReplaceAll(goodRoster, ",9,", fmt.Sprintf(",day-%d,", i)), time.Duration(i+2)*time.Minute)
	}
	if got := x.at(begin); strings.Count(got, "group_agents_scheduled") != 2 || !strings.Contains(got, "scheduled[day-4 ]3") {
		t.Error(got)
	}
	r, err := x.collect(t.Context(), collector.Position{Now: begin.Add(time.Minute)})
	if err != nil || len(r.Intervals.List) != 1 {
		t.Fatal(err, r.Intervals)
	}
	for _, s := range slices.Concat(r.Intervals.Zero, r.Intervals.List[0].Add) {
		if group := s.Labels[0]; len(s.Labels) == 2 && group != "day-4" && group != "8" {
			t.Errorf("%s counts on: it never ends", group) // counters that nothing adds to are pruned
		}
	}
}
