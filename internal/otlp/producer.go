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
}

// Produce returns all that is shown now.
func (p *producer) Produce(context.Context) ([]metricdata.ScopeMetrics, error) {
	batches := p.gather()
	c := collection{now: time.Now(), exponential: p.exponential, index: map[string]*family{}}
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

// collection is one push in the making. All its points have one time, gauges too: a
// Prometheus server makes a sample of the resource (target_info) for the earliest
// and the latest time of each request, and refuses a request whose earliest time is
// before the latest of the one before it.
type collection struct {
	now         time.Time
	exponential bool
	families    []*family
	index       map[string]*family // by the name of the page
}

// add takes the samples of a batch. Malformed ones are left out, and so are all but
// the first of equal series, as on the page.
func (c *collection) add(b *metric.Batch) {
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
		f.add(s, set, c.now)
	}
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
