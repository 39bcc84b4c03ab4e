package livevox

import (
	"context"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// LiveConnects are the answers to service/liveConnects (Real-Time Reporting API:
// Get Live Connects), by service: the rows don't say it. They cover the last 30
// minutes in steps of five.
type LiveConnects struct {
	Services []ServiceConnects
	// Now is the vendor's time before the first request.
	Now time.Time
	api.Extent
}

// ServiceConnects are the steps of one service.
type ServiceConnects struct {
	ServiceID ID
	Rows      []Connects
}

// Connects is how many right-party connects one step of five minutes had. The
// vendor doesn't say whether its stamp is the step's begin or end.
type Connects struct {
	Total     api.Number `json:"total"`
	TimeStamp api.Time   `json:"timeStamp"`
}

// LiveConnects asks once per service.
func (c *Client) LiveConnects(ctx context.Context) (LiveConnects, error) {
	all := LiveConnects{Now: c.Now()}
	err := c.eachService(ctx, &all.Extent, func(id ID, f *filter) error {
		rows, _, err := method[Connects]{"live_connects", "service/liveConnects"}.ask(ctx, c, f, &all.Extent)
		if err == nil {
			all.Services = append(all.Services, ServiceConnects{ServiceID: id, Rows: rows})
		}
		return err
	})
	return all, err
}
