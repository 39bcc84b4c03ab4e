package promises

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// answers keeps the newest answer of each path, to be read here once more, by
// other code than the exporter's.
type answers map[string]map[string]any

func (a answers) of(next http.RoundTripper) http.RoundTripper {
	return altered(next, "", func(r *http.Request, top map[string]any) {
		if top["metricsByIntervals"] == nil { // those are for the counters
			a[endpointOf(r.URL.Path)] = top
		}
	})
}

// endpointOf names a path by its end.
func endpointOf(path string) string {
	for end, name := range map[string]string{
		"agent-view/status": "agent_status", "agentactivity": "agent_activity", "campaign/stats": "campaign_stats",
		"service/stats": "service_stats", "agents/status": "agents_status", "calls/status": "calls_on_hold",
	} {
		if strings.HasSuffix(path, end) {
			return name
		}
	}
	return ""
}

// rows returns the records of a list.
func (a answers) rows(t *testing.T, path, list string) []map[string]any {
	t.Helper()
	var rows []map[string]any
	all, _ := a[path][list].([]any)
	for _, row := range all {
		rows = append(rows, row.(map[string]any))
	}
	if len(rows) == 0 {
		t.Errorf("the vendor's answer %s has no %s to compare with", path, list)
	}
	return rows
}

// number reads what JSON has as a number or as text.
func number(v any) float64 {
	f, err := strconv.ParseFloat(text(v), 64)
	if err != nil {
		return 0
	}
	return f
}

func text(v any) string {
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case string:
		return strings.TrimSpace(v)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func bit(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// gauges collects what should be shown, and of which metrics it is everything.
type gauges struct {
	want  sheet
	names map[string]bool
}

func (g *gauges) set(v float64, name string, labels ...string) {
	g.names[name] = true
	g.want[id(name, labels...)] = v
}

func (g *gauges) add(v float64, name string, labels ...string) {
	g.names[name] = true
	g.want[id(name, labels...)] += v
}

func (g *gauges) compare(t *testing.T, what string, shown sheet) {
	t.Helper()
	got := sheet{}
	for name := range g.names {
		for k, v := range shown.of(name) {
			got[k] = v
		}
	}
	if len(g.want) < 20 {
		t.Errorf("%s: only %d series to compare", what, len(g.want))
	}
	compare(t, what, got, g.want)
}

func TestGaugesShowWhatTheVendorsSay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(15 * time.Hour)
		s := simulator.New(simulator.Options{Seed: 91, Agents: 60, FeedsOff: true})
		play(t, s, "queue_flood")
		time.Sleep(20 * time.Second)
		play(t, s, "frozen")
		said := answers{}
		heard := said.of(s)
		x := run(t, hosts{shopHost: heard, dialerHost: heard}, "", accounts(
			shop("shop", shopHost, s, generous, allOfShop),
			dialer("dialer", dialerHost, s, generous, allOfDialer, "identity: id")))
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		lp, lv := x.shown("shop"), x.shown("dialer")
		lp.healthy(t)
		lv.healthy(t)
		said.agentStatus(t).compare(t, "agent_status", lp)
		said.activityWindow(t).compare(t, "agent_activity", lp)
		said.serviceStats(t).compare(t, "service_stats", lv)
		said.agentsStatus(t).compare(t, "agents_status", lv)
		said.campaigns(t).compare(t, "campaign_stats", lv)
		said.onHold(t, lv)
		said.activeCalls(t, lv)
	})
}

func (a answers) agentStatus(t *testing.T) *gauges {
	g := &gauges{want: sheet{}, names: map[string]bool{}}
	normal := map[string]string{"online": "available", "away": "unavailable", "back_soon": "unavailable", "offline": "offline"}
	for _, r := range a.rows(t, "agent_status", "agentStatusRecords") {
		agent, group, name, status := text(r["agentId"]), text(r["agentGroupId"]), text(r["agentGroupName"]), strings.ToLower(text(r["currentStatus"]))
		g.add(1, "liveperson_agents", "group_id", group, "group_name", name, "status", status)
		state := normal[status]
		if used := number(r["busySlots"]) + number(r["ringingSlots"]); status == "online" && used > 0 && used >= number(r["configuredMaxSlots"]) {
			state = "on_contact"
		}
		g.add(1, "contactcenter_agents", "group_id", group, "group_name", name, "state", state)
		if reason := text(r["currentStatusReason"]); status == "away" && reason != "" {
			g.add(1, "liveperson_agents_away", "group_id", group, "group_name", name, "reason_id", reason)
		} else if status == "away" {
			g.add(1, "liveperson_agents_away", "group_id", group, "group_name", name, "reason_id", "unknown")
		}
		g.add(bit(text(r["agentPresence"]) == "true"), "liveperson_group_agents_present", "group_id", group, "group_name", name)
		g.add(bit(text(r["currentConnectionState"]) == "CONNECTED"), "liveperson_group_agents_connected", "group_id", group, "group_name", name)
		g.set(1, "liveperson_agent_status", "agent_id", agent, "status", status)
		g.set(1, "liveperson_agent_info", "agent_id", agent, "group_id", group, "group_name", name)
		for _, v := range r["agentSkills"].([]any) {
			skill := v.(map[string]any)
			for field, figure := range map[string]string{"openAssignedConversations": "open_conversations", "busySlots": "busy_slots", "configuredMaxSlots": "max_slots"} {
				g.add(number(r[field]), "liveperson_skill_"+figure, "skill_id", text(skill["skillId"]), "skill_name", text(skill["skillName"]))
			}
			g.add(1, "liveperson_skill_agents", "skill_id", text(skill["skillId"]), "skill_name", text(skill["skillName"]), "status", status)
		}
		for field, figure := range map[string]string{
			"openAssignedConversations": "open_conversations", "intenseConversations": "intense_conversations",
			"busySlots": "busy_slots", "ringingSlots": "ringing_slots", "configuredMaxSlots": "max_slots",
		} {
			g.add(number(r[field]), "liveperson_group_"+figure, "group_id", group, "group_name", name)
			g.set(number(r[field]), "liveperson_agent_"+figure, "agent_id", agent)
		}
		g.set(number(r["load"])/100, "liveperson_agent_load_ratio", "agent_id", agent)
		g.set(number(r["currentStatusStartTimeL"])/1000, "liveperson_agent_status_start_timestamp_seconds", "agent_id", agent)
		g.set(number(r["lastUpdatedTimeL"])/1000, "liveperson_agent_last_updated_timestamp_seconds", "agent_id", agent)
		if at := number(r["currentStatusReasonStartTimeL"]); at > 0 {
			g.set(at/1000, "liveperson_agent_status_reason_start_timestamp_seconds", "agent_id", agent, "reason_id", text(r["currentStatusReason"]))
		}
		g.set(bit(text(r["agentPresence"]) == "true"), "liveperson_agent_present", "agent_id", agent)
		g.set(bit(text(r["currentConnectionState"]) == "CONNECTED"), "liveperson_agent_connected", "agent_id", agent)
	}
	return g
}

func (a answers) activityWindow(t *testing.T) *gauges {
	g := &gauges{want: sheet{}, names: map[string]bool{}}
	metrics, _ := a["agent_activity"]["agentsMetrics"].(map[string]any)
	agents, _ := metrics["metricsPerAgent"].(map[string]any)
	states := map[string]string{"2": "online", "3": "back_soon", "4": "away"}
	for agent, v := range agents {
		for _, s := range v.([]any) {
			state := s.(map[string]any)
			value := state["value"].(map[string]any)
			if text(state["id"]) == "-1" {
				g.set(number(value["total"]), "liveperson_agent_logged_in_window_seconds", "agent_id", agent)
				continue
			}
			for field, name := range map[string]string{
				"total": "liveperson_agent_state_window_seconds", "chatting": "liveperson_agent_state_window_chatting_seconds",
				"notChatting":              "liveperson_agent_state_window_not_chatting_seconds",
				"chattingInMaxConcurrency": "liveperson_agent_state_window_max_concurrency_seconds",
			} {
				g.set(number(value[field]), name, "agent_id", agent, "state", states[text(state["id"])])
			}
		}
	}
	return g
}

func (a answers) serviceStats(t *testing.T) *gauges {
	g := &gauges{want: sheet{}, names: map[string]bool{}}
	pacing := map[string]string{"Abandon Rate": "abandon_rate", "#/Agent": "agent", "Agent": "agent", "Max CIP": "max_cip"}
	for _, r := range a.rows(t, "service_stats", "stats") {
		labels := []string{"service_id", text(r["serviceId"]), "service_name", text(r["serviceName"])}
		g.set(1, "livevox_service_info", append(labels, "call_center_id", text(r["callCenterId"]), "call_center_name", text(r["callCenterName"]),
			"pacing_method", pacing[text(r["pacingMethod"])], "throttle_unit", text(r["units"]))...)
		g.set(number(r["totalCallsInQueue"]), "contactcenter_queue_waiting", "queue_id", text(r["serviceId"]), "queue_name", text(r["serviceName"]))
		for field, figure := range map[string]string{
			"cip": "calls_in_progress", "totalCallsInQueue": "calls_in_queue", "callsWithAgent": "calls_with_agent", "totalAgents": "agents",
			"loaded": "records_loaded", "remaining": "records_remaining", "playingDialable": "records_dialable", "throttle": "throttle",
			"maxHoldTime": "max_hold_seconds", "averageSpeedOfAnswer": "average_speed_of_answer_seconds",
			"averageDurationToAbandon": "average_time_to_abandon_seconds", "averageTalkDuration": "average_talk_seconds",
			"averageWrapupDuration": "average_wrap_up_seconds", "averageHandleDuration": "average_handle_seconds",
		} {
			g.set(number(r[field]), "livevox_service_"+figure, labels...)
		}
		for field, ratio := range map[string]string{"abandonRate": "abandonment", "serviceLevel": "service_level", "percentComplete": "complete"} {
			if field == "percentComplete" && number(r["loaded"]) == 0 {
				continue // a ratio of nothing
			}
			g.set(number(r[field])/100, "livevox_service_"+ratio+"_ratio", labels...)
		}
		g.set(number(r["longestCallInQueue"])/1000, "livevox_service_longest_call_in_queue_seconds", labels...)
	}
	return g
}

func (a answers) agentsStatus(t *testing.T) *gauges {
	g := &gauges{want: sheet{}, names: map[string]bool{}}
	states := strings.Fields("logged_off logged_on ready not_ready in_call wrap_up transferring manual_dial preview_dial dialing registering hold reserved")
	normal := map[string]string{"ready": "available", "wrap_up": "wrap_up", "not_ready": "unavailable", "logged_on": "unavailable", "registering": "unavailable"}
	for _, r := range a.rows(t, "agents_status", "agentDetails") {
		service := []string{"service_id", text(r["serviceId"]), "service_name", text(r["serviceName"])}
		agent, state := text(r["agentLoginId"]), states[int(number(r["stateId"]))]
		common := normal[state]
		if common == "" {
			common = "on_contact"
		}
		g.add(1, "livevox_agents", append(service, "state", state)...)
		g.add(1, "contactcenter_agents", "group_id", service[1], "group_name", service[3], "state", common)
		if state == "not_ready" {
			reason := strings.ReplaceAll(strings.ToLower(text(r["reasonCode"])), " ", "_")
			if reason == "" {
				reason = "none"
			}
			g.add(1, "livevox_agents_not_ready", append(service, "reason", reason)...)
		}
		if kind := strings.ToLower(text(r["callType"])); kind != "" {
			g.add(1, "livevox_agents_by_call_type", append(service, "call_type", kind)...)
		}
		g.set(1, "livevox_agent_info", append(service, "agent_id", agent, "call_center_id", text(r["callCenterId"]), "call_center_name", text(r["callCenterName"]))...)
		g.set(1, "livevox_agent_state", "agent_id", agent, "state", state)
		g.set(number(r["stateChangedAfter"])/1000, "livevox_agent_state_start_timestamp_seconds", "agent_id", agent)
		g.set(bit(text(r["isAgentMonitored"]) == "true"), "livevox_agent_monitored", "agent_id", agent)
	}
	g.set(number(a["agents_status"]["timeStamp"])/1000, "livevox_agents_updated_timestamp_seconds")
	return g
}

func (a answers) campaigns(t *testing.T) *gauges {
	g := &gauges{want: sheet{}, names: map[string]bool{}}
	for _, r := range a.rows(t, "campaign_stats", "stats") {
		labels := []string{"campaign_id", text(r["campaignId"]), "service_id", text(r["serviceId"])}
		for _, field := range []string{"uploaded", "loaded", "completed", "remaining"} {
			g.set(number(r[field]), "livevox_campaign_records_"+field, labels...)
		}
		for _, v := range r["timezoneBreakdown"].([]any) {
			zone := v.(map[string]any)
			g.add(number(zone["count"]), "livevox_campaign_records_by_timezone", append(labels, "timezone", text(zone["timezone"]))...)
		}
	}
	return g
}

// onHold compares the calls on hold, which are fewer.
func (a answers) onHold(t *testing.T, shown sheet) {
	t.Helper()
	g := &gauges{want: sheet{}, names: map[string]bool{}}
	oldest := sheet{}
	for _, r := range a.rows(t, "calls_on_hold", "callsDetails") {
		labels := []string{"service_id", text(r["serviceId"]), "service_name", text(r["serviceName"])}
		g.add(1, "livevox_service_calls_on_hold", append(labels, "skill_id", text(r["agentSkill"]))...)
		k := id("livevox_service_oldest_hold_timestamp_seconds", labels...)
		if at := number(r["timeStamp"]); oldest[k] == 0 || at < oldest[k] {
			oldest[k] = at
		}
	}
	compare(t, "calls on hold", shown.of("livevox_service_calls_on_hold"), g.want)
	compare(t, "oldest hold", shown.of("livevox_service_oldest_hold_timestamp_seconds"), oldest)
}

// activeCalls compares the calls that agents have, each of which is looked up.
func (a answers) activeCalls(t *testing.T, shown sheet) {
	t.Helper()
	calls := sheet{}
	for _, r := range a.rows(t, "agents_status", "agentDetails") {
		if text(r["transactionId"]) != "" {
			calls[id("livevox_active_calls", "service_id", text(r["serviceId"]), "direction", strings.ToLower(text(r["callType"])))]++
		}
	}
	if calls.sum() < 5 {
		t.Errorf("only %v agents have a call", calls.sum())
	}
	compare(t, "active calls", shown.of("livevox_active_calls"), calls)
}
