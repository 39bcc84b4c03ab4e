package collector

import (
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

var (
	lvCampaignUploaded = lvCampaign("livevox_campaign_records_uploaded",
		"Records in the campaign's file (uploaded).")
	lvCampaignLoaded = lvCampaign("livevox_campaign_records_loaded",
		"Records of the campaign that were admitted to dialling (loaded); it may stay below those uploaded for ever.")
	lvCampaignCompleted = lvCampaign("livevox_campaign_records_completed",
		"Records of the campaign that are done (completed); absent while the vendor doesn't tell it.")
	lvCampaignRemaining = lvCampaign("livevox_campaign_records_remaining",
		"Records of the campaign still to be dialled (remaining).")
	lvCampaignTimezone = lvCampaign("livevox_campaign_records_by_timezone",
		"Records of the campaign by the vendor's code of a time zone (timezoneBreakdown: AL, AT, CHT, CT, ET, GU, HI, MT, PT, SAFE, UK, UTC, other).", "timezone")
)

func lvCampaign(name, help string, more ...string) *metric.Desc {
	return &metric.Desc{
		Name: name, Help: help, Unit: "{record}",
		Labels: append([]string{"campaign_id", "service_id"}, more...),
		Open:   []string{"campaign_id"},
	}
}

func liveVoxCampaignStats() Source {
	return Source{
		Spec: config.Spec{
			Name: "campaign_stats", Interval: time.Minute, MaxAge: 5 * time.Minute, Default: true,
			Help: "Records of every campaign of the day (POST realtime/campaign/stats).",
		},
		Cost:  perChunk,
		Descs: []*metric.Desc{lvCampaignUploaded, lvCampaignLoaded, lvCampaignCompleted, lvCampaignRemaining, lvCampaignTimezone},
		Open: func(s Setup) Collect {
			return measure(s.LiveVox.CampaignStats, lvCampaignStats)
		},
	}
}

// lvCampaignStats translates the records of campaigns.
func lvCampaignStats(stats livevox.CampaignStats) metric.Reading {
	r := metric.Reading{Skipped: stats.Skipped, Partial: stats.Partial}
	seen := map[[2]livevox.ID]bool{}
	for _, row := range stats.Rows {
		if row.CampaignID == "" {
			r.Skipped++
			continue
		}
		who := [2]livevox.ID{row.CampaignID, row.ServiceID}
		if seen[who] {
			continue
		}
		seen[who] = true
		id, service := string(row.CampaignID), string(row.ServiceID)
		r.Samples = appendMeasured(r.Samples, lvCampaignUploaded, row.Uploaded, 1, id, service)
		r.Samples = appendMeasured(r.Samples, lvCampaignLoaded, row.Loaded, 1, id, service)
		r.Samples = appendMeasured(r.Samples, lvCampaignCompleted, row.Completed, 1, id, service)
		r.Samples = appendMeasured(r.Samples, lvCampaignRemaining, row.Remaining, 1, id, service)
		r.Samples = append(r.Samples, lvTimezones(row, &r)...)
	}
	return r
}

// lvTimezones returns the records of one campaign by time zone.
func lvTimezones(row livevox.CampaignStat, r *metric.Reading) []metric.Sample {
	counts := map[string]float64{}
	var order []string
	for _, z := range row.Timezones.Items {
		if !measured(z.Count) {
			continue
		}
		zone := strings.ToUpper(strings.TrimSpace(string(z.Timezone)))
		if !slices.Contains(lvZones(), zone) {
			zone = other
			r.Unknown = append(r.Unknown, "timezone")
		}
		if _, met := counts[zone]; !met {
			order = append(order, zone)
		}
		counts[zone] += z.Count.Value
	}
	r.Skipped += row.Timezones.Skipped
	var out []metric.Sample
	for _, zone := range order {
		out = append(out, lvCampaignTimezone.Of(counts[zone], string(row.CampaignID), string(row.ServiceID), zone))
	}
	return out
}

// lvZones returns the vendor's codes of time zones. SAFE is for numbers whose
// zone isn't known.
func lvZones() []string {
	return []string{"AL", "AT", "CHT", "CT", "ET", "GU", "HI", "MT", "PT", "SAFE", "UK", "UTC"}
}
