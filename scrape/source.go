package scrape

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// source asks one endpoint of one account again and again and keeps what it
// said. One goroutine asks, so nothing is asked twice at a time; readers take
// what there is, so no scrape waits for a vendor.
type source struct {
	collector.Collector
	counters *counters
	log      log.Logger
	span     func(context.Context) (context.Context, func(error, int))
	tried    chan struct{}          // closed when the first fetch has ended
	changes  *atomic.Uint64         // counts what changes of outcome and snapshot
	over     func() <-chan struct{} // closed when the vendor answers again
	pace     time.Duration          // of a feed

	mu       sync.Mutex
	outcome  outcome
	snapshot snapshot
}

func newSource(c collector.Collector, n *counters, logger log.Logger, generation func() uint64) *source {
	return &source{
		Collector: c,
		counters:  n,
		log:       log.With(logger, "source", c.Name),
		span:      untraced,
		tried:     make(chan struct{}),
		changes:   new(atomic.Uint64),
		over:      func() <-chan struct{} { return nil },
		pace:      minFeedPause,
		outcome:   newOutcome(),
		snapshot:  snapshot{maxAge: c.Config.MaxAge, maxSeries: c.Config.MaxSeries, generation: generation},
	}
}

// succeed goes on counting the fetches of a source that has stopped.
func (s *source) succeed(stopped *source) {
	stopped.mu.Lock()
	before := stopped.outcome
	stopped.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outcome.succeed(before)
}

// untraced is the span of a fetch that nobody follows.
func untraced(ctx context.Context) (context.Context, func(error, int)) {
	return ctx, func(error, int) {}
}

// run asks until ctx ends, for the first time within spread and not before ready is
// over, which is when the limits allow the first request.
func (s *source) run(ctx context.Context, ready, spread time.Duration) {
	due := time.Now().Add(firstWait(s.Collector, ready, spread))
	s.await(due)
	var over <-chan struct{}
	for s.rest(ctx, due, over) == nil {
		over = s.over()
		more := s.fetch(ctx)
		if ctx.Err() != nil {
			return
		}
		if !s.waits() {
			over = nil
		}
		due = s.next(due, more)
		s.await(due)
	}
}

// rest sleeps until due, or, once over is closed, a little while: not every
// source shall ask at the moment at which the vendor is back.
func (s *source) rest(ctx context.Context, due time.Time, over <-chan struct{}) error {
	t := time.NewTimer(time.Until(due))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-over:
	}
	if soon := time.Now().Add(rand.N(startSpread(s.Collector, maxSpread))); soon.Before(due) {
		due = soon
		s.await(due)
	}
	return sleep(ctx, time.Until(due))
}

// waits reports whether the newest fetch failed in a way that the end of an
// outage may mend.
func (s *source) waits() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.outcome.err != nil && s.outcome.class != api.Forbidden && !gone(s.Collector, s.outcome.err)
}

// await notes when the source asks next.
func (s *source) await(due time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outcome.next = due
}

// next returns when to ask again.
func (s *source) next(due time.Time, more bool) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.outcome.err != nil {
		return now.Add(backOff(s.Collector, s.outcome, s.snapshot.isFresh(now)))
	}
	if s.Feed {
		return now.Add(feedPause(more, s.outcome.took, s.pace))
	}
	return maxTime(now, due.Add(s.Config.Interval))
}

// fetch asks once and keeps the answer. It reports whether the vendor has more
// to give at once.
func (s *source) fetch(ctx context.Context) (more bool) {
	begin := time.Now()
	s.begin()
	traced, end := s.span(ctx)
	reading, err := s.ask(api.WithRequest(traced, s.request()), begin)
	end(err, len(reading.Samples)+len(reading.Events))
	if ctx.Err() != nil {
		return false // stopped, which is no outcome
	}
	if err != nil {
		reading.Cursor, reading.Settled = "", time.Time{} // what is missing must be asked for again
	}
	s.counters.bound(&reading)
	unknown, e := s.counters.add(reading, begin)
	if reading.Unknown = append(reading.Unknown, unknown...); err == nil {
		err = e
	}
	s.keep(reading, err, begin)
	return err == nil && reading.More
}

// ask collects. A panic, which no answer should cause, becomes an error of this
// source alone.
func (s *source) ask(ctx context.Context, now time.Time) (r metric.Reading, err error) {
	defer func() {
		if p := recover(); p != nil {
			level.Error(s.log).Log("msg", "translation failed: please report this", "panic", fmt.Sprintf("%T", p))
			r, err = metric.Reading{}, api.Schema.Errorf("the translation of the answer failed")
		}
	}()
	return s.Collect(ctx, collector.Position{Now: now, Cursor: s.counters.cursor()})
}

// request is the priority of the source's requests: the source whose data is nearest
// to its max_age goes first.
func (s *source) request() api.Request {
	if s.Feed {
		return api.Request{Priority: api.PriorityFeed}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.snapshot.at.IsZero() {
		return api.Request{}
	}
	return api.Request{Due: s.snapshot.at.Add(s.Config.MaxAge)}
}

// begin notes that a fetch is under way.
func (s *source) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outcome.fetches++
	s.outcome.open = s.outcome.err == nil
	s.changes.Add(1)
}

// keep makes the outcome of a fetch visible.
func (s *source) keep(r metric.Reading, err error, begin time.Time) {
	s.mu.Lock()
	before := s.outcome
	s.outcome.end(r, err, begin)
	s.outcome.limit(s.counters.labels.over)
	if err == nil {
		at := begin
		if !r.At.IsZero() && r.At.Before(at) {
			at = r.At
		}
		s.snapshot.replace(r, at)
	}
	after := s.outcome
	s.mu.Unlock()
	s.changes.Add(1)
	s.report(before, after, r)
	if !before.ended {
		close(s.tried)
	}
}

// report logs an error when it begins and when it ends, not on each fetch.
func (s *source) report(before, after outcome, r metric.Reading) {
	switch {
	case after.err != nil && (before.err == nil || before.class != after.class):
		level.Warn(s.log).Log("msg", "fetch failed", "class", after.class, "err", after.err)
	case after.err == nil && before.err != nil:
		level.Info(s.log).Log("msg", "fetch succeeds again", "failures", before.failures)
	}
	if after.err == nil && r.Gap > 0 {
		level.Warn(s.log).Log("msg", "events are lost: the vendor no longer has those since the last one counted", "gap", r.Gap.Round(time.Second))
	}
	if r.Skipped > 0 && before.skipped == 0 {
		level.Warn(s.log).Log("msg", "records that cannot be used are skipped and counted", "records", r.Skipped)
	}
	if len(r.Unknown) > 0 && before.unknown == 0 {
		level.Warn(s.log).Log("msg", "unknown values are shown as other and counted", "field", r.Unknown[0])
	}
	for label := range after.over {
		if before.over[label] == 0 {
			level.Warn(s.log).Log("msg", tooMany(label), "label", label)
		}
	}
}

// tooMany says what becomes of a label's values that exceed their limit.
func tooMany(label string) string {
	if label == agentLabel {
		return "there are more agents than max_series has room for: the others are counted together as other"
	}
	return "there are more values than max_label_values: the others are shown as other"
}

// gather returns the series of the source that may be shown at a time.
func (s *source) gather(now time.Time) metric.Batch {
	counted, view := s.counters.samples()
	s.mu.Lock()
	before := s.snapshot.dropped
	b := s.snapshot.batch(now, counted, view)
	dropped := s.snapshot.dropped
	s.mu.Unlock()
	if before == 0 && dropped > 0 {
		level.Warn(s.log).Log("msg", "there are more series than max_series: some are withheld, those of single agents first", "withheld", dropped)
	}
	return b
}
