package simulator

import (
	"net/http"
	"strconv"
)

type zoneCount struct {
	Zone  string `json:"timezone"`
	Count int    `json:"count"`
}

// campaignRow is a campaign as campaign/stats shows it.
type campaignRow struct {
	Zones      []zoneCount `json:"timezoneBreakdown"`
	CampaignID int         `json:"campaignId"`
	ServiceID  int         `json:"serviceId"`
	Loaded     *int        `json:"loaded,omitempty"` // not while the campaign is built
	Uploaded   int         `json:"uploaded"`
	Remaining  int         `json:"remaining"`
	Completed  *int        `json:"completed,omitempty"` // not while the campaign is built
}

// campaignStats plays campaign/stats: today's campaigns, selected by at most one kind of filter.
func (x *exchange) campaignStats() answer {
	var body struct {
		Filter struct {
			Campaign   idList `json:"campaign"`
			Service    idList `json:"service"`
			CallCenter idList `json:"callCenter"`
		} `json:"filter"`
	}
	if !x.object(&body) {
		return liveVoxRefusal(http.StatusBadRequest, "The request cannot be read")
	}
	kinds, f := 0, body.Filter
	for _, list := range []idList{f.Campaign, f.Service, f.CallCenter} {
		if len(list) > 0 {
			kinds++
		}
	}
	switch {
	case kinds > 1:
		return unacceptable("No more than 1 filter may be specified.")
	case len(f.Service) > mostServices || kinds == 0 && x.sim.options.Services > mostServices:
		return unacceptable("The request covers more than 150 services. Use a filter.")
	}
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	campaigns, services, centers := f.Campaign.texts(), f.Service.texts(), f.CallCenter.texts()
	rows := []campaignRow{}
	for _, s := range x.sim.voice.services {
		for _, c := range s.campaigns {
			if kinds == 0 || campaigns[strconv.Itoa(c.id)] || services[s.label] ||
				centers[strconv.Itoa(s.center.id)] {
				rows = append(rows, c.row(now))
			}
		}
	}
	return ok(map[string]any{"stats": rows})
}

func (c *campaign) row(now int64) campaignRow {
	r := campaignRow{CampaignID: c.id, ServiceID: c.service.id, Uploaded: c.uploaded, Remaining: c.remaining}
	if now >= c.ready {
		loaded, completed := c.loaded, c.completed
		r.Loaded, r.Completed = &loaded, &completed
	}
	for i, zone := range zoneNames() {
		r.Zones = append(r.Zones, zoneCount{zone, c.zones[i]})
	}
	return r
}
