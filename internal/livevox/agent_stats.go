package livevox

import (
	"context"
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// AgentStats is the answer to service/agent/stats/ex (Real-Time Reporting API:
// Get Agent Statistics Ex): every agent who logged in to a service of the filter
// at any time of the vendor's current day.
type AgentStats = Rows[AgentServiceStat]

// AgentServiceStat is what one agent did for one service.
type AgentServiceStat struct {
	LoginID   api.Text `json:"-"`
	Name      api.Text `json:"-"`
	ServiceID ID       `json:"id"`
	AgentTotals
}

// AgentTotals are an agent's totals of the vendor's current day; times are in
// seconds.
type AgentTotals struct {
	InboundCalls     api.Number `json:"inboundCalls"`
	OutboundCalls    api.Number `json:"outboundCalls"`
	Ready            api.Number `json:"readyDuration"`
	NotReady         api.Number `json:"totalNotReadyDuration"`
	NotReadyLunch    api.Number `json:"notReadyLunchDuration"`
	NotReadyTraining api.Number `json:"notReadyTrainingDuration"`
	NotReadyBreak    api.Number `json:"notReadyBreakDuration"`
	NotReadyMeeting  api.Number `json:"notReadyMeetingDuration"`
	NotReadyTechDiff api.Number `json:"notReadyTechDiffDuration"`
	NotReadyOther    api.Number `json:"notReadyOtherDuration"`
	WrapUp           api.Number `json:"wrapupDuration"`
	Talk             api.Number `json:"talkDuration"`
	// RPC is a contact with the right party, WPC one with another.
	RPCComplete   api.Number `json:"rpcComplete"`
	RPCIncomplete api.Number `json:"rpcIncomplete"`
	WPC           api.Number `json:"wpc"`
	NonContacts   api.Number `json:"nonContacts"`
}

// agentStat is an agent as the vendor sends it.
type agentStat struct {
	Name     api.Text                   `json:"agentName"`
	LoginID  api.Text                   `json:"agentLoginId"`
	Services api.List[AgentServiceStat] `json:"services"`
}

// AgentStats asks for the totals of every agent by service. An agent who worked
// for services of several requests is in several answers; each service counts
// once.
func (c *Client) AgentStats(ctx context.Context) (AgentStats, error) {
	var all AgentStats
	seen := map[[2]string]bool{}
	err := c.each(ctx, func(f *filter) error {
		agents, _, err := method[agentStat]{"agent_stats", "service/agent/stats/ex"}.ask(ctx, c, f, &all.Extent)
		all.Rows = slices.Grow(all.Rows, len(agents))
		for _, agent := range agents {
			if agent.LoginID == "" && agent.Services.Items == nil {
				all.Skipped++ // neither an agent nor a service
			}
			all.Skipped += agent.Services.Skipped
			agent.LoginID = c.spellings.of(agent.LoginID)
			for _, s := range agent.Services.Items {
				if key := [2]string{string(agent.LoginID), string(s.ServiceID)}; !seen[key] {
					seen[key] = true
					s.LoginID, s.Name = agent.LoginID, agent.Name
					all.Rows = append(all.Rows, s)
				}
			}
		}
		return err
	})
	return all, err
}

// LegacyAgentStats is the answer to service/agent/stats (Real-Time Reporting
// API: Get Agent Statistics), which the vendor is going to withdraw: those who
// are logged in now, with a name and nothing else to know them by.
type LegacyAgentStats = Rows[LegacyAgentStat]

// LegacyAgentStat is what one agent did today.
type LegacyAgentStat struct {
	Name api.Text `json:"agentName"`
	// Changed is when the agent's state began.
	Changed api.Time `json:"stateChangedTime"`
	AgentTotals
}

// LegacyAgentStats asks for the totals of the agents who are logged in. A row
// that comes again, the same to the last figure and millisecond, is the same
// agent: under a call center that is asked for apart, or just once more.
func (c *Client) LegacyAgentStats(ctx context.Context) (LegacyAgentStats, error) {
	var all LegacyAgentStats
	seen := map[LegacyAgentStat]bool{}
	err := c.each(ctx, func(f *filter) error {
		agents, _, err := method[LegacyAgentStat]{"agent_stats", "service/agent/stats"}.ask(ctx, c, f, &all.Extent)
		for _, agent := range agents {
			if !seen[agent] {
				seen[agent] = true
				all.Rows = append(all.Rows, agent)
			}
		}
		return err
	})
	return all, err
}
