package livevox

import (
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	callDispositions = &metric.Desc{
		Name:      "livevox_call_dispositions_total",
		Help:      "Dispositions of calls by result (lvResult of CALL_DISPOSITION), none where there is none: a call has one if an agent handled it.",
		Unit:      "{disposition}",
		Kind:      metric.Counter,
		Labels:    []string{"service_id", "result"},
		Open:      []string{"result"},
		Stability: metric.Experimental,
	}
	messages = &metric.Desc{
		Name:      "livevox_messages_total",
		Help:      "Messages by channel (interactionType: sms, email, chat, other), carrier (carrier) and result (lvResult), none where the vendor doesn't tell them.",
		Unit:      "{message}",
		Kind:      metric.Counter,
		Labels:    []string{"service_id", "channel", "carrier", "result"},
		Open:      []string{"carrier", "result"},
		Stability: metric.Experimental,
	}
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
