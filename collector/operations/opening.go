package operations

import (
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

var groupOpen = metric.Gauge.Desc("contactcenter_group_open", "",
	"1 within the opening hours of a group, else 0: those of hours, else LivePerson's own working hours of a skill where names is on. Absent for a group without hours.",
	"group_id", "group_name").Experimental()

// appendOpen appends whether each group is open at a time: by the first hours that fit
// it, else by what the vendor says.
func appendOpen(samples []metric.Sample, hours []config.Hours, own map[string]bool, names map[string]string, now time.Time) []metric.Sample {
	open := make([]bool, len(hours)) // by the place of the hours: many groups share them
	for i, h := range hours {
		open[i] = h.IsOpen(now)
	}
	for _, id := range slices.Sorted(maps.Keys(names)) {
		is, judged := own[id]
		if i := slices.IndexFunc(hours, func(h config.Hours) bool { return config.MatchesAny(h.Groups, id, names[id]) }); i >= 0 {
			is, judged = open[i], true
		}
		if judged {
			samples = append(samples, groupOpen.Of(metric.Truth(is), id, names[id]))
		}
	}
	return samples
}
