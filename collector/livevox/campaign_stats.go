package livevox

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	campaignUploaded = campaignDesc("livevox_campaign_records_uploaded",
		"Records in the campaign's file (uploaded).")
	campaignLoaded = campaignDesc("livevox_campaign_records_loaded",
		"Records of the campaign that were admitted to dialling (loaded); it may stay below those uploaded for ever.")
	campaignCompleted = campaignDesc("livevox_campaign_records_completed",
		"Records of the campaign that are done (completed); absent while the vendor doesn't tell it.")
	campaignRemaining = campaignDesc("livevox_campaign_records_remaining",
		"Records of the campaign still to be dialled (remaining).")
	campaignTimezone = campaignDesc("livevox_campaign_records_by_timezone",
		"Records of the campaign by the vendor's code of a time zone (timezoneBreakdown: AL, AT, CHT, CT, ET, GU, HI, MT, PT, SAFE, UK, UTC, other).", "timezone")
)

func campaignDesc(name, help string, more ...string) *metric.Desc {
	return metric.Gauge.Desc(name, "{record}", help, append([]string{"campaign_id", "service_id"}, more...)...).Bounded("campaign_id")
}

func campaignStatsSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name: "campaign_stats", Interval: time.Minute, MaxAge: 5 * time.Minute, Default: true,
			Help: "Records of every campaign of the day (POST realtime/campaign/stats).",
		},
		Cost:   perChunk,
		Advice: roles("Sysadmin, Superuser, IT user, Auditor or Manager").advice,
		Descs:  []*metric.Desc{campaignUploaded, campaignLoaded, campaignCompleted, campaignRemaining, campaignTimezone, timezoneDialable},
		Open: func(s collector.Setup) collector.Collect {
			measure, hours := collector.Measure(clientOf(s).CampaignStats, campaignStatsReading), keysOf(s.Account).DialingHours
			return func(ctx context.Context, at collector.Position) (metric.Reading, error) {
				r, err := measure(ctx, at)
				r.Gauges.Samples = appendDialable(r.Gauges.Samples, hours, at.Now)
				return r, err
			}
		},
	}
}

// campaignStatsReading translates the records of campaigns.
func campaignStatsReading(stats livevox.CampaignStats) metric.Reading {
	r := translate.Reading(stats.Extent)
	seen := map[[2]livevox.ID]bool{}
	for _, row := range stats.Rows {
		if row.CampaignID == "" {
			r.Skipped++
			continue
		}
		key := [2]livevox.ID{row.CampaignID, row.ServiceID}
		if seen[key] {
			continue
		}
		seen[key] = true
		id, service := string(row.CampaignID), string(row.ServiceID)
		r.Gauges.Samples = translate.AppendMeasured(r.Gauges.Samples, campaignUploaded, row.Uploaded, 1, id, service)
		r.Gauges.Samples = translate.AppendMeasured(r.Gauges.Samples, campaignLoaded, row.Loaded, 1, id, service)
		r.Gauges.Samples = translate.AppendMeasured(r.Gauges.Samples, campaignCompleted, row.Completed, 1, id, service)
		r.Gauges.Samples = translate.AppendMeasured(r.Gauges.Samples, campaignRemaining, row.Remaining, 1, id, service)
		r.Gauges.Samples = append(r.Gauges.Samples, recordsByTimezone(row, &r)...)
	}
	return r
}

// recordsByTimezone returns the records of one campaign by time zone.
func recordsByTimezone(row livevox.CampaignStat, r *metric.Reading) []metric.Sample {
	counts, known := map[string]float64{}, timezones()
	for _, z := range row.Timezones.Items {
		if !translate.Measured(z.Count) {
			continue
		}
		if !translate.Summable(z.Count) {
			r.Skipped++
			continue
		}
		zone := strings.ToUpper(strings.TrimSpace(string(z.Timezone)))
		if _, ok := known[zone]; !ok {
			zone = translate.Other
			r.Unknown = append(r.Unknown, "timezone")
		}
		counts[zone] += z.Count.Value
	}
	r.Skipped += row.Timezones.Skipped
	var out []metric.Sample
	for _, zone := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, campaignTimezone.Of(counts[zone], string(row.CampaignID), string(row.ServiceID), zone))
	}
	return out
}
