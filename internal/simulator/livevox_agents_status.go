package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// agentRow is an agent as service/agents/status shows it. What does not apply is null.
type agentRow struct {
	ServiceID      int     `json:"serviceId"`
	ServiceName    string  `json:"serviceName"`
	LoginID        string  `json:"agentLoginId"`
	Name           string  `json:"agentName"`
	State          string  `json:"state"`
	StateID        int     `json:"stateId"`
	ReasonCode     string  `json:"reasonCode"`
	CallType       *string `json:"callType"`
	Changed        int64   `json:"stateChangedAfter"`
	InboundCalls   *int64  `json:"inboundCalls"`
	OutboundCalls  *int64  `json:"outboundCalls"`
	Monitored      bool    `json:"isAgentMonitored"`
	TransactionID  *int64  `json:"transactionId"`
	SessionID      *string `json:"sessionId"`
	Account        *string `json:"account"`
	AgentSkill     *string `json:"agentSkill"`
	Phone          *string `json:"phone"`
	CallCenterID   string  `json:"callCenterId"`
	CallCenterName string  `json:"callCenterName"`
}

// agentsStatus plays service/agents/status: a row for each agent who is logged in.
func (x *exchange) agentsStatus() answer {
	body, refusal := x.serviceRequest()
	if refusal.status != 0 {
		return refusal
	}
	after, fine := moment(body.StateChangedAfter)
	if !fine {
		return liveVoxRefusal(http.StatusBadRequest, "stateChangedAfter is not a time")
	}
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	chosen := x.sim.voice.choose(body)
	rows := []agentRow{}
	for _, a := range x.sim.voice.agents {
		if a.service != nil && chosen[a.service] && a.since > after {
			rows = append(rows, a.row())
		}
	}
	return ok(map[string]any{"agentDetails": rows, "timeStamp": now})
}

// moment is a time in a request: milliseconds as a number or text, or RFC 3339; -1 if there is none.
func moment(raw json.RawMessage) (int64, bool) {
	s := string(bytes.Trim(raw, `"`))
	if s == "" || s == "null" {
		return -1, true
	}
	if at, err := strconv.ParseInt(s, 10, 64); err == nil {
		return at, true
	}
	at, err := time.Parse(time.RFC3339, s)
	return at.UnixMilli(), err == nil
}

func (a *voiceAgent) row() agentRow {
	s := a.service
	r := agentRow{
		ServiceID: s.id, ServiceName: s.name, LoginID: a.login, Name: a.name, State: a.state.text(),
		StateID: int(a.state), ReasonCode: a.reason.display, Changed: a.since, Monitored: a.monitored,
		CallCenterID: strconv.Itoa(s.center.id), CallCenterName: s.center.name,
	}
	w := a.day(s)
	in, out := w.fields[workInbound].shown(), w.fields[workOutbound].shown()
	if in > 0 || out > 0 {
		r.InboundCalls, r.OutboundCalls = &in, &out
	}
	if c := a.call; c != nil && a.state != stateWrapUp {
		direction, session, account, skill, number := c.direction, c.session(), c.account(), c.skill(), c.phone()
		id := c.id
		r.CallType, r.SessionID, r.Account, r.Phone, r.TransactionID = &direction, &session, &account, &number, &id
		if skill != "" {
			r.AgentSkill = &skill
		}
	}
	return r
}
