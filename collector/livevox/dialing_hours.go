package livevox

import (
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var timezoneDialable = metric.Gauge.Desc("livevox_timezone_dialable", "",
	"1 while numbers in a time zone of livevox_campaign_records_by_timezone may be dialled by dialing_hours, else 0: in all zones that the vendor's code can mean. SAFE are numbers whose zone isn't known: 1 while those of AL, AT, CT, ET, HI, MT and PT may be dialled. Absent for other.",
	"timezone").Experimental()

// defaultDialingHours are those in which telemarketers may call in the United States (47
// CFR 64.1200(c)(1)): from 8 to 21 o'clock at the called party's location.
func defaultDialingHours() []config.OpenTimes {
	return []config.OpenTimes{"mon-sun 08:00-21:00"}
}

// timezones returns the vendor's codes of time zones, and which zones of IANA's each can
// mean: where one has zones with and without daylight saving time, both count.
func timezones() map[string][]config.Zone {
	zones := map[string][]config.Zone{
		"AL": {"America/Anchorage", "America/Adak"},
		"AT": {"America/Halifax", "America/Puerto_Rico"},
		"CT": {"America/Chicago", "America/Regina"},
		"ET": {"America/New_York"},
		"HI": {"Pacific/Honolulu"},
		"MT": {"America/Denver", "America/Phoenix"},
		"PT": {"America/Los_Angeles"},
	}
	zones["SAFE"] = slices.Concat(slices.Collect(maps.Values(zones))...)
	zones["CHT"], zones["GU"] = []config.Zone{"Pacific/Guam"}, []config.Zone{"Pacific/Guam"}
	zones["UK"], zones["UTC"] = []config.Zone{"Europe/London"}, []config.Zone{"UTC"}
	return zones
}

// appendDialable appends whether numbers may be dialled in each time zone of campaigns.
func appendDialable(samples []metric.Sample, hours []config.OpenTimes, now time.Time) []metric.Sample {
	codes := map[string]bool{}
	for _, s := range samples {
		if s.Desc == campaignTimezone {
			codes[s.Labels[2]] = true
		}
	}
	delete(codes, translate.Other)
	if len(hours) == 0 {
		return samples
	}
	zones := timezones()
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		closed := slices.ContainsFunc(zones[code], func(z config.Zone) bool {
			return !config.Hours{Timezone: z, Open: hours}.IsOpen(now)
		})
		samples = append(samples, timezoneDialable.Of(metric.Truth(!closed), code))
	}
	return samples
}
