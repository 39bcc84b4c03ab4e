package otlp

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/page"
)

// producer makes the SDK's data of batches. The SDK calls it for one push at a
// time.
type producer struct {
	gather      func() []metric.Batch
	begin       func(points int) // called before each push; may be nil
	exponential bool
	version     string
}

// Produce returns all that is shown now: the series of the page. All points have one time,
// gauges too: a Prometheus server makes a sample of the resource (target_info) for the
// earliest and the latest time of each request, and refuses a request whose earliest time
// is before the latest of the one before it.
func (p *producer) Produce(context.Context) ([]metricdata.ScopeMetrics, error) {
	now := time.Now()
	all := metricdata.ScopeMetrics{Scope: instrumentation.Scope{Name: scopeName, Version: p.version}}
	points := 0
	var scratch []attribute.KeyValue
	for _, of := range page.Families(p.gather()) {
		f := &family{desc: of.Desc, exponential: p.exponential}
		for labels, s := range of.Series() {
			scratch = scratch[:0]
			for _, l := range labels {
				scratch = append(scratch, attribute.String(l.Name, l.Value))
			}
			if s.Desc.Kind == f.desc.Kind {
				f.add(s, attribute.NewSet(scratch...), now)
			}
		}
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
