package otlp

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// The SDK's exporters read their own variables, except where an option says
// otherwise: the headers of a file replace those of the variables.

// retry says when a request is sent again: until the interval is over, when newer
// data is due.
func (c *connection) retry() otlpmetrichttp.RetryConfig {
	return otlpmetrichttp.RetryConfig{
		Enabled: true, InitialInterval: min(time.Second, c.interval/4), MaxInterval: 5 * time.Second, MaxElapsedTime: c.interval,
	}
}

// metricExporter returns the SDK's exporter of metrics.
func (c *connection) metricExporter(ctx context.Context) (sdkmetric.Exporter, error) {
	if c.grpc != nil {
		return otlpmetricgrpc.New(ctx, appendIf(c.headers != nil, []otlpmetricgrpc.Option{
			otlpmetricgrpc.WithGRPCConn(c.grpc),
			otlpmetricgrpc.WithRetry(otlpmetricgrpc.RetryConfig(c.retry())),
		}, otlpmetricgrpc.WithHeaders(nil))...)
	}
	options := appendIf(c.headers != nil, []otlpmetrichttp.Option{
		otlpmetrichttp.WithEndpointURL(c.target.url(c.target.path)),
		otlpmetrichttp.WithHTTPClient(c.client()),
		otlpmetrichttp.WithRetry(c.retry()),
	}, otlpmetrichttp.WithHeaders(nil))
	return otlpmetrichttp.New(ctx, appendIf(c.gzip, options, otlpmetrichttp.WithCompression(otlpmetrichttp.GzipCompression))...)
}

// spanExporter returns the SDK's exporter of traces.
func (c *connection) spanExporter(ctx context.Context) (sdktrace.SpanExporter, error) {
	if c.grpc != nil {
		return otlptracegrpc.New(ctx, appendIf(c.headers != nil, []otlptracegrpc.Option{
			otlptracegrpc.WithGRPCConn(c.grpc),
		}, otlptracegrpc.WithHeaders(nil))...)
	}
	path, err := c.target.traces()
	if err != nil {
		return nil, err
	}
	options := appendIf(c.headers != nil, []otlptracehttp.Option{
		otlptracehttp.WithEndpointURL(c.target.url(path)),
		otlptracehttp.WithHTTPClient(c.client()),
	}, otlptracehttp.WithHeaders(nil))
	return otlptracehttp.New(ctx, appendIf(c.gzip, options, otlptracehttp.WithCompression(otlptracehttp.GzipCompression))...)
}

// appendIf appends an option if a condition holds.
func appendIf[T any](condition bool, options []T, option T) []T {
	if condition {
		return append(options, option)
	}
	return options
}
