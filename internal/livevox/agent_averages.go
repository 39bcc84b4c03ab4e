package livevox

import (
	"context"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// AgentAverages are the answers to service/agents/averages (Real-Time Reporting
// API: Get Agent Averages), by service: the rows say neither service nor agent.
type AgentAverages struct {
	Services []ServiceAverages
	Skipped  int
	Partial  bool
	// Malformed names the fields with values that could not be read, once per value.
	Malformed []string
}

// ServiceAverages is how long the agents of a service were in each state on
// average, in seconds. Of several rows, which are 30 minutes of a chart, this is
// the newest.
type ServiceAverages struct {
	ServiceID ID `json:"-"`

	Ready        api.Number `json:"averageReadyTime"`
	NotReady     api.Number `json:"averageNotReadyTime"`
	Talk         api.Number `json:"averageTalkTime"`
	WrapUp       api.Number `json:"averageWrapupTime"`
	PreviewDial  api.Number `json:"averagePreviewDialTime"`
	ManualDial   api.Number `json:"averageManualDialTime"`
	Hold         api.Number `json:"averageHoldTime"`
	Transferring api.Number `json:"averageTransferringTime"`
	Registering  api.Number `json:"averageRegisteringTime"`
	Dialing      api.Number `json:"averageDialingTime"`
	Reserved     api.Number `json:"averageReservedTime"`
	TimeStamp    api.Time   `json:"timeStamp"`
}

// AgentAverages asks once per service.
func (c *Client) AgentAverages(ctx context.Context) (AgentAverages, error) {
	var all AgentAverages
	gone, err := c.eachService(ctx, func(id ID, f *filter) error {
		var reply struct {
			fault
			AgentAverages *api.List[ServiceAverages] `json:"agentAverages"`
		}
		a, err := c.post(ctx, "agent_averages", "service/agents/averages", request{f}, &reply)
		if err != nil {
			return err
		}
		list, err := records(reply.fault, a, "agent_averages", reply.AgentAverages)
		if err != nil {
			return err
		}
		if newest := newestAverages(list.Items); newest != nil {
			newest.ServiceID = id
			all.Services = append(all.Services, *newest)
		}
		all.Skipped += list.Skipped
		all.Partial = all.Partial || partial(a)
		all.Malformed = append(all.Malformed, a.Malformed...)
		return nil
	})
	if err != nil {
		return AgentAverages{}, err
	}
	all.Skipped += gone
	return all, nil
}

func newestAverages(rows []ServiceAverages) *ServiceAverages {
	var newest *ServiceAverages
	for i := range rows {
		if newest == nil || rows[i].TimeStamp.After(newest.TimeStamp.Time) {
			newest = &rows[i]
		}
	}
	return newest
}
