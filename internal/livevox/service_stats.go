package livevox

import (
	"context"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// ServiceStats is the answer to service/stats (Real-Time Reporting API: Get
// Service Statistics). Only services in which agents are involved have a row.
type ServiceStats = Rows[ServiceStat]

// ServiceStat is the row of one service. The totals and the averages are those
// of the vendor's current day; everything else is of this moment.
type ServiceStat struct {
	Service
	CallsInProgress api.Number `json:"cip"`
	CallsInQueue    api.Number `json:"totalCallsInQueue"`
	CallsWithAgent  api.Number `json:"callsWithAgent"`
	Agents          api.Number `json:"totalAgents"`
	// LongestCallInQueue has no documented unit; the sample, 4024 beside a
	// maxHoldTime of 30, suggests milliseconds.
	LongestCallInQueue api.Number `json:"longestCallInQueue"`
	MaxHoldTime        api.Number `json:"maxHoldTime"` // seconds, a setting
	// Loaded, Remaining and Dialable are records of the campaigns.
	Loaded    api.Number `json:"loaded"`
	Remaining api.Number `json:"remaining"`
	Dialable  api.Number `json:"playingDialable"`

	Offered            api.Number `json:"totalOffered"`
	Handled            api.Number `json:"totalHandled"`
	Abandoned          api.Number `json:"totalAbandoned"`
	AnsweredWithinSLA  api.Number `json:"totalCallsAnsweredWithinSLA"`
	AbandonedWithinSLA api.Number `json:"totalCallsAbandonedWithinSLA"`

	// The rates are percent, the averages seconds.
	AbandonRate              api.Number `json:"abandonRate"`
	ServiceLevel             api.Number `json:"serviceLevel"`
	PercentComplete          api.Number `json:"percentComplete"` // 100 where nothing is loaded
	AverageSpeedOfAnswer     api.Number `json:"averageSpeedOfAnswer"`
	AverageDurationToAbandon api.Number `json:"averageDurationToAbandon"`
	AverageTalkDuration      api.Number `json:"averageTalkDuration"`
	AverageWrapUpDuration    api.Number `json:"averageWrapupDuration"`
	AverageHandlingDuration  api.Number `json:"averageHandleDuration"`

	// PacingMethod decides what Throttle means, and Units is its unit.
	PacingMethod api.Text   `json:"pacingMethod"`
	Throttle     api.Number `json:"throttle"`
	Units        api.Text   `json:"units"`
}

// ServiceStats asks for the statistics of every service in the filter.
func (c *Client) ServiceStats(ctx context.Context) (ServiceStats, error) {
	all, _, err := method[ServiceStat]{"service_stats", "service/stats"}.byService(ctx, c, func(s *ServiceStat) ID { return s.ID })
	if err != nil {
		return ServiceStats{}, err
	}
	for i := range all.Rows {
		c.recentServices.complete(&all.Rows[i].Service)
	}
	for i := range all.Rows {
		c.recentServices.add(all.Rows[i].Service)
	}
	return all, nil
}
