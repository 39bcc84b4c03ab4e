package livevox

import (
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

func TestResultsHaveTheClassOfTheTable(t *testing.T) {
	yes, no := api.Bool{Value: true, Valid: true}, api.Bool{Valid: true}
	own := Results{Connected: []config.Pattern{"sale*"}, Machine: []config.Pattern{"no answer (beep)"}}
	for _, c := range []struct {
		result            string
		queued, succeeded api.Bool
		want              string
	}{
		{"AGENT - Promise To Pay", yes, yes, "connected"},
		{"Operator Transfer (Agent Terminated Call)", yes, yes, "connected"},
		{"Operator Transfer (Agent Abandoned)", yes, no, "abandoned"},
		{"operator transfer (abandoned max hold time)", yes, no, "abandoned"},
		{"Operator Transfer", yes, yes, "connected"},
		{"Operator Transfer", yes, no, "abandoned"},
		{"Operator Transfer", yes, api.Bool{}, "other"},
		{"Answering Machine (Hung Up)", no, no, "machine"},
		{"Fax", no, no, "machine"},
		{"No Answer", no, no, "no_answer"},
		{"No Answer (Beep)", no, no, "machine"},
		{"Busy", no, no, "no_answer"},
		{"Not Available (Not Made)", no, no, "other"},
		{"Hung Up in Opening", no, no, "other"},
		{"Sale 42", no, no, "connected"},
		{"Something of the customer's", yes, no, "abandoned"},
		{"Something of the customer's", no, no, "other"},
		{"", no, no, "other"},
	} {
		e := livevox.InteractionEvent{Result: api.Text(" " + c.result), OperatorTransfer: c.queued, OperatorTransferSuccessful: c.succeeded}
		table := newResultTable(own)
		if first, again := table.classOf(&e), table.classOf(&e); first != c.want || again != c.want {
			t.Errorf("%q, queued %v, successful %v: %s, then %s, want %s", c.result, c.queued.Value, c.succeeded.Value, first, again, c.want)
		}
	}
}

func TestOnlyOutboundCallsAreDialled(t *testing.T) {
	for direction, want := range map[string]int{"OUTBOUND": 1, "OB": 1, "INBOUND": 0, "MANUAL": 0, "": 0} {
		e := livevox.InteractionEvent{InteractionType: "VOICE", CallEventType: "CALL_TERMINATION", CallDirection: api.Text(direction), CampaignID: "7", Result: "Busy"}
		r := interactionEventsReading(livevox.Feed[livevox.InteractionEvent]{Events: []livevox.InteractionEvent{e, e}}, newResultTable(Results{}))
		n := 0
		for _, s := range r.Events.List[0].Add {
			if s.Desc == dialedCalls && s.Labels[0] == "7" && s.Labels[1] == "no_answer" {
				n++
			}
		}
		if n != want || len(r.Events.Zero) != 5*want {
			t.Errorf("%q: %d dialled calls, %d series at 0", direction, n, len(r.Events.Zero))
		}
	}
}

func TestResultsWithoutAClassAreNamed(t *testing.T) {
	var events []livevox.InteractionEvent
	for _, result := range []string{"Busy", "Zebra", "Alpha", "Zebra", "Not Available (Not Made)"} {
		events = append(events, livevox.InteractionEvent{InteractionType: "VOICE", CallEventType: "CALL_TERMINATION", CallDirection: "OUTBOUND", CampaignID: "7", Result: api.Text(result)})
	}
	events = append(events, livevox.InteractionEvent{InteractionType: "VOICE", CallEventType: "CALL_TERMINATION", CallDirection: "INBOUND", Result: "Inbound"})
	r := interactionEventsReading(livevox.Feed[livevox.InteractionEvent]{Events: events}, newResultTable(Results{}))
	if got, want := resultsWithoutClass(config.Account{}, r), `results without a class in results: "Alpha", "Zebra"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	own := config.Account{Keys: &Keys{Results: Results{NoAnswer: []config.Pattern{"alpha", "z*"}}}}
	if got := resultsWithoutClass(own, r); got != "" {
		t.Error(got)
	}
}
