package livevox

import (
	"context"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// CampaignStats is the answer to campaign/stats (Real-Time Reporting API:
// Campaign Level Statistics): campaigns of the vendor's current day that are
// neither deactivated nor unbuilt. A campaign without a row is no campaign with
// nothing to do.
type CampaignStats = Rows[CampaignStat]

// CampaignStat counts the records of one campaign. A number may be missing while
// the campaign is being built.
type CampaignStat struct {
	CampaignID ID         `json:"campaignId"`
	ServiceID  ID         `json:"serviceId"`
	Uploaded   api.Number `json:"uploaded"`
	// Loaded are the records that were admitted to dialling: it may stay below
	// Uploaded for ever.
	Loaded    api.Number                  `json:"loaded"`
	Completed api.Number                  `json:"completed"`
	Remaining api.Number                  `json:"remaining"`
	Timezones api.List[TimezoneBreakdown] `json:"timezoneBreakdown"`
}

// TimezoneBreakdown is how many records of a campaign lie in a time zone.
type TimezoneBreakdown struct {
	Timezone api.Text   `json:"timezone"`
	Count    api.Number `json:"count"`
}

// CampaignStats asks for every campaign in the filter. The method takes one kind
// of filter only; every request has one kind.
func (c *Client) CampaignStats(ctx context.Context) (CampaignStats, error) {
	all, _, err := method[CampaignStat]{"campaign_stats", "campaign/stats"}.byService(ctx, c, func(s *CampaignStat) ID { return s.ServiceID })
	return all, err
}
