package promises

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// catalogue is the contract: names, types and labels of what the polled sources
// and the exporter itself show, besides account and vendor. A label in brackets
// may be missing.
var catalogue = []struct{ names, kind, labels string }{
	{"contactcenter_agents", "gauge", "group_id group_name state"},
	{"contactcenter_queue_waiting", "gauge", "queue_id queue_name"},

	{"contactcenter_group_open contactcenter_group_handle_seconds_window contactcenter_group_offered_erlangs contactcenter_group_agents_needed contactcenter_group_target_seconds", "gauge", "group_id group_name"},

	{"liveperson_agents", "gauge", "group_id group_name status"},
	{"liveperson_skill_agents", "gauge", "skill_id skill_name status"},
	{"liveperson_group_open_conversations liveperson_group_intense_conversations liveperson_group_busy_slots " +
		"liveperson_group_ringing_slots liveperson_group_max_slots", "gauge", "group_id group_name"},
	{"liveperson_agents_away", "gauge", "group_id group_name reason_id"},
	{"liveperson_group_agents_connected liveperson_group_agents_present", "gauge", "group_id group_name"},
	{"liveperson_skill_busy_slots liveperson_skill_max_slots liveperson_skill_open_conversations", "gauge", "skill_id skill_name"},
	{"liveperson_agent_info", "gauge", "agent_id group_id group_name agent_name agent_nickname login_name"},
	{"liveperson_agent_status", "gauge", "agent_id status"},
	{"liveperson_agent_status_reason_start_timestamp_seconds", "gauge", "agent_id [reason_id]"},
	{"liveperson_agent_status_start_timestamp_seconds liveperson_agent_load_ratio liveperson_agent_busy_slots " +
		"liveperson_agent_ringing_slots liveperson_agent_max_slots liveperson_agent_open_conversations " +
		"liveperson_agent_intense_conversations liveperson_agent_present liveperson_agent_connected " +
		"liveperson_agent_last_updated_timestamp_seconds", "gauge", "agent_id"},

	{"liveperson_agent_state_seconds_total liveperson_agent_state_chatting_seconds_total " +
		"liveperson_agent_state_not_chatting_seconds_total liveperson_agent_state_max_concurrency_seconds_total", "counter", "agent_id state"},
	{"liveperson_agent_logged_in_seconds_total liveperson_agent_logged_in_chatting_seconds_total " +
		"liveperson_agent_logged_in_not_chatting_seconds_total", "counter", "agent_id"},
	{"liveperson_agent_away_reason_seconds_total", "counter", "agent_id reason_id"},
	{"liveperson_agent_state_window_seconds liveperson_agent_state_window_chatting_seconds " +
		"liveperson_agent_state_window_not_chatting_seconds liveperson_agent_state_window_max_concurrency_seconds", "gauge", "agent_id state"},
	{"liveperson_agent_logged_in_window_seconds", "gauge", "agent_id"},
	{"liveperson_agent_activity_settled_timestamp_seconds", "gauge", ""},

	{"liveperson_agent_status_changes_total liveperson_agent_status_seconds_total", "counter", "agent_id status reason"},
	{"liveperson_agent_logins_total liveperson_agent_logouts_total", "counter", "agent_id"},
	{"liveperson_status_changes_settled_timestamp_seconds", "gauge", ""},
	{"liveperson_status_changes_late_total", "counter", ""},
	{"liveperson_status_changes_agent_info", "gauge", "agent_id group_id [employee_id]"},
	{"liveperson_away_reason_info", "gauge", "reason_id reason status"},
	{"liveperson_segments_total", "counter", "skill_id group_id end_reason"},
	{"liveperson_segment_handle_seconds liveperson_segment_duration_seconds", "histogram", "skill_id end_reason"},
	{"liveperson_agent_segments_total liveperson_agent_handle_seconds_total", "counter", "agent_id"},
	{"liveperson_segments_settled_timestamp_seconds liveperson_segment_breakdown_settled_timestamp_seconds", "gauge", ""},
	{"liveperson_handling_units_total", "counter", "start_reason end_reason"},
	{"liveperson_handling_unit_seconds", "histogram", "start_reason"},
	{"liveperson_segment_files_total", "counter", "outcome"},
	{"liveperson_interval_arrivals_total", "counter", "skill_id skill_name"},
	{"liveperson_interval_handle_seconds_total", "counter", "skill_id skill_name model"},
	{"liveperson_interval_work_seconds_total liveperson_interval_handled_conversations_total " +
		"liveperson_interval_replied_conversations_total liveperson_interval_closed_conversations_total", "counter", "skill_id skill_name"},
	{"liveperson_interval_messages_total", "counter", "skill_id skill_name sender"},
	{"liveperson_interval_settled_timestamp_seconds liveperson_interval_in_progress", "gauge", ""},
	{"liveperson_skill_info", "gauge", "skill_id skill_name"},
	{"liveperson_group_info", "gauge", "group_id group_name [parent_group_id]"},
	{"liveperson_skill_response_target_seconds", "gauge", "skill_id kind"},
	{"liveperson_skill_open liveperson_skill_hours_change_timestamp_seconds", "gauge", "skill_id"},

	{"liveperson_skill_open_conversations liveperson_skill_assigned_conversations liveperson_skill_active_conversations " +
		"liveperson_skill_available_slots liveperson_skill_queue_wait_median_seconds liveperson_skill_queue_wait_p90_seconds " +
		"liveperson_skill_wait_window_seconds liveperson_skill_response_window_seconds liveperson_skill_conversation_window_seconds " +
		"liveperson_skill_csat_window_ratio", "gauge", "skill_id skill_name"},
	{"liveperson_skill_overdue_conversations", "gauge", "skill_id skill_name place"},
	{"liveperson_skill_load_ratio", "gauge", "skill_id skill_name agents"},
	{"liveperson_group_available_slots liveperson_group_load_ratio liveperson_group_assigned_conversations", "gauge", "group_id group_name"},
	{"liveperson_skill_conversations_closed_total", "counter", "skill_id skill_name closed_by"},
	{"liveperson_skill_conversations_concluded_total liveperson_skill_first_response_wait_seconds_total liveperson_skill_first_responses_total", "counter", "skill_id skill_name"},
	{"liveperson_skill_agent_responses_total", "counter", "skill_id skill_name service_level"},
	{"liveperson_queues_settled_timestamp_seconds liveperson_agent_view_settled_timestamp_seconds", "gauge", ""},
	{"liveperson_agent_pending_response_conversations liveperson_agent_available_slots", "gauge", "agent_id"},
	{"liveperson_agent_conversations_closed_total", "counter", "agent_id closed_by"},
	{"liveperson_agent_transfers_total liveperson_agent_back_to_queue_total", "counter", "agent_id"},
	{"liveperson_agent_messaging_status_seconds_total", "counter", "agent_id status reason_id"},
	{"liveperson_skill_queue_longest_wait_seconds liveperson_skill_queue_updated_timestamp_seconds", "gauge", "skill_id"},
	{"liveperson_skill_queue_conversations", "gauge", "skill_id actionable"},

	{"livevox_service_info", "gauge", "service_id service_name call_center_id call_center_name pacing_method throttle_unit"},
	{"livevox_service_calls_in_progress livevox_service_calls_in_queue livevox_service_calls_with_agent livevox_service_agents " +
		"livevox_service_records_loaded livevox_service_records_remaining livevox_service_records_dialable livevox_service_throttle " +
		"livevox_service_longest_call_in_queue_seconds livevox_service_max_hold_seconds livevox_service_abandonment_ratio " +
		"livevox_service_service_level_ratio livevox_service_complete_ratio livevox_service_average_speed_of_answer_seconds " +
		"livevox_service_average_time_to_abandon_seconds livevox_service_average_talk_seconds " +
		"livevox_service_average_wrap_up_seconds livevox_service_average_handle_seconds", "gauge", "service_id service_name"},
	{"livevox_service_calls_offered_total livevox_service_calls_handled_total livevox_service_calls_abandoned_total " +
		"livevox_service_calls_answered_within_sla_total livevox_service_calls_abandoned_within_sla_total", "counter", "service_id service_name"},
	{"livevox_day_total_corrections_total", "counter", ""},

	{"livevox_agents", "gauge", "service_id service_name state"},
	{"livevox_agents_not_ready", "gauge", "service_id service_name reason"},
	{"livevox_agents_by_call_type", "gauge", "service_id service_name call_type"},
	{"livevox_agent_info", "gauge", "agent_id service_id service_name call_center_id call_center_name agent_name"},
	{"livevox_agent_state", "gauge", "agent_id state"},
	{"livevox_agent_state_start_timestamp_seconds livevox_agent_monitored", "gauge", "agent_id"},
	{"livevox_agents_updated_timestamp_seconds", "gauge", ""},

	{"livevox_agent_calls_total", "counter", "agent_id service_id direction"},
	{"livevox_agent_ready_seconds_total livevox_agent_not_ready_seconds_total livevox_agent_wrap_up_seconds_total " +
		"livevox_agent_talk_seconds_total", "counter", "agent_id service_id"},
	{"livevox_agent_not_ready_reason_seconds_total", "counter", "agent_id service_id reason"},
	{"livevox_agent_outcomes_total", "counter", "agent_id service_id outcome"},

	{"livevox_service_agent_average_seconds", "gauge", "service_id state"},
	{"livevox_service_calls_on_hold", "gauge", "service_id service_name [skill_id]"},
	{"livevox_service_oldest_hold_timestamp_seconds", "gauge", "service_id service_name"},
	{"livevox_service_right_party_connects_total", "counter", "service_id"},
	{"livevox_service_right_party_connects_window", "gauge", "service_id"},
	{"livevox_campaign_records_uploaded livevox_campaign_records_loaded livevox_campaign_records_completed " +
		"livevox_campaign_records_remaining", "gauge", "campaign_id service_id"},
	{"livevox_campaign_records_by_timezone", "gauge", "campaign_id service_id timezone"},
	{"livevox_timezone_dialable", "gauge", "timezone"},
	{"livevox_active_calls livevox_active_call_oldest_start_timestamp_seconds", "gauge", "service_id direction"},
	{"livevox_active_calls_due", "gauge", "service_id"},
	{"livevox_dialed_calls_total", "counter", "campaign_id class"},
	{"livevox_messages_total", "counter", "service_id channel carrier result"},
	{"livevox_calls_closed_total", "counter", "service_id result term_code"},
	{"livevox_call_data_lookups_skipped_total", "counter", ""},
	{"livevox_session_password_expiry_timestamp_seconds", "gauge", ""},

	{"contactcenter_source_up contactcenter_source_last_success_timestamp_seconds contactcenter_source_interval_seconds " +
		"contactcenter_source_max_age_seconds contactcenter_source_fetch_duration_seconds contactcenter_source_series " +
		"contactcenter_source_series_dropped contactcenter_source_partial", "gauge", "source"},
	{"contactcenter_source_fetches_total contactcenter_source_records_skipped_total contactcenter_source_unknown_values_total " +
		"contactcenter_source_values_over_limit_total", "counter", "source"},
	{"contactcenter_source_fetch_errors_total", "counter", "source class"},
	{"contactcenter_api_requests_total", "counter", "endpoint code"},
	{"contactcenter_api_request_duration_seconds", "histogram", "endpoint"},
	{"contactcenter_api_wait_seconds_total contactcenter_api_retries_total contactcenter_api_throttled_total", "counter", ""},
	{"contactcenter_auth_renewals_total", "counter", "outcome"},
}

func TestEveryMetricOfTheCatalogueIsServed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(15 * time.Hour) // to the working hours of New York
		s := simulator.New(simulator.Options{Seed: 81, Agents: 60})
		x := run(t, both(s), "", accounts(
			shop("shop", shopHost, s, generous, strings.Replace(allOfShop, "}}", "}, queues: {}, queue_health: {}}", 1), "personal_data: true"),
			shop("view", shopHost, s, generous, "personal_data: true", "sources: {agent_status: {enabled: false}, agent_view: {}}"),
			dialer("dialer", dialerHost, s, generous, "personal_data: true", "targets: [{window: 5m, minimum_calls: 1, within: 20s}]", "hours: [{timezone: UTC, open: [mon-fri 08:00-20:00]}]",
				strings.Replace(allOfDialer, "}}", "}, interaction_events: {}}", 1))))
		time.Sleep(15 * time.Minute)
		play(t, s, "queue_flood")
		time.Sleep(2 * time.Minute)
		parser := expfmt.NewTextParser(model.LegacyValidation)
		families, err := parser.TextToMetricFamilies(strings.NewReader(x.scrape(acceptText).Body.String()))
		if err != nil {
			t.Fatal(err)
		}
		known := map[string]bool{}
		for _, c := range catalogue {
			for name := range strings.FieldsSeq(c.names) {
				known[name] = true
				checkFamily(t, families[name], name, c.kind, c.labels)
			}
		}
		feed := func(name string) bool {
			return strings.HasPrefix(name, "contactcenter_feed_") || strings.HasPrefix(name, "livevox_interaction_events") ||
				strings.HasPrefix(name, "livevox_call_") || strings.HasPrefix(name, "livevox_calls_service_level")
		}
		for name := range families {
			if !known[name] && !feed(name) {
				t.Errorf("%s is served and not in this table", name)
			}
		}
	})
}

// checkFamily compares a family with its line of the catalogue.
func checkFamily(t *testing.T, f *dto.MetricFamily, name, kind, labels string) {
	t.Helper()
	if f == nil || len(f.Metric) == 0 {
		t.Errorf("%s is not served", name)
		return
	}
	if got := strings.ToLower(f.GetType().String()); got != kind {
		t.Errorf("%s is a %s, want %s", name, got, kind)
	}
	want := []string{"account"}
	if strings.HasPrefix(name, "contactcenter_") {
		want = append(want, "vendor")
	}
	var may []string
	for label := range strings.FieldsSeq(labels) {
		if label[0] == '[' {
			may = append(may, strings.Trim(label, "[]"))
			continue
		}
		want = append(want, label)
	}
	slices.Sort(want)
	for _, m := range f.Metric {
		var got []string
		for _, l := range m.Label {
			if !slices.Contains(may, l.GetName()) {
				got = append(got, l.GetName())
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s has the labels %v, want %v", name, got, want)
			return
		}
	}
}
