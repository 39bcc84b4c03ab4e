package otlp

import (
	"context"
	"net/http/httptrace"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
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

// tracer returns what makes and sends spans. Spans that a receiver which is away
// can't take are dropped; at most 2048 wait.
func (c *connection) tracer(ctx context.Context, res *resource.Resource, log func(string, ...any)) (*sdktrace.TracerProvider, error) {
	inner, err := c.spanExporter(ctx)
	if err != nil {
		return nil, err
	}
	return sdktrace.NewTracerProvider(
		sdktrace.WithResource(res),
		sdktrace.WithSampler(sdktrace.AlwaysSample()),
		sdktrace.WithBatcher(&spanExporter{
			SpanExporter: inner,
			health:       &health{signal: "traces", receiver: c.target.host, log: log},
		}),
	), nil
}

// spanExporter keeps errors to itself, as exporter does.
type spanExporter struct {
	sdktrace.SpanExporter
	health *health
}

// ExportSpans always succeeds.
func (e *spanExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	ctx, a := withAnswer(ctx)
	reason := ""
	if err := e.SpanExporter.ExportSpans(ctx, spans); err != nil {
		reason = a.text
	}
	e.health.ended(reason)
	return nil
}
