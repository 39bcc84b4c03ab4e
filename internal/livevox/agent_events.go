package livevox

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// AgentEvent is one change of an agent's state on one line (Real-Time Reporting
// API: Retrieve Agent Event Feed).
type AgentEvent struct {
	EventID   api.Text `json:"eventId"`
	Timestamp api.Text `json:"timestamp"`
	// Sequence orders the events of an agent with one timestamp.
	Sequence api.Number `json:"seqNum"`
	AgentID  ID         `json:"agentId"`
	// ServiceID is the service that the agent is logged in to, not the call's.
	ServiceID ID `json:"agentServiceId"`
	// TeamID is the agent's team. The agents' status doesn't tell it.
	TeamID ID `json:"agentTeamId"`
	// Line is ACD, DIRECT or EXT1 to EXT20; none at LOGON and LOGOFF. A change of
	// state comes once for each line that it concerns, with one event id.
	Line   api.Text `json:"lineNumber"`
	Type   api.Text `json:"eventType"`
	Reason api.Text `json:"notReadyReasonCode"`
	// CampaignType is that of the call that the event belongs to; none without a call.
	CampaignType api.Text `json:"campaignType"`

	at time.Time // of Time, once it was asked for
}

// Key identifies the event, however often it is delivered.
func (e *AgentEvent) Key() string {
	id := string(e.EventID)
	if id == "" {
		id = string(e.AgentID) + ":" + strconv.FormatInt(api.ParseTime(string(e.Timestamp)).UnixMilli(), 10) + ":" + strconv.FormatInt(e.Order(), 10)
	}
	return id + "\x00" + string(e.Line) + "\x00" + string(e.Type)
}

// Time returns when the state changed: the timestamp, else the time in the event
// id, which reads cid=1:aid=2:time=1900000000123:seq=3; the zero time if neither
// tells it.
func (e *AgentEvent) Time() time.Time {
	if e.at.IsZero() {
		e.at = e.time()
	}
	return e.at
}

func (e *AgentEvent) time() time.Time {
	if t := api.ParseTime(string(e.Timestamp)); !t.IsZero() {
		return t
	}
	for part := range strings.SplitSeq(string(e.EventID), ":") {
		if ms, ok := strings.CutPrefix(part, "time="); ok {
			return api.ParseTime(ms)
		}
	}
	return time.Time{}
}

// Order is the event's place among those of its agent with the same time.
func (e *AgentEvent) Order() int64 { return int64(e.Sequence.Value) }

// agentFeedRequest is the body of the feed: {} asks for the first token.
type agentFeedRequest struct {
	Token string `json:"token,omitempty"`
}

// AgentEvents asks for the events after a token: POST agentEvent/feed. The vendor
// holds the request for ten seconds if there are none. It must have switched the
// feed on, and keeps events for a day. Covers reports which of them the account's
// filter selects.
func (c *Client) AgentEvents(ctx context.Context, token string) (Feed[AgentEvent], error) {
	if err := c.learn(ctx); err != nil {
		return Feed[AgentEvent]{}, err
	}
	return follow(ctx, c, &c.agentFeed, token, func(ctx context.Context, token string) (Feed[AgentEvent], error) {
		call, err := c.realtime("agent_events", "agentEvent/feed", agentFeedRequest{Token: token})
		if err != nil {
			return Feed[AgentEvent]{}, wrap("agent_events", err)
		}
		call.Hold = longPoll
		return askFeed(ctx, c, call, feedPage, &c.agentEvents)
	})
}

// unusable reports whether the record lacks what an event needs, or has an invalid
// timestamp and nothing else that tells the time. An event without any timestamp is
// counted at the time that the feed has reached.
func (e *AgentEvent) unusable() bool {
	return e.Time().IsZero() && (e.Timestamp != "" || e.EventID == "" && e.Type == "")
}
