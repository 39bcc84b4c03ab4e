package promises

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// heard keeps the newest answer of each path and grouping, read once more by other code
// than the exporter's.
func heard(said map[string]any, next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		var asked struct{ GroupBy string }
		var current bool
		if r.Body != nil {
			body, _ := io.ReadAll(r.Body)
			_ = json.Unmarshal(body, &asked)
			current = strings.Contains(string(body), "CurrentValue")
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		resp, err := next.RoundTrip(r)
		if err != nil || resp.StatusCode != http.StatusOK || asked.GroupBy != "" && !current {
			return resp, err
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body = io.NopCloser(bytes.NewReader(body))
		var whole any
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if d.Decode(&whole) == nil {
			path := strings.TrimSuffix(r.URL.Path, "/")
			said[path[strings.LastIndexByte(path, '/')+1:]+asked.GroupBy] = whole
		}
		return resp, err
	})
}

// each calls do with the records of a list.
func each(list any, do func(record map[string]any)) {
	all, _ := list.([]any)
	for _, v := range all {
		do(v.(map[string]any))
	}
}

func TestSkillsShowWhatTheVendorSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 92, Agents: 60, Services: 6})
		time.Sleep(15 * time.Hour)
		play(t, s, "queue_flood")
		time.Sleep(20 * time.Minute)
		play(t, s, "frozen")
		said := map[string]any{}
		x := run(t, hosts{shopHost: heard(said, s)}, "", accounts(shop("shop", shopHost, s, generous,
			"sources: {agent_status: {enabled: false}, status_changes: {enabled: false}, queues: {}, queue_health: {}, names: {}}")))
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		shown := x.shown("shop")
		shown.healthy(t)
		queuesSaid(said).compare(t, "queues", shown)
		healthSaid(said).compare(t, "queue_health", shown)
		namesSaid(said).compare(t, "names", shown)
		if shown.of("contactcenter_queue_waiting").sum() < 20 {
			t.Errorf("only %v wait", shown.of("contactcenter_queue_waiting").sum())
		}
	})
}

func queuesSaid(said map[string]any) *gauges {
	g := &gauges{want: sheet{}, names: map[string]bool{}}
	groups := func(by string, do func(id, name string, m map[string]any)) {
		answer := said["metrics"+by].(map[string]any)["groupBy"].(map[string]any)
		each(answer["groups"], func(r map[string]any) {
			do(text(r["key"]), strings.TrimPrefix(text(r["keyDescription"]), "NA"), r["metrics"].(map[string]any))
		})
	}
	groups("skillId", func(skill, name string, m map[string]any) {
		labels := []string{"skill_id", skill, "skill_name", name}
		show := func(field string, unit float64, metric string, more ...string) {
			if m[field] != nil {
				g.set(number(m[field])/unit, metric, append(labels, more...)...)
			}
		}
		if m["unassignedConversations"] != nil {
			g.set(number(m["unassignedConversations"]), "contactcenter_queue_waiting", "queue_id", skill, "queue_name", name)
		}
		for field, figure := range map[string]string{
			"openConversations": "open_conversations", "assignedConversations": "assigned_conversations",
			"activeConversations": "active_conversations", "availableSlots": "available_slots",
		} {
			show(field, 1, "liveperson_skill_"+figure)
		}
		show("overdueConversationsInQueue", 1, "liveperson_skill_overdue_conversations", "place", "queue")
		show("overdueConversationsAssigned", 1, "liveperson_skill_overdue_conversations", "place", "assigned")
		for field, agents := range map[string]string{"agentLoad": "all", "humanAgentLoad": "human", "humanOnlineLoad": "online", "humanAwayLoad": "away"} {
			show(field, 1, "liveperson_skill_load_ratio", "agents", agents)
		}
		if number(m["unassignedConversations"]) > 0 {
			show("queueWaitTime50thPercentile", 1000, "liveperson_skill_queue_wait_median_seconds")
			show("queueWaitTime90thPercentile", 1000, "liveperson_skill_queue_wait_p90_seconds")
		}
	})
	groups("agentGroupId", func(group, name string, m map[string]any) {
		for field, figure := range map[string]string{"availableSlots": "available_slots", "agentLoad": "load_ratio", "assignedConversations": "assigned_conversations"} {
			if m[field] != nil {
				g.set(number(m[field]), "liveperson_group_"+figure, "group_id", group, "group_name", name)
			}
		}
	})
	return g
}

func healthSaid(said map[string]any) *gauges {
	g := &gauges{want: sheet{}, names: map[string]bool{}}
	for skill, v := range said["current"].(map[string]any)["skillsMetrics"].(map[string]any) {
		m := v.(map[string]any)
		g.set(number(m["actionableConversations"]), "liveperson_skill_queue_conversations", "skill_id", skill, "actionable", "yes")
		g.set(number(m["notActionableConversations"]), "liveperson_skill_queue_conversations", "skill_id", skill, "actionable", "no")
		g.set(number(m["time"])/1000, "liveperson_skill_queue_updated_timestamp_seconds", "skill_id", skill)
		if wait := number(m["maxWaitTimeForAgentAssignment"]); wait >= 0 {
			g.set(wait/1000, "liveperson_skill_queue_longest_wait_seconds", "skill_id", skill)
		}
	}
	return g
}

func namesSaid(said map[string]any) *gauges {
	g := &gauges{want: sheet{}, names: map[string]bool{}}
	each(said["status-reasons"], func(r map[string]any) {
		g.set(1, "liveperson_away_reason_info", "reason_id", text(r["id"]), "reason", text(r["text"]), "status", strings.ToLower(text(r["state"])))
	})
	each(said["agentGroups"], func(r map[string]any) {
		g.set(1, "liveperson_group_info", "group_id", text(r["id"]), "group_name", text(r["name"]), "parent_group_id", text(r["parentGroupId"]))
	})
	each(said["skills"], func(r map[string]any) {
		skill := text(r["id"])
		g.set(1, "liveperson_skill_info", "skill_id", skill, "skill_name", text(r["name"]))
		for field, kind := range map[string]string{"slaDefaultResponseTime": "default", "slaUrgentResponseTime": "urgent", "slaFirstTimeResponseTime": "first"} {
			if number(r[field]) > 0 {
				g.set(number(r[field]), "liveperson_skill_response_target_seconds", "skill_id", skill, "kind", kind)
			}
		}
	})
	return g
}

// Opening hours follow the calendars over a week in which the clocks are changed, and say
// beforehand when they change.
func TestSkillsAreOpenAsTheCalendarsSay(t *testing.T) {
	t.Parallel()
	zone := newYork(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2000, 3, 31, 12, 0, 0, 0, time.UTC))) // clocks change on 2 April
		s := simulator.New(simulator.Options{Seed: 93, Agents: 4, Services: 4, Frozen: true})
		x := run(t, hosts{shopHost: s}, "", accounts(shop("shop", shopHost, s, generous,
			"sources: {agent_status: {enabled: false}, status_changes: {enabled: false}, names: {}}")))
		open := func(at time.Time) bool {
			local := at.In(zone)
			if d := local.Weekday(); d == time.Saturday || d == time.Sunday {
				return local.Hour() >= 9 && local.Hour() < 22
			}
			return local.Hour() >= 7 && local.Hour() < 23
		}
		changes := 0
		for range 8 * 24 {
			time.Sleep(time.Hour)
			at := time.Now().Truncate(time.Hour).Add(-30 * time.Minute) // the newest poll was later, in the same hour
			time.Sleep(time.Until(at.Add(time.Hour)))
			now, shown := time.Now(), x.shown("shop")
			for k, v := range shown.of("liveperson_skill_open") {
				next, changing := shown[strings.Replace(k, "liveperson_skill_open", "liveperson_skill_hours_change_timestamp_seconds", 1)]
				if !changing {
					if v != 1 {
						t.Errorf("%s: %s is closed for good", now, k)
					}
					continue // open all the time
				}
				changes++
				if v != bit(open(now)) {
					t.Fatalf("%s: %s is %v", now.In(zone), k, v)
				}
				if change := time.Unix(int64(next), 0); !change.After(now.Add(-15*time.Minute)) || open(change) == open(now) || open(change.Add(-time.Second)) != open(now) {
					t.Fatalf("%s: %s changes at %s", now.In(zone), k, change.In(zone))
				}
			}
		}
		if changes != 2*8*24 {
			t.Errorf("%d figures of skills that close, want those of two skills", changes)
		}
	})
}
