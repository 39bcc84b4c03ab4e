package scrape

import (
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/metric"
)

// bounds keeps the labels whose values a customer can extend within a number of
// values per source: the first ones keep their name, later ones are other.
type bounds struct {
	most  int
	known map[string]map[string]bool // values by label
}

const other = "other"

// learn takes the values of series that exist already, as after a restart.
func (b *bounds) learn(samples []metric.Sample) {
	for _, s := range samples {
		for i, label := range s.Desc.Labels {
			if slices.Contains(s.Desc.Open, label) {
				b.allow(label, s.Labels[i])
			}
		}
	}
}

// allow reports whether a value may be shown as it is.
func (b *bounds) allow(label, value string) bool {
	values := b.known[label]
	if values == nil {
		values = map[string]bool{}
		b.known[label] = values
	}
	if values[value] || value == other || value == "" {
		return true
	}
	if b.most > 0 && len(values) >= b.most {
		return false
	}
	values[value] = true
	return true
}

// reading bounds every sample of an answer.
func (b *bounds) reading(r *metric.Reading) {
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

// samples bounds samples in place and returns them, and whether any changed.
func (b *bounds) samples(samples []metric.Sample) ([]metric.Sample, bool) {
	changed := false
	for i, s := range samples {
		samples[i].Labels = cleaned(s.Labels)
		for _, label := range s.Desc.Open {
			at := slices.Index(s.Desc.Labels, label)
			if at < 0 || b.allow(label, s.Labels[at]) {
				continue
			}
			labels := slices.Clone(samples[i].Labels)
			labels[at] = other
			samples[i].Labels = labels
			changed = true
		}
	}
	return samples, changed
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
