package livevox

import (
	"cmp"
	"context"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// InteractionEvent is one step of a call, or one message (Real-Time Reporting
// API: Retrieve Interaction Event Feed). Which fields are there depends on the
// kind of interaction; none is sure to be.
type InteractionEvent struct {
	EventID         api.Text `json:"eventId"`
	InteractionType api.Text `json:"interactionType"` // VOICE, SMS, Email
	CallEventType   api.Text `json:"callEventType"`   // CALL_START, CALL_DISPOSITION, CALL_TERMINATION
	EventType       api.Text `json:"eventType"`       // of a message: Attempt
	ServiceID       ID       `json:"serviceId"`
	CallCenterID    ID       `json:"callCenterId"`
	TransactionID   ID       `json:"transactionId"`
	AcctTransaction ID       `json:"acctTransactionId"`
	SessionID       api.Text `json:"sessionId"`
	CallDirection   api.Text `json:"callDirection"`
	CampaignType    api.Text `json:"campaignType"`
	CampaignTypeID  ID       `json:"campaignTypeId"`
	CampaignID      ID       `json:"campaignId"`
	Carrier         api.Text `json:"carrier"` // of a message

	Timestamp     api.Text `json:"timestamp"`
	Start         api.Text `json:"start"`
	End           api.Text `json:"end"`
	CallStartTime api.Text `json:"callStartTime"`

	// What a CALL_TERMINATION tells of the call, in seconds.
	Duration              api.Number `json:"duration"`             // connected
	IVRDuration           api.Number `json:"roundedIvrDuration"`   // in the menu
	HoldDuration          api.Number `json:"transferHoldDuration"` // in the queue
	ServiceLevelThreshold api.Number `json:"serviceLevelThreshold"`
	// OperatorTransfer says that the call was queued for an agent, Successful that
	// it reached one.
	OperatorTransfer           api.Bool `json:"operatorTransfer"`
	OperatorTransferSuccessful api.Bool `json:"operatorTransferSuccessful"`
	Result                     api.Text `json:"lvResult"`

	at time.Time // of Time, once it was asked for
}

// Key identifies the event, however often it is delivered.
func (e *InteractionEvent) Key() string {
	if e.EventID != "" {
		return string(e.EventID)
	}
	return strings.Join([]string{
		string(e.InteractionType), string(e.CallEventType), string(e.EventType), string(e.TransactionID),
		string(e.AcctTransaction), string(e.SessionID), string(e.Timestamp),
	}, "\x00")
}

// misplaced is a timestamp with "-" before the milliseconds, as one of the
// vendor's samples has it: 2021-04-24T07:52:16-100-04:00.
var misplaced = regexp.MustCompile(`(\d\d:\d\d:\d\d)-(\d{3})(Z|[+-]\d\d:?\d\d)$`)

// Time returns when the event happened: its timestamp, else the time in its id,
// else a time of the call; the zero time if it tells none.
func (e *InteractionEvent) Time() time.Time {
	if e.at.IsZero() {
		e.at = e.time()
	}
	return e.at
}

func (e *InteractionEvent) time() time.Time {
	text := string(e.Timestamp)
	if t := api.ParseTime(text); !t.IsZero() {
		return t
	}
	if t := api.ParseTime(misplaced.ReplaceAllString(text, "$1.$2$3")); !t.IsZero() {
		return t
	}
	if t := tokenTime(string(e.EventID)); !t.IsZero() {
		return t
	}
	for _, text := range []api.Text{e.End, e.Start, e.CallStartTime} {
		if t := api.ParseTime(string(text)); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// unusable reports whether the record lacks what an event needs, or has an invalid
// timestamp and nothing else that tells the time. An event without any timestamp is
// counted at the time that the feed has reached.
func (e *InteractionEvent) unusable() bool {
	blank := e.EventID == "" && e.InteractionType == "" && e.CallEventType == "" && e.EventType == "" && e.TransactionID == ""
	return (blank || e.Timestamp != "") && e.Time().IsZero()
}

// terminates reports whether the event ends a call.
func (e *InteractionEvent) terminates() bool {
	return strings.EqualFold(string(e.CallEventType), "CALL_TERMINATION")
}

// InteractionOptions restrict the feed.
type InteractionOptions struct {
	// Types are VOICE, SMS or EMAIL; all of them if empty.
	Types []string
	// Count is the most events of one answer, from 500 to 1000; 0 is the vendor's
	// default of 1000.
	Count int
}

// interactionRequest is the body of the feed: an empty token asks for the first.
type interactionRequest struct {
	Token  string  `json:"token"`
	Filter *filter `json:"filter,omitempty"`
}

// InteractionEvents asks for the events after a token: POST event/feed. The
// vendor holds the request for ten seconds if there are none. It must have
// switched the feed on, and keeps events for a day.
func (c *Client) InteractionEvents(ctx context.Context, token string, o InteractionOptions) (Feed[InteractionEvent], error) {
	return follow(ctx, c, &c.interactionFeed, token, func(ctx context.Context, token string) (Feed[InteractionEvent], error) {
		call, err := c.interactionCall("event/feed", token, o)
		if err != nil {
			return Feed[InteractionEvent]{}, err
		}
		feed, err := askFeed(ctx, c, call, cmp.Or(o.Count, feedPage), &c.interactionEvents)
		feed.Events = c.chosen(feed.Events)
		return feed, err
	})
}

func (c *Client) interactionCall(path, token string, o InteractionOptions) (api.Call, error) {
	var query url.Values
	if o.Count > 0 {
		query = url.Values{"count": {strconv.Itoa(o.Count)}}
	}
	call, err := c.realtime("interaction_events", path, interactionRequest{Token: token, Filter: c.interactionFilter(o.Types)})
	call.URL.RawQuery, call.Hold = query.Encode(), longPoll
	return call, err
}

// interactionFilter returns the filter that is sent. The vendor doesn't document how it
// combines services with call centers, nor how many of them it takes: filters with both
// or with many are applied by chosen alone.
func (c *Client) interactionFilter(types []string) *filter {
	f := filter{}
	for _, t := range types {
		f.InteractionType = append(f.InteractionType, typeRef{Type: strings.ToUpper(t)})
	}
	if services, centers := c.filter.ServiceIDs, c.filter.CallCenterIDs; (len(services) == 0 || len(centers) == 0) && len(services) <= MaxServices && len(centers) <= MaxServices {
		f.Service, f.CallCenter = idRefs(services), idRefs(centers)
	}
	if f.InteractionType == nil && f.Service == nil && f.CallCenter == nil {
		return nil
	}
	return &f
}

// chosen returns the events that the account's filter covers, and notes the
// calls that they end.
func (c *Client) chosen(events []InteractionEvent) []InteractionEvent {
	n := 0
	for i := range events {
		e := &events[i]
		if !c.filter.covers(e.ServiceID, e.CallCenterID) {
			continue
		}
		if e.terminates() {
			c.thresholds.note(e)
			c.endedCalls.add(Call{SessionID: string(e.SessionID), TransactionID: e.TransactionID, ServiceID: e.ServiceID})
		}
		if n < i {
			events[n] = *e
		}
		n++
	}
	return events[:n]
}
