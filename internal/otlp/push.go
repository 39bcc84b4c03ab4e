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
	"net"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/proxy"
)

// scopeName is the name of the instrumentation scope of all that is pushed.
const scopeName = "github.com/contactcenter-exporter/contactcenter_exporter"

// Options say what is pushed where.
type Options struct {
	// Endpoint is the URL of the receiver: http or https for OTLP/HTTP, where
	// /v1/metrics is the path if it has none, grpc or grpcs for OTLP/gRPC. If it is
	// empty, OTEL_EXPORTER_OTLP_ENDPOINT and its kin decide.
	Endpoint string
	// Interval is the time between two pushes, also before the first one; 1 min by
	// default.
	Interval time.Duration
	// Headers, if not nil, returns the headers to send. It is called for every
	// request, so that a credential that was renewed counts at once. It stands
	// above OTEL_EXPORTER_OTLP_HEADERS.
	Headers func() map[string]string
	// Proxy, if not nil, returns the URL of the proxy through which all connections
	// go: see proxy.Dialer. It is never taken from the environment.
	Proxy func() string
	// Version is that of the exporter.
	Version string
	// InstanceID tells this exporter from others, and stays over restarts.
	InstanceID string
	// Gather returns all that is shown. It must be quick, and safe to call from
	// another goroutine; samples that were returned must not change.
	Gather func() []metric.Batch
	// Log logs that pushes begin to fail, and that they work again.
	Log func(msg string, keyvals ...any)
	// Env returns the value of a standard OTEL_ variable, "" if it isn't set. The SDK
	// reads those of the resource, headers and times from the process itself.
	Env func(name string) string
	// Traces is whether fetches are traced, to the same endpoint.
	Traces bool

	dial proxy.Dial // opens connections; nil but in tests
}

// complete fills in what was left out.
func (o Options) complete() Options {
	if o.Env == nil {
		o.Env = func(string) string { return "" }
	}
	if o.Interval <= 0 {
		o.Interval = time.Minute
	}
	if o.Log == nil {
		o.Log = func(string, ...any) {}
	}
	if o.dial == nil {
		o.dial = (&net.Dialer{}).DialContext
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
	tally      *tally
	connection *connection
	metrics    *sdkmetric.MeterProvider
	traces     *sdktrace.TracerProvider // nil if fetches are not traced
}

// Start begins to push, once for every interval until Stop; the end of ctx doesn't
// end it. An error means that the options, or the variables where options are
// silent, are wrong; a receiver that is away is no error.
func Start(ctx context.Context, o Options) (*Push, error) {
	o = o.complete()
	c, err := newConnection(o)
	if err != nil {
		return nil, fmt.Errorf("otlp: %w", err)
	}
	p := &Push{connection: c, tally: newTally(&health{signal: "metrics", receiver: c.target.host, log: o.Log})}
	if err := p.start(ctx, o); err != nil {
		c.close()
		return nil, fmt.Errorf("otlp: %w", err)
	}
	return p, nil
}

// start makes the providers of both signals.
func (p *Push) start(ctx context.Context, o Options) error {
	res := o.resource(ctx)
	inner, err := p.connection.metricExporter(ctx)
	if err != nil {
		return err
	}
	if o.Traces {
		if p.traces, err = p.connection.tracer(ctx, res, o.Log); err != nil {
			return fmt.Errorf("traces: %w", err)
		}
	}
	p.metrics = newMetrics(res, o, &exporter{Exporter: inner, tally: p.tally})
	return nil
}

// newMetrics returns what pushes metrics through an exporter.
func newMetrics(res *resource.Resource, o Options, e *exporter) *sdkmetric.MeterProvider {
	return sdkmetric.NewMeterProvider(sdkmetric.WithResource(res), sdkmetric.WithReader(sdkmetric.NewPeriodicReader(e,
		sdkmetric.WithInterval(o.Interval),
		sdkmetric.WithMaxExportBatchSize(maxBatch),
		sdkmetric.WithProducer(&producer{gather: o.Gather, begin: e.begin, exponential: o.exponential(), version: o.Version}),
	)))
}

// stopTimeout bounds the last push.
const stopTimeout = 3 * time.Second

// Stop pushes a last time and ends all connections. It takes until ctx ends, and
// 3 s at most. The error says why the last push failed.
func (p *Push) Stop(ctx context.Context) error {
	if p == nil {
		return nil
	}
	defer p.connection.close()
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	err := p.metrics.Shutdown(ctx)
	if reason := p.tally.health.failing(); reason != "" {
		err = errors.New(reason)
	}
	if err != nil {
		err = fmt.Errorf("otlp: last push: %w", err)
	}
	if p.traces != nil {
		if failed := p.traces.Shutdown(ctx); failed != nil {
			err = errors.Join(err, fmt.Errorf("otlp: traces: %w", failed))
		}
	}
	return err
}

// resource describes where everything that is pushed comes from. What
// OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say replaces the exporter's own
// attributes.
func (o Options) resource(ctx context.Context) *resource.Resource {
	res, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
		attribute.String("service.name", "contactcenter_exporter"),
		attribute.String("service.version", o.Version),
		attribute.String("service.instance.id", o.InstanceID),
	), resource.WithFromEnv())
	if err != nil {
		o.Log("OTEL_RESOURCE_ATTRIBUTES is wrong in part; the rest is used") // the error quotes it
	}
	return res
}
