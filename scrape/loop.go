package scrape

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/cumulative"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

// loop asks one endpoint of one account again and again and keeps the newest answer.
// One goroutine asks, so that no two requests of a source run at a time; readers take
// what there is, so that no scrape waits for a vendor.
type loop struct {
	collector.Collector
	counters   *cumulative.Counters
	log        log.Logger
	traceFetch func(context.Context) (context.Context, func(error, int))
	tried      chan struct{}          // closed when the first fetch has ended
	changed    func()                 // called when outcome or snapshot change
	recovered  func() <-chan struct{} // returns what is closed when the vendor answers again
	retry      chan struct{}          // receives when an error that only people repair may be repaired
	feedPace   time.Duration
	errors     errorLog // of the goroutine that asks
	unknown    unknownLog

	mu       sync.Mutex
	outcome  outcome
	snapshot snapshot
}

func newLoop(c collector.Collector, n *cumulative.Counters, logger log.Logger, generation func() uint64) *loop {
	logger = log.With(logger, "source", c.Name)
	return &loop{
		Collector:  c,
		counters:   n,
		log:        logger,
		errors:     errorLog{log: logger},
		unknown:    unknownLog{log: logger},
		retry:      make(chan struct{}, 1),
		traceFetch: untraced,
		tried:      make(chan struct{}),
		changed:    func() {},
		recovered:  func() <-chan struct{} { return nil },
		feedPace:   minFeedPause,
		outcome:    newOutcome(),
		snapshot:   snapshot{maxAge: cmp.Or(c.Config.MaxAge, feedMaxAge), maxSeries: c.Config.MaxSeries, generation: generation},
	}
}

// continueFrom takes what a loop of the same source that has stopped had counted.
func (l *loop) continueFrom(stopped *loop) {
	stopped.mu.Lock()
	before := stopped.outcome
	stopped.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.outcome.continueFrom(before)
}

// untraced is the trace of a fetch where there is no tracing.
func untraced(ctx context.Context) (context.Context, func(error, int)) {
	return ctx, func(error, int) {}
}

// run asks until ctx ends, for the first time within spread and not before ready is
// over, which is when the limits allow the first request.
func (l *loop) run(ctx context.Context, ready, spread time.Duration) {
	due := time.Now().Add(firstWait(l.Collector, ready, spread))
	l.setNextDue(due)
	var recovered <-chan struct{}
	for l.sleepUntil(ctx, due, recovered) == nil {
		recovered = l.recovered()
		more := l.fetch(ctx)
		if ctx.Err() != nil {
			return
		}
		if !l.recoverable() {
			recovered = nil
		}
		due = l.next(due, more)
		l.setNextDue(due)
	}
}

// sleepUntil sleeps until due. If recovered is closed or retry receives, it sleeps a
// short random time instead: not all sources ask at the moment at which the vendor is back.
func (l *loop) sleepUntil(ctx context.Context, due time.Time, recovered <-chan struct{}) error {
	t := time.NewTimer(time.Until(due))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-recovered:
	case <-l.retry:
	}
	if soon := time.Now().Add(rand.N(startSpread(l.Collector, maxSpread))); soon.Before(due) {
		due = soon
		l.setNextDue(due)
	}
	return vendorhttp.Sleep(ctx, time.Until(due))
}

// recoverable reports whether the newest fetch failed in a way that the end of an
// outage may repair.
func (l *loop) recoverable() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.outcome.err != nil && l.outcome.class != api.Forbidden && !gone(l.Collector, l.outcome.err)
}

// askAgain makes the source ask soon if it waits after an error that only people
// repair, such as a permission that is missing.
func (l *loop) askAgain() {
	l.mu.Lock()
	waits := l.outcome.err != nil
	l.mu.Unlock()
	if !waits || l.recoverable() {
		return
	}
	select {
	case l.retry <- struct{}{}:
	default:
	}
}

// setNextDue notes when the source asks next.
func (l *loop) setNextDue(due time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.outcome.next = due
}

// next returns when to ask again.
func (l *loop) next(due time.Time, more bool) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.outcome.err != nil && l.outcome.class != api.State {
		return now.Add(backOff(l.Collector, l.outcome, l.snapshot.isFresh(now)))
	}
	if l.Feed && l.outcome.err != nil {
		return now.Add(doubled(minFeedPause, l.outcome.failures, maxStatePause))
	}
	if l.Feed {
		return now.Add(feedPause(more, l.outcome.took, l.feedPace))
	}
	if due = due.Add(l.Config.Interval); due.Before(now) {
		return now
	}
	return due
}

// fetch asks once and keeps the answer. It reports whether the vendor has more
// to give at once.
func (l *loop) fetch(ctx context.Context) (more bool) {
	begin := time.Now()
	l.begin()
	traced, end := l.traceFetch(ctx)
	reading, err := l.ask(api.WithRequest(traced, l.request()), begin)
	end(err, len(reading.Gauges.Samples)+len(reading.Events.List))
	if ctx.Err() != nil {
		return false // stopped, which is no outcome
	}
	if err != nil {
		reading.Partial = true
		for _, p := range []*metric.Progress{&reading.Intervals.Progress, &reading.Events.Progress} {
			p.Cursor, p.FinalUntil = "", time.Time{} // what is missing must be asked for again
		}
	}
	overflow := l.counters.Limit(&reading, begin)
	if e := l.counters.Add(&reading, begin); err == nil && e != nil {
		err = api.State.Errorf("%w", e)
	}
	l.keep(reading, overflow, err, begin)
	return err == nil && reading.Events.More
}

// ask collects. A panic, which no answer should cause, becomes an error of this
// source alone; its text is not logged, since it may cite the answer.
func (l *loop) ask(ctx context.Context, now time.Time) (r metric.Reading, err error) {
	defer func() {
		if p := recover(); p != nil {
			level.Error(l.log).Log("msg", "translation failed: please report this", "panic", fmt.Sprintf("%T", p), "frames", frames())
			r, err = metric.Reading{}, api.Schema.Errorf("the translation of the answer failed")
		}
	}()
	return l.Collect(ctx, collector.Position{Now: now, Cursor: l.counters.Cursor()})
}

// request is the priority of the source's requests: the source whose data is nearest
// to its max_age goes first.
func (l *loop) request() api.Request {
	if l.Feed {
		return api.Request{Priority: api.PriorityFeed}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.snapshot.at.IsZero() {
		return api.Request{}
	}
	return api.Request{Due: l.snapshot.at.Add(l.Config.MaxAge)}
}

// begin notes that a fetch is under way.
func (l *loop) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.outcome.fetches++
	l.outcome.connected = l.outcome.err == nil
	l.changed()
}

// keep makes the outcome of a fetch visible.
func (l *loop) keep(r metric.Reading, overflow map[string]int, err error, begin time.Time) {
	l.mu.Lock()
	before := l.outcome
	l.outcome.end(r, err, begin)
	l.outcome.limit(overflow)
	if err == nil || l.outcome.class == api.State {
		at := begin
		if !r.Gauges.At.IsZero() && r.Gauges.At.Before(at) {
			at = begin.Add(-begin.Sub(r.Gauges.At)) // with begin's monotonic clock, by which ages go
		}
		l.snapshot.replace(r, at)
	}
	after := l.outcome
	l.mu.Unlock()
	l.changed()
	l.report(before, after, r)
	if !before.ended {
		close(l.tried)
	}
}

// report logs what is new, not each fetch.
func (l *loop) report(before, after outcome, r metric.Reading) {
	l.errors.note(after.class, after.err, time.Now())
	if gap := r.Intervals.Gap + r.Events.Gap; after.err == nil && gap > 0 {
		level.Warn(l.log).Log("msg", "events are lost: the vendor no longer has those since the last one counted", "gap", gap.Round(time.Second))
	}
	if r.Skipped > 0 && before.skipped == 0 {
		level.Warn(l.log).Log("msg", "records that cannot be used are skipped and counted", "records", r.Skipped)
	}
	l.unknown.note(r.Unknown)
	for label := range after.overflow {
		if before.overflow[label] == 0 {
			level.Warn(l.log).Log("msg", tooMany(label), "label", label)
		}
	}
}

// tooMany says what becomes of a label's values that exceed their limit.
func tooMany(label string) string {
	if label == cumulative.AgentLabel {
		return "there are more agents than max_series has room for: the others are counted together as other"
	}
	if cumulative.IsID(label) {
		return "there are more counters than max_series keeps: the others are counted together as other"
	}
	return "there are more values than max_label_values: the others are shown as other"
}

// gather returns the series of the source that may be shown at a time.
func (l *loop) gather(now time.Time) metric.Batch {
	l.mu.Lock()
	before := l.snapshot.dropped
	b := l.snapshot.batch(now, l.counters)
	dropped := l.snapshot.dropped
	l.mu.Unlock()
	if before == 0 && dropped > 0 {
		level.Warn(l.log).Log("msg", "there are more series than max_series: some are withheld, those of single agents first", "limit", l.snapshot.maxSeries, "withheld", dropped)
	}
	return b
}

// shown returns what the source shows at a time, for those that derive from it.
func (l *loop) shown(now time.Time) collector.Shown {
	b := l.gather(now)
	l.mu.Lock()
	defer l.mu.Unlock()
	return collector.Shown{Source: l.Name, At: l.snapshot.at, Fresh: l.snapshot.isFresh(now), Samples: b.Samples}
}
