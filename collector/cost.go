package collector

import (
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// Load is the size of a contact centre, for estimates.
type Load struct {
	Agents, Services int
}

// Requests returns how many requests one fetch of the source takes.
func (s Source) Requests(a config.Account, c config.Source, l Load) float64 {
	if s.Cost == nil {
		return 1
	}
	return s.Cost(a, c, l)
}

// Series estimates how many series the source shows at most.
func (s Source) Series(a config.Account, l Load) int {
	n := 0
	for _, d := range s.Descs {
		if d.Has("agent_id") && a.Identity == config.None && d.Kind != metric.Counter {
			continue
		}
		n += seriesOf(d, a, l)
	}
	return n
}

// seriesOf multiplies the values that the labels of a metric take. Names stand
// beside ids and multiply nothing; neither does what an agent has one of at a
// time.
func seriesOf(d *metric.Desc, a config.Account, l Load) int {
	n := 1
	for _, label := range d.Labels {
		if d.Has("agent_id") && label != "agent_id" && label != "state" && label != "status" {
			continue
		}
		n *= valuesOf(label, a, l)
	}
	if d.Kind == metric.Histogram {
		n *= len(d.Buckets) + 3
	}
	return n
}

func valuesOf(label string, a config.Account, l Load) int {
	switch {
	case label == "agent_id" && a.Identity == config.None:
		return 1
	case label == "agent_id":
		return max(1, l.Agents)
	case label == "service_id", label == "group_id", label == "skill_id", label == "queue_id":
		return max(1, l.Services)
	case strings.HasSuffix(label, "_name"):
		return 1
	}
	return typicalValues(label)
}

// typicalValues is how many values a label has in a contact centre that uses
// the vendor as most do.
func typicalValues(label string) int {
	switch label {
	case "state":
		return 13
	case "status":
		return 5
	case "reason", "timezone", "event":
		return 8
	case "direction", "outcome":
		return 3
	case "campaign_id", "result", "term_code":
		return 20
	}
	return 1
}
