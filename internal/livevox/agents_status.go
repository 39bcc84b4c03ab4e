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
	Skipped  int
	Partial  bool
	// Malformed names the fields with values that could not be read, once per value.
	Malformed []string
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
	// Changed is when the state began, in spite of the vendor's name for it.
	Changed     api.Time `json:"stateChangedAfter"`
	ChangedTime api.Time `json:"stateChangedTime"`
	Monitored   api.Bool `json:"isAgentMonitored"`
	// TransactionID and SessionID are those of the agent's call.
	TransactionID ID       `json:"transactionId"`
	SessionID     api.Text `json:"sessionId"`
}

// AgentsStatus asks for the state of every agent who is logged in to a service in
// the filter. It asks for all of them each time, never for changes only: who is
// absent has logged off.
func (c *Client) AgentsStatus(ctx context.Context) (AgentsStatus, error) {
	var all AgentsStatus
	err := c.each(ctx, func(f *filter) error {
		var reply struct {
			fault
			AgentDetails *api.List[AgentStatus] `json:"agentDetails"`
			TimeStamp    api.Time               `json:"timeStamp"`
		}
		a, err := c.post(ctx, "agents_status", "service/agents/status", request{f}, &reply)
		if err != nil {
			return err
		}
		list, err := records(reply.fault, a, "agents_status", reply.AgentDetails)
		if err != nil {
			return err
		}
		for _, row := range list.Items {
			if !c.repeats(f, row.ID) {
				all.Rows = append(all.Rows, row)
			}
		}
		all.Updated = older(all.Updated, reply.TimeStamp)
		all.Skipped += list.Skipped
		all.Partial = all.Partial || partial(a)
		all.Malformed = append(all.Malformed, a.Malformed...)
		return nil
	})
	if err != nil {
		return AgentsStatus{}, err
	}
	c.recentServices.saw(all.services())
	c.activeCalls.saw(all.Rows)
	all.Services = c.Services()
	return all, nil
}

func (s AgentsStatus) services() []Service {
	list := make([]Service, 0, len(s.Rows))
	for _, row := range s.Rows {
		list = append(list, row.Service)
	}
	return list
}

// older returns the earlier of two times, of which the zero time is none.
func older(a, b api.Time) api.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a.Time) {
		return b
	}
	return a
}
