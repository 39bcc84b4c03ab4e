package backfill

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// counts are the counters of a back-fill, in a state that is in memory only.
type counts struct {
	store  *state.Store
	ledger ledger.Ledger
	count  Count
	descs  map[string]*metric.Desc
}

// newCounts returns the counters that a checkpoint holds; none if that is empty.
func newCounts(j *Job, kept *kept) (*counts, error) {
	c := &counts{descs: map[string]*metric.Desc{}}
	for _, d := range j.Past.Descs {
		if d.Kind == metric.Counter || d.Kind == metric.Histogram {
			c.descs[d.Name] = d
		}
	}
	var err error
	if c.store, err = state.Open("", state.Options{Copy: kept, Secret: j.Secret}); err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	if c.count, err = j.Past.Count(c.store); err == nil {
		c.ledger, err = c.store.Ledger(j.Past.Ledger)
	}
	return c, err
}

// add counts the events before a time. States that have not ended grow up to it if
// running is true; later than it their end may lie until ends.
func (c *counts) add(events []metric.Event, at, ends time.Time, running bool) (skipped int, err error) {
	r := metric.Reading{Events: metric.Events{List: events, Running: running, Horizon: at.Add(-time.Second)}}
	r.Events.FinalUntil, r.Events.Latest = ends, ends
	r.Events.Earliest = at.Add(-48 * time.Hour)
	if err := c.count(&r, at); err != nil {
		return 0, err
	}
	return r.Skipped, nil
}

// set gives the counters their values at the newest time of a buffer.
func (c *counts) set(b *buffer) {
	for series, value := range c.ledger.View().All() {
		key := series.Key()
		if h := value.Histogram; h != nil {
			c.setHistogram(b, key, h)
			continue
		}
		c.setPart(b, key, part{}, value.Value)
	}
	b.counters.end()
}

// setHistogram gives the series of a classic histogram their values; those of a
// distribution that is nil are 0.
func (c *counts) setHistogram(b *buffer, key string, h *metric.Distribution) {
	d := c.descOf(key)
	if d == nil {
		return
	}
	if h == nil {
		h = &metric.Distribution{}
	}
	var sum uint64
	for i, bound := range append(slices.Clone(d.Buckets), math.Inf(1)) {
		if i < len(h.Counts) {
			sum += h.Counts[i]
		}
		c.setPart(b, key, part{"_bucket", le(bound)}, float64(sum))
	}
	c.setPart(b, key, part{"_count", ""}, float64(h.Count))
	c.setPart(b, key, part{"_sum", ""}, h.Sum)
}

// le is the label of a bucket, as Prometheus stores it.
func le(bound float64) string {
	if bound == math.Trunc(bound) && math.Abs(bound) < 1e6 {
		return strconv.FormatFloat(bound, 'f', 1, 64)
	}
	return strconv.FormatFloat(bound, 'g', -1, 64)
}

func (c *counts) setPart(b *buffer, key string, p part, value float64) {
	at := key
	if p.suffix != "" {
		at += metric.Separator + p.suffix + p.le
	}
	if appeared := b.counters.set(at, value, func() *series { return &series{desc: c.descOf(key), key: key, part: p} }); appeared != nil {
		b.counters.precede(appeared)
	}
}

// begin makes the series of a key 0 that has none yet.
func (c *counts) begin(b *buffer, key string) {
	if d := c.descOf(key); d != nil && d.Kind == metric.Histogram {
		c.setHistogram(b, key, nil)
		return
	}
	c.setPart(b, key, part{}, 0)
}

// descOf returns the metric of a key; nil for one of another source, which is not written.
func (c *counts) descOf(key string) *metric.Desc {
	name, _, _ := strings.Cut(key, metric.Separator)
	return c.descs[name]
}
