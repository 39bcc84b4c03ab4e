package livevox

import (
	"slices"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// Every word and number that LiveVox documents is known.
func TestVendorsWordsAreKnown(t *testing.T) {
	type event = livevox.InteractionEvent
	for words, want := range map[string]string{
		"OUTBOUND OB SMS EMAIL 1 6 11": "outbound", "INBOUND IB CALLBACK INBOUND_SMS INBOUND_EMAIL 2 10 13": "inbound", "MANUAL MANUAL_SMS MANUAL_EMAIL 5 9 12": "manual",
		"SCHEDULE_CALL_BACK SCHEDULED_CALLBACK 4": "schedule_call_back", "HCI 7": "hci", "PREVIEW": "preview", "10DMT 8": "10dmt", "CHAT 14": "chat",
	} {
		for w := range strings.FieldsSeq(words) {
			e := event{CampaignType: api.Text(w)}
			if len(w) < 3 && w[0] <= '9' {
				e = event{CampaignTypeID: api.ID(w)}
			}
			for _, e := range []event{e, {CampaignType: api.Text(strings.ToLower(string(e.CampaignType))), CampaignTypeID: e.CampaignTypeID}} {
				if got, known := campaignTypeOf(string(e.CampaignType), string(e.CampaignTypeID)); got != want || !known {
					t.Errorf("campaign type %s is %s (known %t), want %s", w, got, known, want)
				}
			}
		}
	}
	for w, want := range map[string]string{"VOICE": "voice", "SMS": "sms", "Email": "email", "EMAIL": "email", "CHAT": "chat", "Chat": "chat"} {
		if got, known := interactionOf(w); got != want || !known {
			t.Errorf("interaction %s is %s (known %t)", w, got, known)
		}
	}
	for w, want := range map[string]string{"Talk": "in_call", "TALKING": "in_call", "On Hold": "hold", "ON_HOLD": "hold", "HOLD": "hold", "Preview Dial": "preview_dial", "Not Ready": "not_ready"} {
		if got, known := stateOf(agentStateKinds(), livevox.AgentStatus{State: api.Text(w)}); got.label != want || !known {
			t.Errorf("state %s is %s (known %t)", w, got.label, known)
		}
	}
	for w, want := range map[string]string{"HOLD": "hold", "AGENT_HOLD": "hold", "PREVIEW_DIAL": "preview_dial", "Preview Dial": "preview_dial"} {
		if got, known := agentEventKinds()[word(w)]; got.state != want || !known {
			t.Errorf("agent event %s begins %q (known %t)", w, got.state, known)
		}
	}
}

func TestMessagesHaveADirection(t *testing.T) {
	for _, test := range []struct{ interaction, direction, campaign, want string }{
		{"SMS", "", "OB", "outbound"},
		{"Email", "", "", "outbound"},
		{"EMAIL", "", "10DMT", "outbound"},
		{"SMS", "", "IB", "inbound"},
		{"SMS", "", "MANUAL", "manual"},
		{"SMS", "INBOUND", "OB", "inbound"},
		{"VOICE", "", "OUTBOUND", "none"},
		{"VOICE", "MANUAL", "", "manual"},
		{"", "", "", "none"},
	} {
		e := livevox.InteractionEvent{InteractionType: api.Text(test.interaction), CallDirection: api.Text(test.direction), CampaignType: api.Text(test.campaign)}
		if got, known := directionOf(&e); got != test.want || !known {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

// A day without a call has neither ratios nor averages.
func TestMeansOfNothingHaveNoSample(t *testing.T) {
	number := func(v float64) api.Number { return api.Number{Value: v, Valid: true} }
	means := func(row livevox.ServiceStat) (n int) {
		row.ID = "7"
		for _, s := range serviceStatsReading(livevox.ServiceStats{Rows: []livevox.ServiceStat{row}}, 1).Gauges.Samples {
			if name := s.Desc.Name; strings.Contains(name, "_average_") || name == "livevox_service_abandonment_ratio" || name == "livevox_service_service_level_ratio" {
				n++
			}
		}
		return n
	}
	row := func(offered, handled, abandoned, mean float64) livevox.ServiceStat {
		m := number(mean)
		return livevox.ServiceStat{
			Offered: number(offered), Handled: number(handled), Abandoned: number(abandoned), AbandonRate: m, ServiceLevel: m,
			AverageSpeedOfAnswer: m, AverageDurationToAbandon: m, AverageTalkDuration: m, AverageWrapUpDuration: m, AverageHandlingDuration: m,
		}
	}
	unknown := row(0, 0, 0, 0)
	unknown.Offered, unknown.Handled, unknown.Abandoned = api.Number{}, api.Number{}, api.Number{}
	for name, test := range map[string]struct {
		row  livevox.ServiceStat
		want int
	}{
		"no call": {row(0, 0, 0, 0), 0}, "calls": {row(5, 4, 1, 0), 7}, "none abandoned": {row(5, 5, 0, 0), 6}, "none handled": {row(5, 0, 5, 0), 3},
		"dialled calls only": {row(0, 0, 0, 30), 5}, "totals are not told": {unknown, 7},
	} {
		if got := means(test.row); got != test.want {
			t.Errorf("%s: %d ratios and averages, want %d", name, got, test.want)
		}
	}
}

// The vendor writes 100 percent where nothing is loaded.
func TestNoRecordsHaveNoRatio(t *testing.T) {
	number := func(v float64) api.Number { return api.Number{Value: v, Valid: true} }
	for name, test := range map[string]struct {
		loaded, percent api.Number
		want            []float64
	}{
		"nothing loaded":       {number(0), number(100), nil},
		"nothing loaded, zero": {number(0), number(0), nil},
		"all done":             {number(5), number(100), []float64{1}},
		"none done":            {number(5), number(0), []float64{0}},
		"loaded is not said":   {api.Number{}, number(50), []float64{0.5}},
	} {
		row := livevox.ServiceStat{Loaded: test.loaded, PercentComplete: test.percent}
		row.ID = "7"
		var got []float64
		for _, s := range serviceStatsReading(livevox.ServiceStats{Rows: []livevox.ServiceStat{row}}, 1).Gauges.Samples {
			if s.Desc.Name == "livevox_service_complete_ratio" {
				got = append(got, s.Value)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
