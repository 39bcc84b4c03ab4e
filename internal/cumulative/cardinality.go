package cumulative

import (
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// cardinality keeps labels that customers can extend within a number of values per source:
// the first values of a label keep their name, later ones are other. In gauges
// that is for as long as known is something to show of them. So do
// agents in counters, while known is room for their series: what later ones do
// is counted as that of one agent, other, so that sums stay exact.
type cardinality struct {
	most   int                        // values of a label in Desc.Open; 0: no bound
	series int                        // that the source may show; 0: no bound
	values map[string]map[string]bool // by label
	// gaugeValues are those of the gauges of the newest reading.
	gaugeValues map[string]map[string]bool

	headroom int             // series that agents may still add in this reading
	added    map[string]bool // series of agents who are new in this reading, and the agents
	overflow map[string]int  // samples of this reading that became other, by label
}

const (
	// Other stands for the values of a label that are too many.
	Other = "other"
	// AgentLabel is the label that tells single agents apart.
	AgentLabel = "agent_id"
)

// learn takes the values of series that exist already, as after a restart.
func (c *cardinality) learn(samples []metric.Sample) {
	for _, s := range samples {
		for i, label := range s.Desc.Labels {
			switch {
			case label == AgentLabel:
				valuesOf(c.values, label)[s.Labels[i]] = true
			case slices.Contains(s.Desc.Open, label):
				c.allow(label, s.Labels[i])
			}
		}
	}
}

// valuesOf returns the values of a label.
func valuesOf(of map[string]map[string]bool, label string) map[string]bool {
	v := of[label]
	if v == nil {
		v = map[string]bool{}
		of[label] = v
	}
	return v
}

// allow reports whether a value may be shown as it is.
func (c *cardinality) allow(label, value string) bool {
	return c.admit(c.values, label, value)
}

// allowGauge is allow for a gauge.
func (c *cardinality) allowGauge(label, value string) bool {
	return c.values[label][value] || c.admit(c.gaugeValues, label, value)
}

// admit reports whether a value is known. A new one becomes known while there are
// fewer than allowed.
func (c *cardinality) admit(of map[string]map[string]bool, label, value string) bool {
	known := valuesOf(of, label)
	if known[value] || value == Other || value == "" {
		return true
	}
	if c.most > 0 && len(known) >= c.most {
		return false
	}
	known[value] = true
	return true
}

// admitAgent reports whether a counter may be shown as that of its agent.
func (c *cardinality) admitAgent(s metric.Sample, agent string) bool {
	agents := valuesOf(c.values, AgentLabel)
	switch {
	case c.series <= 0 || agent == "" || agent == Other || agents[agent] && !c.added[agent]:
		return true
	case !agents[agent] && c.headroom <= 0:
		return false
	}
	agents[agent], c.added[agent] = true, true
	if key := s.Key(); !c.added[key] {
		c.added[key] = true
		c.headroom--
	}
	return true
}

// limit bounds every sample of an answer. shown is the number of series that
// the source counts already. A tenth of all is kept for what comes to agents who
// are known, and for the others' sum.
func (c *cardinality) limit(r *metric.Reading, shown int) {
	c.headroom, c.added, c.overflow = c.series-c.series/10-shown, map[string]bool{}, map[string]int{}
	c.keepGaugeValues(r.Gauges.Samples)
	r.Gauges.Samples = merged(c.samples(r.Gauges.Samples))
	c.samples(r.Intervals.Zero)
	c.samples(r.Events.Zero)
	for _, row := range r.Totals {
		c.samples(row.Totals)
	}
	for _, bucket := range r.Intervals.List {
		c.samples(bucket.Add)
	}
	for _, e := range r.Events.List {
		c.samples(e.Add)
		c.samples(e.Late)
		c.samples(e.Begin)
	}
}

// keepGaugeValues forgets the values that gauges had and no longer have.
func (c *cardinality) keepGaugeValues(samples []metric.Sample) {
	kept := map[string]map[string]bool{}
	for _, s := range samples {
		for _, label := range s.Desc.Open {
			if v := s.Labels[slices.Index(s.Desc.Labels, label)]; c.gaugeValues[label][v] {
				valuesOf(kept, label)[v] = true
			}
		}
	}
	c.gaugeValues = kept
}

// samples bounds samples in place and returns them, and whether any changed.
func (c *cardinality) samples(samples []metric.Sample) ([]metric.Sample, bool) {
	changed := false
	for i := range samples {
		s := &samples[i]
		s.Labels = cleaned(s.Labels)
		for at, label := range s.Desc.Labels {
			if c.fits(*s, at) {
				continue
			}
			s.Labels = slices.Clone(s.Labels)
			s.Labels[at] = Other
			c.overflow[label]++
			changed = true
		}
	}
	return samples, changed
}

// fits reports whether a label may keep its value.
func (c *cardinality) fits(s metric.Sample, at int) bool {
	label := s.Desc.Labels[at]
	if label == AgentLabel {
		return s.Desc.Kind != metric.Counter || c.admitAgent(s, s.Labels[at])
	}
	if !slices.Contains(s.Desc.Open, label) {
		return true
	}
	if s.Desc.Kind == metric.Counter || s.Desc.Kind == metric.Histogram {
		return c.allow(label, s.Labels[at])
	}
	return c.allowGauge(label, s.Labels[at])
}

// merged adds up gauges that have become the same series.
func merged(samples []metric.Sample, changed bool) []metric.Sample {
	if !changed {
		return samples
	}
	at := make(map[string]int, len(samples))
	kept := samples[:0]
	for _, s := range samples {
		k := s.Key()
		if i, ok := at[k]; ok {
			kept[i].Value += s.Value
			continue
		}
		at[k] = len(kept)
		kept = append(kept, s)
	}
	return kept
}

// maxLabel is how many bytes of a label value are shown. A vendor's name that is
// longer is a mistake or an attack.
const maxLabel = 512

// cleaned returns label values without what no label may hold: they are cut
// between characters if they are too long, and the separator of keys is taken
// out.
func cleaned(labels []string) []string {
	for i, v := range labels {
		if len(v) <= maxLabel && !strings.Contains(v, metric.Separator) {
			continue
		}
		labels = slices.Clone(labels)
		v = strings.ReplaceAll(v, metric.Separator, "")
		labels[i] = strings.ToValidUTF8(v[:min(len(v), maxLabel)], "")
	}
	return labels
}
