package cumulative

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// cardinality keeps labels that customers can extend within a number of values per source:
// the first values of a label keep their name, later ones are other. In gauges
// that is for as long as there is something to show of them. It keeps counters
// within a number of series too: what has no room is counted as that of one agent,
// other, and if need be of one service, other, so that sums stay exact.
type cardinality struct {
	maxValues int                        // values of a label in Desc.Open; 0: no bound
	values    map[string]map[string]bool // by label
	// gaugeValues are those of the gauges of the newest reading.
	gaugeValues map[string]map[string]bool

	known   iter.Seq[metric.Sample] // series of before, until the first reading
	series  keptSeries              // the counters
	sums    map[seriesHash]bool     // by hash, those that what is other would be counted as
	renames renames
	renamed map[string]bool // series that are new in this reading under a new name
	now     time.Time       // of this reading
	buf     []byte

	overflow map[string]int // samples of this reading that became other, by label
}

func newCardinality(values, series int) cardinality {
	return cardinality{maxValues: values, values: map[string]map[string]bool{}, series: newKeptSeries(series), sums: map[seriesHash]bool{}, renames: newRenames()}
}

const (
	// Other stands for the values of a label that are too many.
	Other = "other"
	// AgentLabel is the label that tells single agents apart.
	AgentLabel = "agent_id"
)

// learn takes the values of series that exist already, as after a restart.
func (c *cardinality) learn(now time.Time) {
	if c.known == nil {
		return
	}
	for s := range c.known {
		for i, label := range s.Desc.Labels {
			if slices.Contains(s.Desc.Open, label) {
				c.allow(label, s.Labels[i])
			}
		}
		if isOfOne(&s) {
			c.series.use(c.hash(&s), now)
			c.noteSum(&s)
			c.renames.note(&s, now)
		}
	}
	c.known = nil
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
	if c.maxValues > 0 && len(known) >= c.maxValues {
		return false
	}
	known[value] = true
	return true
}

// limit bounds every sample of an answer.
func (c *cardinality) limit(r *metric.Reading, now time.Time) {
	c.now, c.renamed, c.overflow = now, map[string]bool{}, map[string]int{}
	c.learn(now)
	c.keepGaugeValues(r.Gauges.Samples)
	r.Gauges.Samples = merged(c.samples(r.Gauges.Samples))
	c.samples(r.Intervals.Zero)
	c.samples(r.Events.Zero)
	for _, row := range r.Totals {
		c.samples(row.Totals)
	}
	for _, i := range r.Intervals.List {
		c.samples(i.Add)
	}
	for _, e := range r.Events.List {
		c.samples(e.Add)
		c.samples(e.Late)
		c.samples(e.Begin)
	}
	for _, key := range c.renames.expired(now) {
		c.series.evict(c.series.hash([]byte(key)))
	}
}

// place gives the series of a counter a place, or makes it one of other.
func (c *cardinality) place(s *metric.Sample) {
	if !isOfOne(s) {
		return
	}
	if h := c.hash(s); !c.series.touch(h, c.now) {
		c.noteSum(s)
		if !c.series.admit(h, c.room(10), c.now) {
			changed := c.other(s, isAgent)
			if isOfOne(s) && !(changed && c.series.admit(c.hash(s), c.room(20), c.now)) {
				c.other(s, IsID)
			}
		}
	}
	if isOfOne(s) && c.renames.note(s, c.now) {
		c.renamed[s.Key()] = true
	}
}

// room returns how many series of one thing there may be. The rest is for the sums of what
// is other and the counters of the feed, which always have a place: a share of all, or as
// many as there are.
func (c *cardinality) room(share int) int {
	return c.series.capacity - max(c.series.capacity/share, len(c.sums)+len(feedDescs()))
}

// noteSum notes what a new series would be counted as if it had no room.
func (c *cardinality) noteSum(s *metric.Sample) {
	sum := *s
	sum.Labels = othered(s, IsID)
	c.sums[c.hash(&sum)] = true
}

// isOfOne reports whether a series is that of one thing of the vendor's: others are few.
func isOfOne(s *metric.Sample) bool {
	for i, label := range s.Desc.Labels {
		if v := s.Labels[i]; v != "" && v != Other && IsID(label) {
			return true
		}
	}
	return false
}

// hash returns the hash by which a series is kept.
func (c *cardinality) hash(s *metric.Sample) seriesHash {
	c.buf = s.AppendKey(c.buf[:0])
	return c.series.hash(c.buf)
}

func isAgent(label string) bool { return label == AgentLabel }

// IsID reports whether a label tells things of the vendor's apart.
func IsID(label string) bool {
	return strings.HasSuffix(label, "_id") || isName(label)
}

// other makes the labels that which accepts other, and reports whether there are any.
func (c *cardinality) other(s *metric.Sample, which func(string) bool) (changed bool) {
	labels := othered(s, which)
	for at, label := range s.Desc.Labels {
		if labels[at] != s.Labels[at] {
			c.overflow[label]++
			changed = true
		}
	}
	s.Labels = labels
	return changed
}

// othered returns the labels of a sample with those that which accepts as other.
func othered(s *metric.Sample, which func(string) bool) []string {
	labels := slices.Clone(s.Labels)
	for at, label := range s.Desc.Labels {
		if labels[at] != "" && which(label) {
			labels[at] = Other
		}
	}
	return labels
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
		for _, label := range s.Desc.Open {
			at := slices.Index(s.Desc.Labels, label)
			if c.fits(s, label, s.Labels[at]) {
				continue
			}
			s.Labels = slices.Clone(s.Labels)
			s.Labels[at] = Other
			c.overflow[label]++
			changed = true
		}
		if counted(s) {
			c.place(s)
		}
	}
	return samples, changed
}

// fits reports whether a label that customers can extend may keep its value.
func (c *cardinality) fits(s *metric.Sample, label, value string) bool {
	if counted(s) {
		return c.allow(label, value)
	}
	return c.allowGauge(label, value)
}

func counted(s *metric.Sample) bool {
	return s.Desc.Kind == metric.Counter || s.Desc.Kind == metric.Histogram
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
