package otlp

import (
	"context"
	"errors"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// maxBatch is how many points the SDK puts into one request. Receivers of gRPC
// take 4 MiB by default; a point has 150 to 600 bytes.
const maxBatch = 2000

// exporter sends the requests of a push and counts the push once. It keeps errors
// to itself: the SDK would print them each time, with what the receiver wrote.
// The SDK calls it for one push at a time.
type exporter struct {
	sdkmetric.Exporter
	tally *tally

	// The push under way:
	left   int    // requests to come
	taken  bool   // the receiver took something
	reason string // the first reason why it did not take all
	away   bool   // the requests to come would fail too
}

// begin starts a push of a number of points.
func (e *exporter) begin(points int) {
	e.left, e.taken, e.reason, e.away = (points+maxBatch-1)/maxBatch, false, "", false
}

// Export sends one request of a push. It always succeeds: see Push.Samples for
// what became of it.
func (e *exporter) Export(ctx context.Context, rm *metricdata.ResourceMetrics) error {
	if e.left == 0 {
		return nil // a push without a point
	}
	if !e.away {
		e.send(ctx, rm)
	}
	if e.left--; e.left > 0 {
		return nil
	}
	switch {
	case e.reason == "":
		e.tally.ended(success, "")
	case errors.Is(ctx.Err(), context.Canceled):
		// Stopped, which is no outcome; the last push follows.
	case e.taken:
		e.tally.ended(partial, e.reason)
	default:
		e.tally.ended(failure, e.reason)
	}
	return nil
}

// send sends a request. One that the receiver refuses for what is in it doesn't
// stop the others; one that fails for any other reason does, as they would too.
func (e *exporter) send(ctx context.Context, rm *metricdata.ResourceMetrics) {
	ctx, a := withAnswer(ctx)
	if err := e.Exporter.Export(ctx, rm); err == nil {
		e.taken = true
		return
	}
	if e.reason == "" {
		e.reason = a.text
	}
	e.taken = e.taken || a.taken
	e.away = !a.single
}
