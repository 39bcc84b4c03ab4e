package otlp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/conntrack"
)

// fake is an exporter without a network.
type fake struct {
	sdkmetric.Exporter
	export func(context.Context, *metricdata.ResourceMetrics) error
}

func (fake) Temporality(sdkmetric.InstrumentKind) metricdata.Temporality {
	return metricdata.CumulativeTemporality
}

func (fake) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return sdkmetric.DefaultAggregationSelector(k)
}

func (f fake) Export(ctx context.Context, rm *metricdata.ResourceMetrics) error {
	return f.export(ctx, rm)
}
func (fake) ForceFlush(context.Context) error { return nil }
func (fake) Shutdown(context.Context) error   { return nil }

// run starts a push over a fake, within a bubble of synctest.
func run(t *testing.T, interval time.Duration, gather func() []metric.Batch, log func(string, ...any), export func(context.Context, *metricdata.ResourceMetrics) error) *Push {
	p := &Push{connection: &connection{dialer: &conntrack.Dialer{}}, tally: newTally(&health{signal: "metrics", receiver: "collector:4317", log: log})}
	e := &exporter{Exporter: fake{export: export}, tally: p.tally}
	p.metrics = newMetrics(resource.Empty(), Options{Interval: interval, Gather: gather}.complete(), e)
	t.Cleanup(func() { p.Stop(context.WithoutCancel(t.Context())) })
	return p
}

func TestPushesComeWithoutBeingAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var at []time.Duration
		run(t, time.Minute, one, func(string, ...any) {}, func(context.Context, *metricdata.ResourceMetrics) error {
			at = append(at, time.Since(begin))
			return nil
		})
		time.Sleep(3*time.Minute + time.Second)
		synctest.Wait()
		if want := []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute}; !slices.Equal(at, want) {
			t.Errorf("pushed at %v, want %v", at, want)
		}
	})
}

func TestAnOutageIsLoggedWhenItBeginsAndWhenItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var away atomic.Bool
		away.Store(true)
		book := newLogbook()
		p := run(t, time.Minute, one, book.log, func(ctx context.Context, _ *metricdata.ResourceMetrics) error {
			if away.Load() {
				note(ctx, answer{text: "connect"})
				return errors.New("dial tcp: an error with many more words")
			}
			return nil
		})
		time.Sleep(61 * time.Minute)
		synctest.Wait()
		away.Store(false)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		want := []string{
			"push failed what metrics receiver collector:4317 err connect",
			"push succeeds again what metrics receiver collector:4317 failures 61",
		}
		if got := book.all(); !slices.Equal(got, want) {
			t.Errorf("logged %q, want %q", got, want)
		}
		if counted(p, failure) != 61 || counted(p, success) != 10 {
			t.Errorf("counted %v failures, %v successes", counted(p, failure), counted(p, success))
		}
	})
}

func TestTheNewestDataIsPushedAfterASlowReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gathered, waiting := 0, 0
		var got []float64
		gather := func() []metric.Batch {
			gathered++
			return []metric.Batch{{Samples: []metric.Sample{fxLoad.Of(float64(gathered), "101")}}}
		}
		p := run(t, time.Second, gather, func(string, ...any) {}, func(ctx context.Context, rm *metricdata.ResourceMetrics) error {
			if waiting++; waiting > 1 {
				t.Error("two pushes at once")
			}
			defer func() { waiting-- }()
			got = append(got, rm.ScopeMetrics[0].Metrics[0].Data.(metricdata.Gauge[float64]).DataPoints[0].Value)
			if len(got) > 2 {
				return nil
			}
			<-ctx.Done() // a receiver that never answers
			return ctx.Err()
		})
		time.Sleep(65 * time.Second)
		synctest.Wait()
		// Two pushes took 30 s each; what was due meanwhile is neither gathered nor
		// queued, but for the one tick that was missed.
		if len(got) < 3 || len(got) > 8 || len(got) != gathered {
			t.Errorf("%d pushes of %d gathered: %v", len(got), gathered, got)
		}
		if counted(p, failure) != 2 {
			t.Errorf("%v failures", counted(p, failure))
		}
		if reason := p.tally.health.failing(); reason != "" {
			t.Errorf("still failing: %s", reason)
		}
	})
}

func TestAFailureEndsAPushUnlessItIsOfOneRequest(t *testing.T) {
	tests := []struct {
		promise string
		answers []answer // the zero answer is a success
		sent    int
		outcome outcome
		reason  string
	}{
		{"all taken", []answer{{}, {}, {}}, 3, success, ""},
		{"the receiver is away", []answer{{text: "connect"}, {}, {}}, 1, failure, "connect"},
		{"it dies in the midst", []answer{{}, {text: "connect"}, {}}, 2, partial, "connect"},
		{"one is malformed", []answer{{text: "HTTP 400", single: true}, {}, {}}, 3, partial, "HTTP 400"},
		{"all are malformed", []answer{{text: "a", single: true}, {text: "b", single: true}, {text: "c", single: true}}, 3, failure, "a"},
		{"one is taken in part", []answer{{}, accepted(), {}}, 3, partial, accepted().text},
	}
	for _, test := range tests {
		t.Run(test.promise, func(t *testing.T) {
			sent := 0
			p := &Push{tally: newTally(&health{log: func(string, ...any) {}})}
			e := &exporter{tally: p.tally, Exporter: fake{export: func(ctx context.Context, _ *metricdata.ResourceMetrics) error {
				a := test.answers[sent]
				sent++
				if a.text == "" {
					return nil
				}
				note(ctx, a)
				return errors.New(a.text)
			}}}
			e.begin(2*maxBatch + 1)
			for range 3 {
				if err := e.Export(t.Context(), &metricdata.ResourceMetrics{}); err != nil {
					t.Error(err)
				}
			}
			if sent != test.sent || counted(p, test.outcome) != 1 || p.tally.health.failing() != test.reason {
				t.Errorf("%d sent, failing for %q, counted %v", sent, p.tally.health.failing(), fmt.Sprint(p.tally.exports))
			}
		})
	}
}

func TestAnInterruptedPushIsNoOutcome(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	book := newLogbook()
	p := &Push{tally: newTally(&health{log: book.log})}
	e := &exporter{tally: p.tally, Exporter: fake{export: func(ctx context.Context, _ *metricdata.ResourceMetrics) error {
		cancel()
		return ctx.Err()
	}}}
	e.begin(1)
	e.Export(ctx, &metricdata.ResourceMetrics{})
	if counted(p, failure) != 0 || len(book.all()) != 0 {
		t.Error("counted or logged")
	}
}

// timesOf returns the times of all points of a request.
func timesOf(rm *metricdata.ResourceMetrics) (times []time.Time) {
	for _, m := range rm.ScopeMetrics[0].Metrics {
		switch data := m.Data.(type) {
		case metricdata.Gauge[float64]:
			for _, p := range data.DataPoints {
				times = append(times, p.Time)
			}
		case metricdata.Sum[float64]:
			for _, p := range data.DataPoints {
				times = append(times, p.Time)
			}
		case metricdata.Histogram[float64]:
			for _, p := range data.DataPoints {
				times = append(times, p.Time)
			}
		}
	}
	return times
}

// A Prometheus server refuses a request that begins before the end of the one before
// it, as it makes samples of the resource for both.
func TestAllRequestsOfAPushHaveOneTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gather := func() []metric.Batch {
			all := batches(time.Now().Add(-20 * time.Second))
			for i := range 2 * maxBatch {
				all[i%2].Samples = append(all[i%2].Samples, fxLoad.Of(1, fmt.Sprint(i)))
			}
			return all
		}
		var pushes [][]time.Time // of each request
		run(t, time.Minute, gather, func(string, ...any) {}, func(_ context.Context, rm *metricdata.ResourceMetrics) error {
			times := timesOf(rm)
			if len(times) == 0 || len(times) > maxBatch {
				t.Errorf("a request of %d points", len(times))
			}
			pushes = append(pushes, times)
			time.Sleep(time.Second)
			return nil
		})
		time.Sleep(3*time.Minute - time.Second)
		synctest.Wait()
		if len(pushes) != 6 {
			t.Fatalf("%d requests of two pushes, want 6", len(pushes))
		}
		for i, times := range pushes {
			for _, at := range times {
				if first := pushes[i/3*3][0]; !at.Equal(first) {
					t.Fatalf("request %d has a point of %s, its push begins at %s", i, at, first)
				}
			}
		}
		if !pushes[3][0].After(pushes[0][0]) {
			t.Error("the second push is no later than the first")
		}
	})
}
