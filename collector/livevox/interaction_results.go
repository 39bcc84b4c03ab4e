package livevox

import (
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	callDispositions = metric.Counter.Desc("livevox_call_dispositions_total", "{disposition}",
		"Dispositions of calls by result (lvResult of CALL_DISPOSITION), none where there is none: a call has one if an agent handled it.",
		"service_id", "result").Bounded("result").Experimental()
	messages = metric.Counter.Desc("livevox_messages_total", "{message}",
		"Messages by channel (interactionType: sms, email, chat, other), carrier (carrier) and result (lvResult), none where the vendor doesn't tell them.",
		"service_id", "channel", "carrier", "result").Bounded("carrier", "result").Experimental()
)

// resultOf returns the label of an event's result.
func resultOf(e *livevox.InteractionEvent) string { return orNone(strings.TrimSpace(string(e.Result))) }

// appendResult appends what an event says of the result of a call or message besides the
// end of a call.
func appendResult(add []metric.Sample, e *livevox.InteractionEvent, service, interaction, event string) []metric.Sample {
	switch {
	case event == "call_disposition":
		return append(add, callDispositions.Of(1, service, resultOf(e)))
	case event == "attempt" && interaction != "voice" && interaction != translate.None:
		return append(add, messages.Of(1, service, interaction, orNone(strings.TrimSpace(string(e.Carrier))), resultOf(e)))
	}
	return add
}
