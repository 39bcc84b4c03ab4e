package otlp

import (
	"context"
	"net/http/httptrace"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Fetch traces one fetch of a source: its requests must be made with the context
// that is returned, and end be called when it is over. The span has the vendor,
// account and source, how many requests were sent and records came, and the class
// of an error: nothing that a vendor wrote. Nothing is done if fetches are not
// traced.
func (p *Push) Fetch(ctx context.Context, vendor, account, source string) (traced context.Context, end func(err error, records int)) {
	if p == nil || p.traces == nil {
		return ctx, func(error, int) {}
	}
	ctx, span := p.traces.Tracer(scopeName).Start(ctx, "fetch "+source,
		trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(
			attribute.String("contactcenter.vendor", vendor),
			attribute.String("contactcenter.account", account),
			attribute.String("contactcenter.source", source),
		))
	var requests atomic.Int64
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { requests.Add(1) },
	})
	return ctx, func(err error, records int) {
		span.SetAttributes(
			attribute.Int64("contactcenter.requests", requests.Load()),
			attribute.Int("contactcenter.records", records),
		)
		if err != nil {
			class := string(api.ClassOf(err))
			span.SetAttributes(attribute.String("error.type", class))
			span.SetStatus(codes.Error, class)
		}
		span.End()
	}
}

// tracer returns what makes and sends spans. Those that a receiver which is away
// can't take are dropped, at most 2048 wait.
func (c *client) tracer(ctx context.Context, res *resource.Resource, log func(string, ...any)) (*sdktrace.TracerProvider, error) {
	inner, w, err := c.spanExporter(ctx)
	if err != nil {
		return nil, err
	}
	return sdktrace.NewTracerProvider(
		sdktrace.WithResource(res),
		sdktrace.WithSampler(sdktrace.AlwaysSample()),
		sdktrace.WithBatcher(&spanExporter{
			SpanExporter: inner, wire: w,
			health: &health{what: "traces", receiver: c.target.host, log: log},
		}),
	), nil
}

// spanExporter keeps errors to itself, as exporter does.
type spanExporter struct {
	sdktrace.SpanExporter
	wire   *wire
	health *health
}

// ExportSpans always succeeds.
func (e *spanExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	e.wire.reset()
	reason := ""
	if err := e.SpanExporter.ExportSpans(ctx, spans); err != nil {
		reason = e.wire.answer().text
	}
	e.health.ended(reason)
	return nil
}

// Shutdown ends the connections too.
func (e *spanExporter) Shutdown(ctx context.Context) error {
	defer e.wire.CloseIdleConnections()
	return e.SpanExporter.Shutdown(ctx)
}

// spanExporter returns the SDK's exporter of traces.
func (c *client) spanExporter(ctx context.Context) (sdktrace.SpanExporter, *wire, error) {
	w := c.newWire()
	if c.target.grpc {
		e, err := otlptracegrpc.New(ctx, c.traceGRPC(w)...)
		return e, w, err
	}
	path, err := c.target.traces()
	if err != nil {
		return nil, nil, err
	}
	e, err := otlptracehttp.New(ctx, c.traceHTTP(w, path)...)
	return e, w, err
}

func (c *client) traceHTTP(w *wire, path string) []otlptracehttp.Option {
	options := []otlptracehttp.Option{
		otlptracehttp.WithEndpointURL(c.target.url(path)),
		otlptracehttp.WithHTTPClient(c.http(w)),
	}
	if c.headers != nil {
		options = append(options, otlptracehttp.WithHeaders(nil))
	}
	if c.gzip {
		options = append(options, otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
	}
	return options
}

func (c *client) traceGRPC(w *wire) []otlptracegrpc.Option {
	options := []otlptracegrpc.Option{
		otlptracegrpc.WithEndpointURL(c.target.url("")),
		otlptracegrpc.WithTLSCredentials(c.credentials()),
		otlptracegrpc.WithDialOption(c.dial(w)...),
	}
	if c.headers != nil {
		options = append(options, otlptracegrpc.WithHeaders(nil))
	}
	if c.gzip {
		options = append(options, otlptracegrpc.WithCompressor("gzip"))
	}
	return options
}
