package otlp

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// producer makes data of the SDK out of batches. The SDK calls it for one push at
// a time.
type producer struct {
	gather      func() []metric.Batch
	exponential bool
	version     string

	last time.Time // of the push before
}

// Produce returns all that is shown now. Each element is as large as one request
// may be.
func (p *producer) Produce(context.Context) ([]metricdata.ScopeMetrics, error) {
	batches := p.gather()
	c := collection{now: time.Now(), last: p.last, exponential: p.exponential, index: map[string]*family{}}
	p.last = c.now
	for i := range batches {
		c.add(&batches[i])
	}
	return split(c.families, instrumentation.Scope{Name: scopeName, Version: p.version}), nil
}

// collection is one push in the making.
type collection struct {
	now, last   time.Time
	exponential bool
	families    []*family
	index       map[string]*family // by the name of the page
}

// add takes the samples of a batch. Those without a form find no place, nor do all
// but the first of equal series, as on the page.
func (c *collection) add(b *metric.Batch) {
	at := c.stamp(b.Time)
	var scratch []attribute.KeyValue
	var set attribute.Set
	for i := range b.Samples {
		s := &b.Samples[i]
		if !formed(s) {
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

// stamp returns the time of gauges that were asked for at a time: that time in the
// first push that has them, the time of the push in later ones. Otherwise a slow
// source's gauges would vanish from a Prometheus server, which forgets a value
// after five minutes, while they still hold. No series ever steps back in time.
func (c *collection) stamp(asked time.Time) time.Time {
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

// formed reports whether s has what its Desc promises.
func formed(s *metric.Sample) bool {
	return s.Desc != nil && len(s.Labels) == len(s.Desc.Labels) &&
		(s.Histogram != nil || s.Desc.Kind != metric.Histogram)
}
