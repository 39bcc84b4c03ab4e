package livevox

import (
	"context"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	agentEventsTotal = metric.Counter.Desc("livevox_agent_events_total", "{event}",
		"Events of agents (eventType) by the service that the agent is logged in to (agentServiceId), the line (lineNumber: acd, direct, ext; none at logon and logoff) and the reason of not_ready (notReadyReasonCode), else none. One change of state may be an event on several lines.",
		"service_id", "event", "line", "reason")
	agentEventSeconds = metric.Counter.Desc("livevox_agent_event_state_seconds_total", "s",
		"Time that agents spent in a state, in seconds, from the event that began it to the agent's next one; of the ACD line, logon and logoff only. Calls transferred, dialled or resumed are in_call. campaign_type is that of the call (campaignType), none without one.",
		"service_id", "state", "campaign_type")
)

const (
	// feedMargin is how far behind the feed's own time agents' states are
	// settled: an event takes up to ten seconds to reach it.
	feedMargin = 30 * time.Second
	// feedRepeat is how far back a feed may repeat itself: keys of older events
	// are not kept.
	feedRepeat = time.Hour
)

func agentEventsSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name: "agent_events", Feed: true,
			Help: "Every change of an agent's state (POST realtime/agentEvent/feed). LiveVox must have enabled the feed.",
		},
		Advice: feedRoles.feedAdvice,
		Descs:  []*metric.Desc{agentEventsTotal, agentEventSeconds, agentsByTeam},
		Open: func(s collector.Setup) collector.Collect {
			zeros, teams, kinds := newZeroSeries(agentEventZeros), teamStates{}, agentEventKinds()
			return func(ctx context.Context, at collector.Position) (metric.Reading, error) {
				feed, err := clientOf(s).AgentEvents(ctx, at.Cursor)
				if err != nil {
					return metric.Reading{}, err
				}
				r := agentEventsReading(feed, kinds, clientOf(s).Covers)
				r.Events.Earliest, r.Events.Latest = feedTimes(clientOf(s).Now())
				teams.note(feed.Events, kinds, clientOf(s).Covers)
				r.Gauges.Samples = teams.samples(r.Events.Earliest)
				r.Events.Zero = zeros.next(clientOf(s).Services())
				return r, nil
			}
		},
	}
}

// agentEventsReading translates a page of the feed. An event of a service that the
// account leaves out is not counted, but ends the state that the agent was in.
func agentEventsReading(feed livevox.Feed[livevox.AgentEvent], kinds eventKinds, covers func(livevox.ID) bool) metric.Reading {
	r := feedReading(feed)
	if !feed.UpTo.IsZero() {
		r.Events.FinalUntil = feed.UpTo.Add(-feedMargin)
	}
	r.Events.List = make([]metric.Event, 0, len(feed.Events))
	for i := range feed.Events {
		e := &feed.Events[i]
		event := agentEventOf(e, kinds, covers(e.ServiceID))
		if event.Time.IsZero() {
			event.Time = feed.UpTo // it is counted, whenever it was
			event.Subject, event.Begin = "", nil
		}
		r.Events.List = append(r.Events.List, event)
	}
	return r
}

// feedTimes returns the times that events of a feed can have.
func feedTimes(now time.Time) (earliest, latest time.Time) { return now.Add(-livevox.FeedLife), now }

// feedReading returns the reading of a feed without its events.
func feedReading[T any](feed livevox.Feed[T]) metric.Reading {
	r := translate.Reading(feed.Extent)
	r.Events.Progress, r.Events.More = metric.Progress{Cursor: feed.Token, UpTo: feed.UpTo, Gap: feed.Gap}, feed.More
	if !feed.UpTo.IsZero() {
		r.Events.Horizon = feed.UpTo.Add(-feedRepeat)
	}
	return r
}

func agentEventOf(e *livevox.AgentEvent, kinds eventKinds, covered bool) metric.Event {
	out := metric.Event{Key: e.Key(), Time: e.Time(), Order: e.Order()}
	kind, known := kinds.of(e)
	if !known {
		kind = eventKind{label: translate.Other, state: translate.Other}
		out.Unknown = append(out.Unknown, translate.Unknown("eventType", string(e.Type)))
	}
	line, known := lineOf(string(e.Line))
	if !known {
		out.Unknown = append(out.Unknown, "lineNumber")
	}
	if covered {
		out.Add = []metric.Sample{agentEventsTotal.Of(1, string(e.ServiceID), kind.label, line, eventReason(e, kind, &out))}
	}
	if !kind.changesState(line) {
		return out // the same change once more, or another line's
	}
	out.Subject = string(e.AgentID)
	campaign, known := campaignTypeOf(string(e.CampaignType), "")
	noteUnknown(&out, "campaignType", known)
	if covered && kind.state != "" {
		out.Begin = []metric.Sample{agentEventSeconds.Of(0, string(e.ServiceID), kind.state, campaign)}
	}
	return out
}

// changesState reports whether an event of the kind on a line says what the agent does:
// those of other lines repeat it.
func (k eventKind) changesState(line string) bool {
	return line == "acd" || k.label == "logon" || k.label == "logoff"
}

func eventReason(e *livevox.AgentEvent, kind eventKind, out *metric.Event) string {
	if kind.state != "not_ready" {
		return translate.None
	}
	reason, known := reasonOf(string(e.Reason))
	if !known {
		out.Unknown = append(out.Unknown, translate.Unknown("notReadyReasonCode", string(e.Reason)))
	}
	return reason
}

// lineOf returns the label of a line: EXT1 to EXT20 are ext.
func lineOf(s string) (line string, known bool) {
	switch w := word(s); {
	case w == "":
		return translate.None, true
	case w == "ACD", w == "DIRECT":
		return strings.ToLower(w), true
	case strings.HasPrefix(w, "EXT"):
		return "ext", true
	}
	return translate.Other, false
}

// eventKind is what an agent event is shown as, and the state that it begins:
// none for one that ends the agent's day.
type eventKind struct{ label, state string }

// feedStates returns the states that events begin.
func feedStates() []string {
	return []string{"logged_on", "ready", "not_ready", "in_call", "hold", "wrap_up", "manual_dial", "preview_dial", "registering", "reserved", translate.Other}
}

// eventKinds are those of events by word, and by the spelling that the vendor documents.
type eventKinds map[string]eventKind

func (k eventKinds) of(e *livevox.AgentEvent) (kind eventKind, known bool) {
	if kind, known = k[string(e.Type)]; !known {
		kind, known = k[word(string(e.Type))]
	}
	return kind, known
}

// agentEventKinds returns all of them. LiveVox's own accounting
// takes everything from dialling to the end of a transfer for time in a call.
func agentEventKinds() eventKinds {
	kinds := eventKinds{}
	add := func(label, state string) {
		kinds[word(label)] = eventKind{label, state}
		kinds[strings.ToUpper(label)] = kinds[word(label)]
	}
	add("logon", "logged_on")
	add("logoff", "")
	add("ready", "ready")
	add("not_ready", "not_ready")
	add("in_call", "in_call")
	add("wrap_up", "wrap_up")
	add("dialing", "in_call")
	add("transferring", "in_call")
	add("agent_hold", "hold")
	add("agent_resumed", "in_call")
	add("hold", "hold")
	add("preview_dial", "preview_dial")
	add("preview_dial_offered", "preview_dial")
	add("preview_dial_accepted", "preview_dial")
	add("preview_dial_skipped", "preview_dial")
	add("manual_dial", "manual_dial")
	add("registering", "registering")
	add("reserved", "reserved")
	for _, step := range []string{"initiated", "connected", "conferenced", "hold", "resumed", "reconnected", "complete"} {
		add("agent_transfer_"+step+"_supervisor", "in_call")
		add("agent_transfer_"+step+"_agent2", "in_call")
	}
	return kinds
}
