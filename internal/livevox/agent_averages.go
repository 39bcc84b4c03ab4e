package livevox

import (
	"context"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// AgentAverages are the answers to service/agents/averages (Real-Time Reporting
// API: Get Agent Averages), by service: the rows say neither service nor agent.
type AgentAverages struct {
	Services []ServiceAverages
	api.Extent
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
	err := c.eachService(ctx, &all.Extent, func(id ID, f *filter) error {
		rows, at, err := method[ServiceAverages]{"agent_averages", "service/agents/averages"}.ask(ctx, c, f, &all.Extent)
		latest := c.Now()
		if at.After(latest) {
			latest = at.Time
		}
		newest, ahead := newestAverages(rows, latest.Add(maxAhead))
		all.Skipped += ahead
		if newest != nil {
			newest.ServiceID = id
			all.Services = append(all.Services, *newest)
		}
		return err
	})
	return all, err
}

// maxAhead is how far the time of a record may be ahead of the vendor's clock.
const maxAhead = 5 * time.Minute

// newestAverages returns the newest row that is not after latest, and how many are.
func newestAverages(rows []ServiceAverages, latest time.Time) (newest *ServiceAverages, ahead int) {
	for i := range rows {
		if rows[i].TimeStamp.After(latest) {
			ahead++
			continue
		}
		if newest == nil || rows[i].TimeStamp.After(newest.TimeStamp.Time) {
			newest = &rows[i]
		}
	}
	return newest, ahead
}
