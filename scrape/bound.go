package scrape

import (
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// bounds keeps what customers can extend within a number of values per source:
// the first values of a label keep their name, later ones are other. In gauges
// that is for as long as there is something to show of them. So do
// agents in counters, while there is room for their series: what later ones do
// is counted as that of one agent, other, so that sums stay exact.
type bounds struct {
	most   int                        // values of a label in Desc.Open; 0: no bound
	series int                        // that the source may show; 0: no bound
	known  map[string]map[string]bool // values by label
	gauged map[string]map[string]bool // values that gauges of the newest reading have, by label

	room  int             // series that agents may still add in this reading
	added map[string]bool // series of agents who are new in this reading, and the agents
	over  map[string]int  // samples of this reading that became other, by label
}

const (
	other      = "other"
	agentLabel = "agent_id"
)

// learn takes the values of series that exist already, as after a restart.
func (b *bounds) learn(samples []metric.Sample) {
	for _, s := range samples {
		for i, label := range s.Desc.Labels {
			switch {
			case label == agentLabel:
				values(b.known, label)[s.Labels[i]] = true
			case slices.Contains(s.Desc.Open, label):
				b.allow(label, s.Labels[i])
			}
		}
	}
}

// values returns the values of a label.
func values(of map[string]map[string]bool, label string) map[string]bool {
	v := of[label]
	if v == nil {
		v = map[string]bool{}
		of[label] = v
	}
	return v
}

// allow reports whether a value may be shown as it is.
func (b *bounds) allow(label, value string) bool {
	return b.among(b.known, label, value)
}

// allowGauge is allow for a gauge.
func (b *bounds) allowGauge(label, value string) bool {
	return b.known[label][value] || b.among(b.gauged, label, value)
}

// among reports whether a value is one of those that there are, as it is from now
// on while there is room.
func (b *bounds) among(of map[string]map[string]bool, label, value string) bool {
	there := values(of, label)
	if there[value] || value == other || value == "" {
		return true
	}
	if b.most > 0 && len(there) >= b.most {
		return false
	}
	there[value] = true
	return true
}

// admit reports whether a counter may be shown as that of its agent.
func (b *bounds) admit(s metric.Sample, agent string) bool {
	agents := values(b.known, agentLabel)
	switch {
	case b.series <= 0 || agent == "" || agent == other || agents[agent] && !b.added[agent]:
		return true
	case !agents[agent] && b.room <= 0:
		return false
	}
	agents[agent], b.added[agent] = true, true
	if key := s.Key(); !b.added[key] {
		b.added[key] = true
		b.room--
	}
	return true
}

// reading bounds every sample of an answer. shown is the number of series that
// the source counts already. A tenth of all is kept for what comes to agents who
// are known, and for the others' sum.
func (b *bounds) reading(r *metric.Reading, shown int) {
	b.room, b.added, b.over = b.series-b.series/10-shown, map[string]bool{}, map[string]int{}
	b.keepGauged(r.Samples)
	r.Samples = merged(b.samples(r.Samples))
	b.samples(r.Zero)
	for _, row := range r.Rows {
		b.samples(row.Totals)
	}
	for _, bucket := range r.Buckets {
		b.samples(bucket.Add)
	}
	for _, e := range r.Events {
		b.samples(e.Add)
		b.samples(e.Late)
		b.samples(e.Begin)
	}
}

// keepGauged forgets the values that gauges had and no longer have.
func (b *bounds) keepGauged(samples []metric.Sample) {
	kept := map[string]map[string]bool{}
	for _, s := range samples {
		for _, label := range s.Desc.Open {
			if v := s.Labels[slices.Index(s.Desc.Labels, label)]; b.gauged[label][v] {
				values(kept, label)[v] = true
			}
		}
	}
	b.gauged = kept
}

// samples bounds samples in place and returns them, and whether any changed.
func (b *bounds) samples(samples []metric.Sample) ([]metric.Sample, bool) {
	changed := false
	for i := range samples {
		s := &samples[i]
		s.Labels = cleaned(s.Labels)
		for at, label := range s.Desc.Labels {
			if b.fits(*s, at) {
				continue
			}
			s.Labels = slices.Clone(s.Labels)
			s.Labels[at] = other
			b.over[label]++
			changed = true
		}
	}
	return samples, changed
}

// fits reports whether a label may keep its value.
func (b *bounds) fits(s metric.Sample, at int) bool {
	label := s.Desc.Labels[at]
	if label == agentLabel {
		return s.Desc.Kind != metric.Counter || b.admit(s, s.Labels[at])
	}
	if !slices.Contains(s.Desc.Open, label) {
		return true
	}
	if s.Desc.Kind == metric.Counter || s.Desc.Kind == metric.Histogram {
		return b.allow(label, s.Labels[at])
	}
	return b.allowGauge(label, s.Labels[at])
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
