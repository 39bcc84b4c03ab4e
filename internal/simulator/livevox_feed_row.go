package simulator

import (
	"fmt"
	"strconv"
	"time"
)

// agentEventRow is an entry of agentEvent/feed.
type agentEventRow struct {
	Timestamp     int64  `json:"timestamp"`
	ClientID      int    `json:"clientId"`
	AgentID       int    `json:"agentId"`
	ServiceID     int    `json:"agentServiceId"`
	TeamID        int    `json:"agentTeamId"`
	Line          string `json:"lineNumber,omitempty"`
	EventType     string `json:"eventType"`
	Reason        string `json:"notReadyReasonCode,omitempty"`
	CallServiceID int    `json:"callServiceId,omitempty"`
	TransactionID int64  `json:"transactionId,omitempty"`
	SessionID     string `json:"sessionId,omitempty"`
	Phone         string `json:"phoneNumber,omitempty"`
	Result        string `json:"result,omitempty"`
	CampaignType  string `json:"campaignType,omitempty"`
	Sequence      int    `json:"seqNum"`
	EventID       string `json:"eventId"`
}

func (e *agentEvent) row() agentEventRow {
	r := agentEventRow{
		Timestamp: e.at, ClientID: clientID, AgentID: e.agent.id, ServiceID: e.service.id, TeamID: e.agent.team,
		Line: e.line, EventType: e.kind, Reason: e.reason, Sequence: e.seq,
		EventID: fmt.Sprintf("cid=%d:aid=%d:time=%d:seq=%d", clientID, e.agent.id, e.at, e.seq),
	}
	if c := e.call; c != nil {
		r.CallServiceID, r.TransactionID, r.SessionID, r.Phone = c.service.id, c.id, c.session(), c.phone()
		r.CampaignType = c.campaignType()
		if e.kind == "WRAP_UP" {
			r.Result = c.result.name
		}
	}
	return r
}

// voiceCore is what every event of a call has.
type voiceCore struct {
	EventID       string `json:"eventId"`
	Event         string `json:"callEventType"`
	Interaction   string `json:"interactionType"`
	TransactionID int64  `json:"transactionId"`
	ClientID      int    `json:"clientId"`
	ServiceID     int    `json:"serviceId"`
	CallCenterID  int    `json:"callCenterId"`
	SessionID     string `json:"sessionId"`
}

type voiceStart struct {
	voiceCore
	CampaignID   *int   `json:"campaignId"`
	PhoneDialed  string `json:"phoneDialed"`
	Account      string `json:"account"`
	Operator     string `json:"operatorPhone"`
	State        string `json:"areaCodeState"`
	Direction    string `json:"callDirection"`
	CampaignType string `json:"campaignType"`
	AgentLoginID string `json:"agentLoginId,omitempty"`
	AgentID      string `json:"agentId,omitempty"`
	Start        string `json:"start"`
	Timestamp    string `json:"timestamp"`
}

type voiceEnd struct {
	voiceStart
	End        string  `json:"end"`
	CallerID   *string `json:"callerId"`
	Threshold  int64   `json:"serviceLevelThreshold"`
	Hold       int64   `json:"transferHoldDuration"`
	IVR        int64   `json:"roundedIvrDuration"`
	Duration   int64   `json:"duration"`
	SkillID    string  `json:"agentSkillId"`
	ResultID   int     `json:"lvResultId"`
	Priority   int     `json:"priority"`
	Result     string  `json:"lvResult"`
	Successful int     `json:"operatorTransferSuccessful"`
	Transfer   int     `json:"operatorTransfer"`
}

type voiceDisposition struct {
	voiceCore
	CampaignID  *int    `json:"campaignId"`
	PhoneDialed *string `json:"phoneDialed"`
	Account     *string `json:"account"`
	State       string  `json:"areaCodeState"`
	Zip         string  `json:"zipCode"`
	Start       string  `json:"start"`
	Timestamp   string  `json:"timestamp"`
}

// messageRow is a text or a mail; its ids are text.
type messageRow struct {
	EventID       string `json:"eventId"`
	Interaction   string `json:"interactionType"`
	ClientID      string `json:"clientId"`
	CallCenterID  string `json:"callCenterId"`
	ServiceID     string `json:"serviceId"`
	Timestamp     string `json:"timestamp"`
	CampaignID    string `json:"campaignId"`
	SessionID     string `json:"sessionId"`
	Phone         string `json:"phoneNumber,omitempty"`
	From          string `json:"fromEmail,omitempty"`
	To            string `json:"toEmail,omitempty"`
	TransactionID string `json:"acctTransactionId"`
	Event         string `json:"eventType"`
	ThreadID      string `json:"threadId"`
	Account       string `json:"accountNumber"`
	CampaignType  string `json:"campaignType"`
	CampaignKind  string `json:"campaignTypeId"`
	Carrier       string `json:"carrier"`
	SMSCode       string `json:"smsCode,omitempty"`
	CallStart     string `json:"callStartTime,omitempty"`
}

// row shows an interaction event under its id.
func (e *interaction) row(id string, zone *time.Location) any {
	if e.call == nil {
		return e.message(id, zone)
	}
	kind, event, _, _ := e.labels()
	c := e.call
	core := voiceCore{id, event, kind, c.id, clientID, c.service.id, c.service.center.id, c.session()}
	if e.kind == callDisposition {
		return voiceDisposition{
			voiceCore: core, State: "null", Zip: "null", Start: rfc3339(c.start),
			Timestamp: rfc3339(e.at),
		}
	}
	start := voiceStart{
		voiceCore: core, PhoneDialed: c.phone(), Account: c.account(), Operator: "0", State: c.region(),
		Direction: c.direction, CampaignType: c.campaignType(), Start: rfc3339(c.start), Timestamp: rfc3339(e.at),
	}
	if c.campaign != nil {
		start.CampaignID = &c.campaign.id
	}
	who := c.byHand
	if e.kind == callTermination && c.agent != nil {
		who = c.agent
	}
	if who != nil {
		start.AgentLoginID, start.AgentID = who.login, strconv.Itoa(who.id)
	}
	if e.kind == callStart {
		return start
	}
	return c.endRow(start)
}

func (c *call) endRow(start voiceStart) voiceEnd {
	r := voiceEnd{
		voiceStart: start, End: rfc3339(c.end), Threshold: c.service.threshold, Hold: c.hold, IVR: c.ivr,
		Duration: c.duration, SkillID: c.skill(), ResultID: c.result.id, Priority: c.result.priority,
		Result: c.result.name,
	}
	if c.queued > 0 {
		r.Transfer = 1
	}
	if c.answered > 0 {
		r.Successful = 1
	}
	return r
}

func (e *interaction) message(id string, zone *time.Location) messageRow {
	n := decimal(55926849000 + e.number)
	r := messageRow{
		EventID: id, ClientID: strconv.Itoa(clientID), CallCenterID: strconv.Itoa(e.service.center.id),
		ServiceID: e.service.label, Timestamp: time.UnixMilli(e.at).In(zone).Format("2006-01-02T15:04:05.000-07:00"),
		CampaignID: "29161334", TransactionID: n, ThreadID: n, Event: "Attempt",
		Account: fmt.Sprintf("ACC%06d", e.number%900000), CampaignType: "OB",
	}
	if e.kind == smsAttempt {
		r.Interaction, r.CampaignKind, r.Carrier, r.SMSCode = "SMS", "6", "sim_sms", "55555"
		r.Phone, r.CallStart = phone(e.number), decimal(e.at)
		r.SessionID = fmt.Sprintf("%s-%s-%d", e.service.label, n, e.at)
		return r
	}
	r.Interaction, r.CampaignKind, r.Carrier = "Email", "11", "sim_mail"
	r.From, r.To = "service@example.com", fmt.Sprintf("customer%d@example.org", e.number%1000)
	r.SessionID = fmt.Sprintf("%s_%s_%d", e.service.label, n, e.at)
	return r
}
