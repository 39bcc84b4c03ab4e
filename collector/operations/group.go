package operations

import (
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// groupNames returns the name of every group that the sources show, by id: agent groups,
// services and skills have the labels X_id and X_name side by side.
func groupNames(all []collector.Shown) map[string]string {
	names := map[string]string{}
	places := map[*metric.Desc]int{}
	for _, source := range all {
		for _, s := range source.Samples {
			at, known := places[s.Desc]
			if !known {
				at = groupLabel(s.Desc)
				places[s.Desc] = at
			}
			if at < 0 || s.Labels[at] == "" {
				continue
			}
			if id, name := s.Labels[at], s.Labels[at+1]; names[id] == "" {
				names[id] = name
			}
		}
	}
	return names
}

// groupLabel returns the place of the label that is the id of a group, with its name
// after it; -1 where there is none.
func groupLabel(d *metric.Desc) int {
	for i, label := range d.Labels {
		kind, isID := strings.CutSuffix(label, "_id")
		switch kind {
		case "group", "service", "skill":
			if isID && i+1 < len(d.Labels) && d.Labels[i+1] == kind+"_name" {
				return i
			}
		}
	}
	return -1
}
