package livevox

import (
	"cmp"
	"context"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	interactions = metric.Counter.Desc("livevox_interaction_events_total", "{event}",
		"Steps of calls and messages: interaction (interactionType: voice, sms, email, chat, other), event (callEventType or eventType), direction (callDirection) and campaign_type (campaignType), none where the vendor doesn't tell them.",
		"service_id", "interaction", "event", "direction", "campaign_type")
	callResults = metric.Counter.Desc("livevox_call_results_total", "{call}",
		"Calls that ended, by result (lvResult of CALL_TERMINATION), none where there is none.", "service_id", "result").Bounded("result")
	callServiceLevels = metric.Counter.Desc("livevox_calls_service_level_total", "{call}",
		"Calls that were queued for an agent (operatorTransfer) and have ended, by whether one answered (operatorTransferSuccessful) and whether that took longer than the service level allows (transferHoldDuration above serviceLevelThreshold): answered_within, answered_after, abandoned_within, abandoned_after.",
		"service_id", "outcome")
	callDuration = callHistogramDesc("livevox_call_duration_seconds",
		"Connected time of a call that ended, in seconds (duration of CALL_TERMINATION).")
	callIVR = callHistogramDesc("livevox_call_ivr_seconds",
		"Time that a call that ended spent in the menu, in seconds (roundedIvrDuration of CALL_TERMINATION).")
	callQueue = callHistogramDesc("livevox_call_queue_seconds",
		"Time that a call that ended, and was queued for an agent (operatorTransfer), waited for one, in seconds (transferHoldDuration of CALL_TERMINATION).")
)

func callHistogramDesc(name, help string) *metric.Desc {
	return metric.Histogram.Desc(name, "s", help, "service_id", "direction").Bucketed(0, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)
}

// The ways of following interaction events.
const (
	modePoll = "poll"
	modeSSE  = "sse"
)

// interactionOptions are the own keys of interaction_events.
type interactionOptions struct {
	Mode  string   `yaml:"mode" enum:"poll,sse" doc:"How the feed is followed: requests, or a stream of server-sent events."`
	Count int      `yaml:"count" range:"500..1000" doc:"Most events of one answer."`
	Types []string `yaml:"interaction_types" pattern:"^([Vv][Oo][Ii][Cc][Ee]|[Ss][Mm][Ss]|[Ee][Mm][Aa][Ii][Ll])$" form:"voice, sms or email" doc:"Only interactions of these types; empty: all."`
}

func interactionEventsSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name: "interaction_events", Feed: true,
			Help:    "Every step of every call and message (POST realtime/event/feed, or event/feed/sse). LiveVox must have enabled the feed.",
			Options: func() any { return &interactionOptions{Mode: modePoll, Count: 1000} },
		},
		Advice: feedRoles.feedAdvice,
		Note:   resultsWithoutClass,
		Descs:  []*metric.Desc{interactions, callResults, callServiceLevels, dialedCalls, callDispositions, messages, callDuration, callIVR, callQueue},
		Open:   openInteractions,
	}
}

func openInteractions(s collector.Setup) collector.Collect {
	o := s.Config.Options.(*interactionOptions)
	options := livevox.InteractionOptions{Types: o.Types, Count: o.Count}
	next := func(ctx context.Context, token string) (livevox.Feed[livevox.InteractionEvent], error) {
		return clientOf(s).InteractionEvents(ctx, token, options)
	}
	if o.Mode == modeSSE {
		next = clientOf(s).InteractionStream(options).Next
	}
	zeros := newZeroSeries(interactionZeros)
	_, lookedUp := s.Account.Sources["call_data"]
	ended := endedKeeper{client: clientOf(s), on: lookedUp}
	table := newResultTable(resultsOf(s.Account))
	return func(ctx context.Context, at collector.Position) (metric.Reading, error) {
		feed, err := next(ctx, ended.restore(at.Cursor))
		if err != nil {
			return metric.Reading{}, err
		}
		r := interactionEventsReading(feed, table)
		r.Events.Cursor = ended.cursor(r.Events.Cursor)
		r.Events.Earliest, r.Events.Latest = feedTimes(clientOf(s).Now())
		r.Events.Zero = append(r.Events.Zero, zeros.next(clientOf(s).Services())...)
		return r, nil
	}
}

// interactionEventsReading translates what the feed delivered. table classifies results.
func interactionEventsReading(feed livevox.Feed[livevox.InteractionEvent], table *resultTable) metric.Reading {
	r := feedReading(feed)
	r.Events.FinalUntil = feed.UpTo
	r.Events.Zero = table.zero(feed.Events)
	r.Events.List = make([]metric.Event, 0, len(feed.Events))
	for i := range feed.Events {
		e := &feed.Events[i]
		at := e.Time()
		if at.IsZero() {
			at = feed.UpTo // it is counted, whenever it was
		}
		r.Events.List = append(r.Events.List, interactionEvent(e, at, table))
	}
	return r
}

// interactionEvent translates one event, which happened at a time.
func interactionEvent(e *livevox.InteractionEvent, at time.Time, table *resultTable) metric.Event {
	out := metric.Event{Key: e.Key(), Time: at}
	service := string(e.ServiceID)
	interaction, known := interactionOf(string(e.InteractionType))
	noteUnknown(&out, "interactionType", known)
	event, known := interactionEventOf(e)
	noteUnknown(&out, "callEventType", known)
	direction, known := directionOf(e)
	noteUnknown(&out, "callDirection", known)
	campaign, known := campaignTypeOf(string(e.CampaignType), string(e.CampaignTypeID))
	noteUnknown(&out, "campaignType", known)
	step := interactions.Of(1, service, interaction, event, direction, campaign)
	if out.Add = appendResult([]metric.Sample{step}, e, service, interaction, event); event == "call_termination" {
		out.Add = table.appendDialed(addTermination(e, step, service, direction), e, direction)
	}
	return out
}

// addTermination returns what the end of a call adds to the step that it is.
func addTermination(e *livevox.InteractionEvent, step metric.Sample, service, direction string) []metric.Sample {
	add := append(make([]metric.Sample, 0, 7), step, callResults.Of(1, service, resultOf(e)))
	if outcome := serviceLevelOf(*e); outcome != "" {
		add = append(add, callServiceLevels.Of(1, service, outcome))
	}
	add = translate.AppendMeasured(add, callDuration, e.Duration, 1, service, direction)
	add = translate.AppendMeasured(add, callIVR, e.IVRDuration, 1, service, direction)
	if e.OperatorTransfer.Value {
		add = translate.AppendMeasured(add, callQueue, e.HoldDuration, 1, service, direction)
	}
	return add
}

// noteUnknown notes a field that had a value which the exporter doesn't know.
func noteUnknown(out *metric.Event, field string, known bool) {
	if !known {
		out.Unknown = append(out.Unknown, field)
	}
}

// serviceLevelOf returns the outcome of a call that was queued for an agent; ""
// for any other, or where the vendor doesn't tell how long it took.
func serviceLevelOf(e livevox.InteractionEvent) string {
	if !e.OperatorTransfer.Value || !translate.Measured(e.HoldDuration) || !translate.Measured(e.ServiceLevelThreshold) {
		return ""
	}
	outcome, within := "abandoned", "_after"
	if e.OperatorTransferSuccessful.Value {
		outcome = "answered"
	}
	if e.HoldDuration.Value <= e.ServiceLevelThreshold.Value {
		within = "_within"
	}
	return outcome + within
}

// interactionOf returns the label of an interactionType, which the vendor
// writes as Email and EMAIL.
func interactionOf(s string) (interaction string, known bool) {
	return labelOf(word(s), "VOICE", "voice", "SMS", "sms", "EMAIL", "email", "CHAT", "chat")
}

// interactionEventOf returns the label of what happened: callEventType of a
// call, eventType of a message.
func interactionEventOf(e *livevox.InteractionEvent) (event string, known bool) {
	return labelOf(word(string(cmp.Or(e.CallEventType, e.EventType))),
		"CALLSTART", "call_start", "CALLDISPOSITION", "call_disposition", "CALLTERMINATION", "call_termination", "ATTEMPT", "attempt")
}

// directionOf returns the label of a callDirection. Messages have none: those that
// LiveVox tells of are outbound, unless their campaign is another one.
func directionOf(e *livevox.InteractionEvent) (direction string, known bool) {
	w := word(string(e.CallDirection))
	if w == "" {
		return messageDirection(e), true
	}
	return labelOf(w, "INBOUND", "inbound", "IB", "inbound", "OUTBOUND", "outbound", "OB", "outbound", "MANUAL", "manual")
}

func messageDirection(e *livevox.InteractionEvent) string {
	switch word(string(e.InteractionType)) {
	case "SMS", "EMAIL":
	default:
		return translate.None
	}
	switch campaign, _ := campaignTypeOf(string(e.CampaignType), string(e.CampaignTypeID)); campaign {
	case "inbound", "manual":
		return campaign
	}
	return "outbound"
}

// campaignTypeOf returns the label of a campaign's type: of its name, which is
// OUTBOUND for calls and OB for messages, else of its number.
func campaignTypeOf(name, number string) (campaign string, known bool) {
	w := word(name)
	if w == "" {
		return labelOf(number, "1", "outbound", "6", "outbound", "11", "outbound", "2", "inbound", "10", "inbound", "13", "inbound",
			"4", "schedule_call_back", "5", "manual", "9", "manual", "12", "manual", "7", "hci", "8", "10dmt", "14", "chat")
	}
	return labelOf(w, "OUTBOUND", "outbound", "OB", "outbound", "SMS", "outbound", "EMAIL", "outbound",
		"INBOUND", "inbound", "IB", "inbound", "CALLBACK", "inbound", "INBOUNDSMS", "inbound", "INBOUNDEMAIL", "inbound",
		"MANUAL", "manual", "MANUALSMS", "manual", "MANUALEMAIL", "manual", "HCI", "hci", "PREVIEW", "preview", "10DMT", "10dmt", "CHAT", "chat",
		"SCHEDULECALLBACK", "schedule_call_back", "SCHEDULEDCALLBACK", "schedule_call_back")
}
