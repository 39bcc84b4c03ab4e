// Package otlp pushes what has been measured to an OpenTelemetry receiver, over
// OTLP/HTTP or OTLP/gRPC. It sends the same series, values and start times as the
// page shows, under names from which a Prometheus server makes those of the page
// again. It knows neither vendors nor the configuration file.
//
// Nothing is queued: every push is made of what holds at that moment. Values are
// cumulative, so what a receiver that was away has missed is in the next push.
package otlp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// scopeName is the name of the instrumentation scope of all that is pushed.
const scopeName = "github.com/contactcenter-exporter/contactcenter_exporter"

// Options say what is pushed where.
type Options struct {
	// Endpoint is the URL of the receiver: http or https for OTLP/HTTP, where
	// /v1/metrics is the path if it has none, grpc or grpcs for OTLP/gRPC. If it is
	// empty, OTEL_EXPORTER_OTLP_ENDPOINT and its kin decide.
	Endpoint string
	// Interval is the time between two pushes, the first one included; 1 min by
	// default.
	Interval time.Duration
	// Headers, if not nil, returns the headers to send. It is called for every
	// request, so that a credential that was renewed counts at once. It stands
	// above OTEL_EXPORTER_OTLP_HEADERS.
	Headers func() map[string]string
	// Version is that of the exporter.
	Version string
	// InstanceID tells this exporter from others, and stays over restarts.
	InstanceID string
	// Gather returns all that is shown. It must be quick, and safe to call from
	// another goroutine; samples that were returned must not change.
	Gather func() []metric.Batch
	// Log is told when pushes begin to fail and when they work again.
	Log func(msg string, keyvals ...any)
	// Env returns the value of a standard OTEL_ variable, "" if it isn't set. The
	// SDK besides reads those of its exporters from the process.
	Env func(name string) string
	// Traces is whether fetches are traced, to the same endpoint.
	Traces bool
}

// complete fills in what was left out.
func (o Options) complete() Options {
	if o.Interval <= 0 {
		o.Interval = time.Minute
	}
	if o.Env == nil {
		o.Env = func(string) string { return "" }
	}
	if o.Log == nil {
		o.Log = func(string, ...any) {}
	}
	if o.Gather == nil {
		o.Gather = func() []metric.Batch { return nil }
	}
	return o
}

// exponential reports whether histograms are sent with exponential buckets
// rather than with those of their Desc.
func (o Options) exponential() bool {
	return o.Env("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION") == "base2_exponential_bucket_histogram"
}

// Push is a running push. A nil one does nothing.
type Push struct {
	tally   *tally
	metrics *sdkmetric.MeterProvider
	traces  *sdktrace.TracerProvider // nil if fetches are not traced
}

// Start begins to push, once for every interval until Stop; the end of ctx doesn't
// end it. An error means that the options, or the variables they leave the choice
// to, are wrong: a receiver that is away is none.
func Start(ctx context.Context, o Options) (*Push, error) {
	o = o.complete()
	c, err := newClient(o)
	if err != nil {
		return nil, fmt.Errorf("otlp: %w", err)
	}
	res := o.resource()
	p := &Push{tally: newTally(&health{what: "metrics", receiver: c.target.host, log: o.Log})}
	if o.Traces {
		if p.traces, err = c.tracer(ctx, res, o.Log); err != nil {
			return nil, fmt.Errorf("otlp: traces: %w", err)
		}
	}
	inner, w, err := c.metricExporter(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("otlp: %w", err), p.stopTraces(ctx))
	}
	reader := sdkmetric.NewPeriodicReader(
		&exporter{Exporter: inner, wire: w, tally: p.tally},
		sdkmetric.WithInterval(o.Interval),
		sdkmetric.WithProducer(&producer{gather: o.Gather, exponential: o.exponential(), version: o.Version}),
	)
	p.metrics = sdkmetric.NewMeterProvider(sdkmetric.WithResource(res), sdkmetric.WithReader(reader))
	return p, nil
}

// stopTime bounds the last push.
const stopTime = 3 * time.Second

// Stop pushes a last time and ends. It takes until ctx ends, and 3 s at most. The
// error says why the last push failed.
func (p *Push) Stop(ctx context.Context) error {
	if p == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, stopTime)
	defer cancel()
	err := p.metrics.Shutdown(ctx)
	if reason := p.tally.health.failing(); reason != "" {
		err = errors.New(reason)
	}
	if err != nil {
		err = fmt.Errorf("otlp: last push: %w", err)
	}
	return errors.Join(err, p.stopTraces(ctx))
}

func (p *Push) stopTraces(ctx context.Context) error {
	if p.traces == nil {
		return nil
	}
	if err := p.traces.Shutdown(ctx); err != nil {
		return fmt.Errorf("otlp: traces: %w", err)
	}
	return nil
}

// resource is what everything that is pushed belongs to. What the standard
// variables say stands above what the exporter says itself.
func (o Options) resource() *resource.Resource {
	attributes := []attribute.KeyValue{
		attribute.String("service.name", "contactcenter_exporter"),
		attribute.String("service.version", o.Version),
		attribute.String("service.instance.id", o.InstanceID),
	}
	attributes = append(attributes, parseAttributes(o.Env("OTEL_RESOURCE_ATTRIBUTES"))...)
	if name := o.Env("OTEL_SERVICE_NAME"); name != "" {
		attributes = append(attributes, attribute.String("service.name", name))
	}
	own := resource.NewSchemaless(attributes...)
	all, err := resource.Merge(resource.Default(), own)
	if err != nil {
		return own
	}
	return all
}
