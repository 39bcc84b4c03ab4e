package livevox

import (
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

func TestOptionsOutOfRangeAreRefused(t *testing.T) {
	for options, key := range map[string]string{
		"agent_stats: {version: legacy}":                                 "",
		"agent_stats: {version: v2}":                                     "agent_stats.version: must be ex or legacy",
		"service_stats: {longest_call_in_queue_unit: s}":                 "",
		"service_stats: {longest_call_in_queue_unit: min}":               "service_stats.longest_call_in_queue_unit: must be ms or s",
		"call_data: {max_lookups_per_minute: 1}":                         "",
		"call_data: {max_lookups_per_minute: 600}":                       "",
		"call_data: {max_lookups_per_minute: 0}":                         "call_data.max_lookups_per_minute: must be from 1 to 600",
		"call_data: {max_lookups_per_minute: 601}":                       "call_data.max_lookups_per_minute: must be from 1 to 600",
		"interaction_events: {interaction_types: [VOICE, sms, Email]}":   "",
		"interaction_events: {interaction_types: [fax]}":                 "interaction_events.interaction_types[0]: must be voice, sms or email",
		"interaction_events: {mode: push}":                               "interaction_events.mode: must be poll or sse",
		"interaction_events: {count: 499}":                               "interaction_events.count: must be from 500 to 1000",
		"interaction_events: {count: 1001}":                              "interaction_events.count: must be from 500 to 1000",
		"interaction_events: {mode: sse, count: 500}, agents_status: {}": "",
	} {
		text := "accounts: [{name: a, vendor: livevox, auth: {client_name: c, username: u, password: p, access_token: t}, sources: {" + options + "}}]"
		_, err := config.Parse("test.yml", []byte(text), collector.Configs([]collector.Vendor{Vendor()}))
		if (err == nil) != (key == "") || err != nil && !strings.Contains(err.Error(), "accounts[0].sources."+key) {
			t.Errorf("%s: %v, want %q", options, err, key)
		}
	}
}
