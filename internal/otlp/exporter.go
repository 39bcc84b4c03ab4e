package otlp

import (
	"context"
	"errors"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// exporter sends the requests of a push one after the other and keeps the errors
// to itself: the SDK would print them, with what the receiver says, each time.
type exporter struct {
	sdkmetric.Exporter
	wire  *wire
	tally *tally
}

// Export always succeeds: see Push.Samples for what came of it.
func (e *exporter) Export(ctx context.Context, rm *metricdata.ResourceMetrics) error {
	if len(rm.ScopeMetrics) == 0 {
		return nil
	}
	taken, reason := e.send(ctx, rm)
	switch {
	case reason == "":
		e.tally.ended(success, "")
	case errors.Is(ctx.Err(), context.Canceled):
		// Stopped, which is no outcome; the last push follows.
	case taken:
		e.tally.ended(partial, reason)
	default:
		e.tally.ended(failure, reason)
	}
	return nil
}

// send reports whether the receiver took anything, and the first reason why it
// didn't take all. A request that it refuses for what is in it doesn't stop the
// others; one that fails for any other reason does, as they would too.
func (e *exporter) send(ctx context.Context, rm *metricdata.ResourceMetrics) (taken bool, reason string) {
	for i := range rm.ScopeMetrics {
		e.wire.reset()
		err := e.Exporter.Export(ctx, &metricdata.ResourceMetrics{Resource: rm.Resource, ScopeMetrics: rm.ScopeMetrics[i : i+1]})
		if err == nil {
			taken = true
			continue
		}
		a := e.wire.answer()
		if reason == "" {
			reason = a.text
		}
		taken = taken || a.taken
		if !a.single {
			return taken, reason
		}
	}
	return taken, reason
}

// Shutdown ends the connections too.
func (e *exporter) Shutdown(ctx context.Context) error {
	defer e.wire.CloseIdleConnections()
	return e.Exporter.Shutdown(ctx)
}
