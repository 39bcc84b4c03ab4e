package otlp

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// producer makes the SDK's data of batches. The SDK calls it for one push at a
// time.
type producer struct {
	gather      func() []metric.Batch
	begin       func(points int) // called before each push; may be nil
	exponential bool
	version     string

	last time.Time // of the previous push
}

// Produce returns all that is shown now.
func (p *producer) Produce(context.Context) ([]metricdata.ScopeMetrics, error) {
	batches := p.gather()
	c := collection{now: time.Now(), last: p.last, exponential: p.exponential, index: map[string]*family{}}
	p.last = c.now
	for i := range batches {
		c.add(&batches[i])
	}
	all := metricdata.ScopeMetrics{Scope: instrumentation.Scope{Name: scopeName, Version: p.version}}
	points := 0
	for _, f := range c.families {
		if n := f.points(); n > 0 {
			points += n
			all.Metrics = append(all.Metrics, f.metrics())
		}
	}
	if p.begin != nil {
		p.begin(points)
	}
	return []metricdata.ScopeMetrics{all}, nil
}

// collection is one push in the making.
type collection struct {
	now, last   time.Time
	exponential bool
	families    []*family
	index       map[string]*family // by the name of the page
}

// add takes the samples of a batch. Malformed ones are left out, and so are all but
// the first of equal series, as on the page.
func (c *collection) add(b *metric.Batch) {
	at := c.timeOf(b.Time)
	var scratch []attribute.KeyValue
	var set attribute.Set
	for i := range b.Samples {
		s := &b.Samples[i]
		if !wellFormed(s) {
			continue
		}
		f := c.family(s.Desc)
		if f.desc.Kind != s.Desc.Kind {
			continue
		}
		set, scratch = attributes(scratch, b, s)
		if f.seen[set.Equivalent()] {
			continue
		}
		f.seen[set.Equivalent()] = true
		f.add(s, set, at, c.now)
	}
}

// timeOf returns the time of gauges that were asked for at a time: that time in the
// first push that has them, the time of the push in later ones. Otherwise a slow
// source's gauges would vanish from a Prometheus server, which forgets a value
// after five minutes, while they still hold. No series ever steps back in time.
func (c *collection) timeOf(asked time.Time) time.Time {
	if asked.After(c.last) && asked.Before(c.now) {
		return asked
	}
	return c.now
}

func (c *collection) family(d *metric.Desc) *family {
	f := c.index[d.Name]
	if f == nil {
		f = &family{desc: d, exponential: c.exponential, seen: map[attribute.Distinct]bool{}}
		c.index[d.Name] = f
		c.families = append(c.families, f)
	}
	return f
}

// wellFormed reports whether s has what its Desc promises.
func wellFormed(s *metric.Sample) bool {
	return s.Desc != nil && len(s.Labels) == len(s.Desc.Labels) &&
		(s.Histogram != nil || s.Desc.Kind != metric.Histogram)
}
