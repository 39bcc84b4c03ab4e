package cumulative

import (
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// dayRow is a row of day totals, and the name of each of them within the row.
type dayRow struct {
	metric.Row
	names []string
}

// newDayRow returns a row with the names of its totals: the metric and what tells a total
// from others of that metric. Names are left out, so that a service that is renamed
// continues where it was, and so are agents, of whom a row has one, whether it is
// shown as that agent's or with all others.
func newDayRow(row metric.Row) dayRow {
	all := make([]byte, 0, 64*len(row.Totals)) // one string for all, since a row has many totals
	ends := make([]int, len(row.Totals))
	for i, s := range row.Totals {
		all = append(all, s.Desc.Name...)
		for k, l := range s.Desc.Labels {
			if l != AgentLabel && !strings.HasSuffix(l, "_name") {
				all = append(append(all, metric.Separator...), s.Labels[k]...)
			}
		}
		ends[i] = len(all)
	}
	names, text, start := make([]string, len(ends)), string(all), 0
	for i, end := range ends {
		names[i], start = text[start:end], end
	}
	return dayRow{row, names}
}
