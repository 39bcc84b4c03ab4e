package livevox

import (
	"context"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// AgentsStatus is the answer to service/agents/status (Real-Time Reporting API:
// Get Agent Status). Agents who are not logged in have no row.
type AgentsStatus struct {
	Rows []AgentStatus
	// Updated is when the vendor's agent service was last updated: the oldest one
	// of several answers.
	Updated api.Time
	// Services are those that other answers showed, with agents or without.
	Services []Service
	api.Extent
}

// AgentStatus is what one agent does.
type AgentStatus struct {
	Service
	LoginID api.Text `json:"agentLoginId"`
	Name    api.Text `json:"agentName"`
	// StateID is the state; State is its text, which a client may rename.
	StateID api.Text `json:"stateId"`
	State   api.Text `json:"state"`
	// ReasonCode is the text of the reason for being not ready; "" for none.
	ReasonCode api.Text `json:"reasonCode"`
	// CallType is the type of the agent's call; "" while there is none. Its values are
	// not documented.
	CallType api.Text `json:"callType"`
	// Changed is when the state began, in spite of the vendor's name for it.
	Changed     api.Time `json:"stateChangedAfter"`
	ChangedTime api.Time `json:"stateChangedTime"`
	Monitored   api.Bool `json:"isAgentMonitored"`
	// TransactionID and SessionID are those of the agent's call.
	TransactionID ID       `json:"transactionId"`
	SessionID     api.Text `json:"sessionId"`
}

// AgentsStatus asks for the state of every agent who is logged in to a service in
// the filter. It asks for all of them each time, never for changes only: an agent
// without a row has logged off.
func (c *Client) AgentsStatus(ctx context.Context) (AgentsStatus, error) {
	all, updated, err := method[AgentStatus]{"agents_status", "service/agents/status"}.byService(ctx, c, func(a *AgentStatus) ID { return a.ID })
	if err != nil {
		return AgentsStatus{}, err
	}
	for i := range all.Rows {
		row := &all.Rows[i]
		c.recentServices.complete(&row.Service)
		row.LoginID = c.spellings.of(row.LoginID)
	}
	for i := range all.Rows {
		c.recentServices.add(all.Rows[i].Service)
	}
	if !all.Partial {
		c.activeCalls.saw(all.Rows)
	}
	return AgentsStatus{Rows: all.Rows, Updated: updated, Services: c.Services(), Extent: all.Extent}, nil
}
