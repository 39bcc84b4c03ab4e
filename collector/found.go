package collector

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// foundIn says what a reading holds. asked is whether a request was sent for it.
func foundIn(r metric.Reading, asked bool) string {
	if !asked { // what it holds is other sources' answers
		return "nothing could be tried: there was nothing to ask for"
	}
	found := recordsIn(r)
	if len(found) == 0 && r.Skipped == 0 {
		found = []string{"no records: there are none now, or filter leaves none"}
	}
	if r.Skipped > 0 {
		found = append(found, counted(r.Skipped, "unusable record"))
	}
	if n := len(r.Unknown); n > 0 {
		found = append(found, counted(n, "unknown value"))
	}
	if r.Partial {
		found = append(found, "partial: the answer lacks its list, or the vendor says that it is not complete")
	}
	return strings.Join(found, ", ")
}

// recordsIn counts the ids of a reading, and its records where it has none.
func recordsIn(r metric.Reading) (found []string) {
	ids := map[string]map[string]bool{} // by label
	addIDs(ids, r.Gauges.Samples)
	for _, row := range r.Totals {
		addIDs(ids, row.Totals)
	}
	for _, i := range r.Intervals.List {
		addIDs(ids, i.Add)
	}
	for _, label := range slices.Sorted(maps.Keys(ids)) {
		found = append(found, counted(len(ids[label]), strings.ReplaceAll(strings.TrimSuffix(label, "_id"), "_", " ")))
	}
	for _, n := range []struct {
		count int
		noun  string
	}{{len(r.Events.List), "event"}, {len(r.Intervals.List), "interval"}} {
		if n.count > 0 {
			found = append(found, counted(n.count, n.noun))
		}
	}
	if n := len(r.Gauges.Samples) + len(r.Totals); len(found) == 0 && n > 0 {
		found = append(found, fmt.Sprintf("%d series", n))
	}
	return found
}

// addIDs notes the values of labels that name a thing, such as service_id.
func addIDs(ids map[string]map[string]bool, samples []metric.Sample) {
	for _, s := range samples {
		for i, label := range s.Desc.Labels {
			if !strings.HasSuffix(label, "_id") || i >= len(s.Labels) || s.Labels[i] == "" {
				continue
			}
			if ids[label] == nil {
				ids[label] = map[string]bool{}
			}
			ids[label][s.Labels[i]] = true
		}
	}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
