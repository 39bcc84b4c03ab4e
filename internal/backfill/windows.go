package backfill

import (
	"context"
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
	events   []metric.Event // of the window at hand, oldest first

	asked            bool // since this was read last; so are the next two
	skipped, unknown int  // records and values of the answers
}

// A window of more records than most is halved, down to leastWindow, one of fewer than
// few is doubled.
const (
	mostRows    = 20_000
	fewRows     = 5_000
	leastWindow = time.Hour
)

func newWindows(p *collector.Past, from, to time.Time) *windows {
	return &windows{past: p, from: from, to: to, length: min(day, p.Longest)}
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
		if len(w.events) > 0 || !w.from.Before(at) {
			return events, nil
		}
		if err := w.ask(ctx); err != nil {
			return nil, err
		}
	}
}

// ask asks for the next window.
func (w *windows) ask(ctx context.Context) error {
	to := w.from.Add(w.length)
	if to.After(w.to) {
		to = w.to
	}
	r, err := w.past.Ask(ctx, w.from, to)
	if err != nil {
		return err
	}
	w.from, w.events, w.asked = to, r.Events.List, true
	w.skipped += r.Skipped
	w.unknown += len(r.Unknown)
	switch n := len(r.Events.List); {
	case n > mostRows:
		w.length = max(leastWindow, w.length/2)
	case n < fewRows:
		w.length = min(w.past.Longest, w.length*2)
	}
	return nil
}
