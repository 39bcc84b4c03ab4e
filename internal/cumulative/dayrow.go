package cumulative

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// dayRow is a row of day totals, and the name of each of them within the row. It is used
// for one row after the other.
type dayRow struct {
	metric.Row
	names []string
	buf   []byte
	ends  []int
}

// of returns r for a row with the names of its totals: the metric and what tells a total
// from others of that metric. Names are left out, so that a service that is renamed
// continues where it was, and so are agents, of whom a row has one, whether it is
// shown as that agent's or with all others.
func (r *dayRow) of(row metric.Row) *dayRow {
	r.Row, r.names, r.buf, r.ends = row, r.names[:0], r.buf[:0], r.ends[:0]
	for _, s := range row.Totals {
		r.buf = append(r.buf, s.Desc.Name...)
		for k, l := range s.Desc.Labels {
			if l != AgentLabel && !isName(l) {
				r.buf = append(append(r.buf, metric.Separator...), s.Labels[k]...)
			}
		}
		r.ends = append(r.ends, len(r.buf))
	}
	text, start := string(r.buf), 0 // one string for all, since a row has many totals
	for _, end := range r.ends {
		r.names = append(r.names, text[start:end])
		start = end
	}
	return r
}
