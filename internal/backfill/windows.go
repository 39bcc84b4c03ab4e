package backfill

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// windows asks for the past window by window, each of about as many records as fit
// into the memory.
type windows struct {
	past     *collector.Past
	from, to time.Time // of what is still to be asked
	length   time.Duration
	dense    float64        // the most records of a second so far
	events   []metric.Event // of the window at hand, oldest first

	found found // since this was read last
}

// found is what answers say besides their records.
type found struct {
	asked            bool
	skipped, unknown int // records and values
	gap              time.Duration
}

// A window begins with leastWindow and becomes twice as long each time, until it would
// have mostRows if the vendor told as much as in the densest one so far: after a night
// comes a day.
const (
	mostRows    = 20_000
	leastWindow = time.Hour
)

func newWindows(p *collector.Past, from, to time.Time) *windows {
	w := &windows{past: p, from: ceil(from, p.Align), to: to.Truncate(p.Align)}
	w.length = w.aligned(min(leastWindow, p.Longest))
	return w
}

// ceil rounds a time up to a multiple of a duration, as Truncate rounds down.
func ceil(t time.Time, d time.Duration) time.Time { return t.Add(max(0, d-1)).Truncate(d) }

func (w *windows) aligned(d time.Duration) time.Duration {
	return max(w.past.Align, d.Truncate(w.past.Align))
}

// until returns the events before a time that have not been returned yet.
func (w *windows) until(ctx context.Context, at time.Time) ([]metric.Event, error) {
	var events []metric.Event
	for {
		n := 0
		for n < len(w.events) && w.events[n].Time.Before(at) {
			n++
		}
		events = append(events, w.events[:n]...)
		w.events = w.events[n:]
		if len(w.events) > 0 || !w.from.Before(at) || !w.from.Before(w.to) {
			return events, nil
		}
		if err := w.ask(ctx); err != nil {
			return nil, err
		}
	}
}

// each calls yield with the events before a time, of which no more than those of a window
// are in memory.
func (w *windows) each(ctx context.Context, until time.Time, yield func(metric.Event)) error {
	for at := w.from; at.Before(until); {
		at = earlier(at.Add(leastWindow), until)
		events, err := w.until(ctx, at)
		if err != nil {
			return err
		}
		for _, e := range events {
			yield(e)
		}
	}
	return nil
}

// ask asks for the next window. What the vendor has deleted meanwhile is a gap.
func (w *windows) ask(ctx context.Context) error {
	if kept := ceil(w.past.Kept(time.Now()), w.past.Align); w.from.Before(kept) {
		next := earlier(kept, w.to)
		w.found.gap += next.Sub(w.from)
		if w.from = next; !w.from.Before(w.to) {
			return nil
		}
	}
	to := earlier(w.from.Add(w.length), w.to)
	r, err := w.past.Ask(ctx, w.from, to)
	if err != nil {
		return err
	}
	asked := to.Sub(w.from)
	w.from, w.events = to, append(r.Events.List, ended(r.Intervals.List)...)
	w.found.asked = true
	w.found.skipped += r.Skipped
	w.found.unknown += len(r.Unknown)
	w.found.gap += r.Events.Gap + r.Intervals.Gap
	w.dense = max(w.dense, float64(len(w.events))/asked.Seconds())
	w.grow()
	return nil
}

// grow makes the next window longer.
func (w *windows) grow() {
	most := w.past.Longest
	if w.dense > 0 {
		most = min(most, max(leastWindow, time.Duration(mostRows/w.dense)*time.Second))
	}
	w.length = w.aligned(min(2*w.length, most))
}

// EstimatedRequests returns how many requests the job takes if a day costs as much as daily
// says: one for each window at least, those before the beginning included.
func (j *Job) EstimatedRequests(daily collector.PastCost) float64 {
	requests := 0.0
	for _, span := range []struct{ from, to time.Time }{{j.From.Add(-j.Past.Before), j.From}, {j.From, j.To}} {
		w := newWindows(j.Past.Past, span.from, span.to)
		w.dense = daily.Rows / (24 * time.Hour).Seconds()
		for w.from.Before(w.to) {
			to := earlier(w.from.Add(w.length), w.to)
			requests += math.Ceil(max(1, daily.Requests*to.Sub(w.from).Hours()/24))
			w.from = to
			w.grow()
		}
	}
	return requests
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// ended returns intervals as events, oldest first: each is counted when it ends. The time
// is just before that, so that one that ends with a window, or a day, is part of it.
func ended(intervals []metric.Interval) (events []metric.Event) {
	for i := range intervals {
		in := &intervals[i]
		events = append(events, metric.Event{Key: in.Key + "|" + in.End.UTC().Format(time.RFC3339), Time: in.End.Add(-1), Add: in.Add})
	}
	slices.SortStableFunc(events, func(a, b metric.Event) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Key, b.Key)) })
	return events
}
