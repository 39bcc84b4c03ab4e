package backfill

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// The series of the shipped recording rules that follow from the number of agents by
// group and state: alerts that compare with last week read them.
var (
	groupAvailable   = recordedDesc("contactcenter:group:available", "group_id", "group_name")
	groupServing     = recordedDesc("contactcenter:group:serving", "group_id", "group_name")
	groupUnavailable = recordedDesc("contactcenter:group:unavailable", "group_id", "group_name")
	groupLoggedIn    = recordedDesc("contactcenter:group:logged_in", "group_id", "group_name")
	accountLoggedIn  = recordedDesc("contactcenter:account:logged_in")
)

func recordedDesc(name string, labels ...string) *metric.Desc {
	return metric.Gauge.Desc(name, "", "As the recording rule of that name makes it.", labels...)
}

// isRecorded reports whether a metric is that of a rule, which has neither job nor
// instance.
func isRecorded(d *metric.Desc) bool { return strings.HasPrefix(d.Name, "contactcenter:") }

// remembered is how long a group without agents is 0 before it is absent, as in the rules.
const remembered = 24 * time.Hour

// recorded makes the series of the rules. Its fields are kept in checkpoints.
type recorded struct {
	Groups map[string]*recordedGroup // by group_id
}

type recordedGroup struct {
	Name string
	Seen time.Time
}

// append adds the series of the rules to gauges of a time.
func (r *recorded) append(samples []metric.Sample, at time.Time) []metric.Sample {
	if r.Groups == nil {
		r.Groups = map[string]*recordedGroup{}
	}
	sums := map[string]map[*metric.Desc]float64{}
	for _, s := range samples {
		if s.Desc != collector.Agents() {
			continue
		}
		id, name, state := s.Labels[0], s.Labels[1], s.Labels[2]
		r.Groups[id] = &recordedGroup{name, at}
		if sums[id] == nil {
			sums[id] = map[*metric.Desc]float64{}
		}
		for _, d := range recordedFrom(state) {
			sums[id][d] += s.Value
		}
	}
	total := 0.0
	for _, id := range r.ids(at) {
		g, sum := r.Groups[id], sums[id]
		for _, d := range []*metric.Desc{groupAvailable, groupServing, groupUnavailable, groupLoggedIn} {
			samples = append(samples, d.Of(sum[d], id, g.Name))
		}
		total += sum[groupLoggedIn]
	}
	return append(samples, accountLoggedIn.Of(total))
}

// ids returns the groups that are remembered, and forgets the others.
func (r *recorded) ids(at time.Time) (ids []string) {
	for id, g := range r.Groups {
		if at.Sub(g.Seen) >= remembered {
			delete(r.Groups, id)
			continue
		}
		ids = append(ids, id)
	}
	slices.SortFunc(ids, cmp.Compare[string])
	return ids
}

// recordedFrom returns the series that agents in a state are part of.
func recordedFrom(state string) []*metric.Desc {
	switch state {
	case "available":
		return []*metric.Desc{groupAvailable, groupServing, groupLoggedIn}
	case "on_contact", "wrap_up":
		return []*metric.Desc{groupServing, groupLoggedIn}
	case "unavailable":
		return []*metric.Desc{groupUnavailable, groupLoggedIn}
	case "offline":
		return nil
	}
	return []*metric.Desc{groupLoggedIn}
}
