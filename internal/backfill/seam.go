package backfill

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// warmUp begins the states that hold at the beginning; when that was is not counted.
func (r *run) warmUp(ctx context.Context) error {
	before := r.From.Add(-r.Past.Before)
	if kept := r.Past.Kept(time.Now()); before.Before(kept) {
		before = kept
	}
	if !before.Before(r.From) {
		return nil
	}
	last := map[string]metric.Event{}
	err := newWindows(r.Past.Past, before, r.From).each(ctx, r.From, func(e metric.Event) {
		if e.Subject != "" {
			last[e.Subject] = e
		}
	})
	if err != nil {
		return err
	}
	var begun []metric.Event
	for _, subject := range slices.Sorted(maps.Keys(last)) {
		if e := last[subject]; len(e.Begin) > 0 {
			begun = append(begun, metric.Event{Key: "before " + e.Key, Time: r.From, Order: e.Order, Subject: e.Subject, Begin: e.Begin})
		}
	}
	_, err = r.counts.add(begun, r.From, r.From, true)
	return err
}

// end writes the last day. At a seam the states that hold are counted until they end,
// which the live counters can't do, and the counters become 0.
func (r *run) end(ctx context.Context) error {
	last := r.To
	if r.Seam {
		if err := r.countTail(ctx); err != nil {
			return err
		}
		last = r.To.Add(time.Millisecond)
		g := &r.buffer.counters
		g.at(last.UnixMilli())
		for key := range g.series {
			g.set(key, 0, nil)
		}
		for _, key := range r.Live {
			r.counts.begin(r.buffer, key)
		}
	}
	if err := r.write(ctx, last.Add(time.Millisecond)); err != nil {
		return err
	}
	r.report.Done = r.To
	r.progress()
	if err := os.Remove(r.Checkpoint); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

// countTail gives the states that hold at the seam the time until they end.
func (r *run) countTail(ctx context.Context) error {
	until := earlier(r.To.Add(r.Past.Before), time.Now().Truncate(time.Second))
	first := map[string]bool{}
	var ends []metric.Event
	err := newWindows(r.Past.Past, r.To, until).each(ctx, until, func(e metric.Event) {
		if e.Subject != "" && !first[e.Subject] {
			first[e.Subject] = true
			ends = append(ends, metric.Event{Key: "after " + e.Key, Time: e.Time, Order: e.Order, Subject: e.Subject})
		}
	})
	if err != nil {
		return err
	}
	if _, err := r.counts.add(ends, r.To, until, false); err != nil {
		return err
	}
	r.counts.set(r.buffer)
	return nil
}
