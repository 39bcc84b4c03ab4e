package backfill

import (
	"fmt"
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
	count  func(*metric.Reading, time.Time) error
	descs  map[string]*metric.Desc
}

// newCounts returns the counters that a checkpoint holds; none if that is empty.
func newCounts(j *Job, kept *kept) (*counts, error) {
	c := &counts{descs: map[string]*metric.Desc{}}
	for _, d := range j.Descs {
		if d.Kind == metric.Counter {
			c.descs[d.Name] = d
		}
	}
	var err error
	if c.store, err = state.Open("", state.Options{Copy: kept, Secret: j.Secret}); err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	if c.count, err = j.Count(c.store); err == nil {
		c.ledger, err = c.store.Ledger(j.Ledger)
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
	for key, value := range c.ledger.View().All() {
		appeared := b.counters.set(key, value.Value, func() *series { return c.series(b, key) })
		if appeared != nil {
			b.counters.precede(appeared)
		}
	}
	b.counters.end()
}

// series returns an empty series; one of another metric has no desc, and is not written.
func (c *counts) series(b *buffer, key string) *series {
	name, rest, _ := strings.Cut(key, metric.Separator)
	d := c.descs[name]
	if d == nil {
		return &series{}
	}
	var values []string
	if len(d.Labels) > 0 {
		values = strings.Split(rest, metric.Separator)
	}
	return &series{desc: d, labels: b.labelsOf(d, values)}
}
