package backfill

import (
	"context"
	"fmt"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// run is a Job at work.
type run struct {
	*Job
	windows    *windows
	counts     *counts
	buffer     *buffer
	recorded   recorded
	report     Report
	sentBefore int // requests of the processes before
}

// begin counts what already held at the beginning and writes the first checkpoint, or takes
// one up.
func (r *run) begin(ctx context.Context) error {
	c := &checkpoint{}
	if r.Resume {
		var err error
		if c, err = readCheckpoint(r.Checkpoint, r.Parameters); err != nil {
			return err
		}
		if r.Past.Restore != nil {
			if err := r.Past.Restore(c.Past); err != nil {
				return fmt.Errorf("checkpoint: %w", err)
			}
		}
		r.From, r.To, r.Seam = c.From, c.To, c.Seam
		r.report, r.recorded, r.sentBefore = c.Report, c.Recorded, c.Report.Requests
	}
	at := r.report.Done
	r.windows = newWindows(r.Past.Past, at, r.To)
	var err error
	if r.counts, err = newCounts(r.Job, &c.Counters); err != nil {
		return err
	}
	if !r.Resume {
		if err := r.warmUp(ctx); err != nil {
			return err
		}
	}
	r.buffer.counters.at(at.UnixMilli())
	r.counts.set(r.buffer)
	r.gaugesAt(at)
	if r.Resume {
		return nil
	}
	return r.save()
}

// step counts what happened from one time to another.
func (r *run) step(ctx context.Context, from, to time.Time) error {
	events, err := r.windows.until(ctx, to)
	if err != nil {
		return err
	}
	r.note(events)
	skipped, err := r.counts.add(events, to, to, true)
	if err != nil {
		return err
	}
	r.report.Skipped += skipped
	for at := from.Add(r.GaugeStep()); at.Before(to); at = at.Add(r.GaugeStep()) {
		r.gaugesAt(at)
	}
	r.buffer.counters.at(to.UnixMilli())
	r.counts.set(r.buffer)
	r.gaugesAt(to)
	if to.Truncate(day).Equal(to) {
		return r.flush(ctx, to)
	}
	return nil
}

const day = 24 * time.Hour

// gaugesAt sets the gauges of a time.
func (r *run) gaugesAt(at time.Time) {
	if r.Past.Gauges == nil {
		return
	}
	g := &r.buffer.gauge
	g.at(at.UnixMilli())
	for _, s := range r.recorded.append(r.Past.Gauges(at), at) {
		g.set(s.Key(), s.Value, func() *series { return &series{desc: s.Desc, key: s.Key()} })
	}
	g.end()
}

// flush writes the day that ends at a time, and the checkpoint.
func (r *run) flush(ctx context.Context, until time.Time) error {
	if err := r.write(ctx, until); err != nil {
		return err
	}
	r.buffer.counters.next()
	r.buffer.gauge.next()
	r.report.Done = until
	if err := r.save(); err != nil {
		return err
	}
	r.progress()
	return nil
}

func (r *run) write(ctx context.Context, until time.Time) error {
	d := Day{Begin: until.Add(-1).Truncate(day), buffer: r.buffer, until: until.UnixMilli()}
	samples := 0
	err := d.All(func(s Series) error { samples += len(s.Points); return ctx.Err() })
	if err == nil {
		err = r.Write(ctx, d)
	}
	if err != nil {
		return err
	}
	r.report.Days++
	r.report.Samples += samples
	return nil
}

func (r *run) save() error {
	var past []byte
	if r.Past.Save != nil {
		var err error
		if past, err = r.Past.Save(); err != nil {
			return fmt.Errorf("checkpoint: %w", err)
		}
	}
	r.countRequests()
	var s snapshot
	if err := r.counts.store.CopyTo(&s, func(string) bool { return true }); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	c := checkpoint{Of: r.Parameters, From: r.From, To: r.To, Seam: r.Seam, Counters: s.kept, Past: past, Recorded: r.recorded, Report: r.report}
	return c.write(r.Checkpoint)
}

// note adds what a step has found to the report.
func (r *run) note(events []metric.Event) {
	f := &r.windows.found
	r.report.Rows += len(events)
	for i := range events {
		r.report.Unknown += len(events[i].Unknown)
	}
	r.report.Skipped += f.skipped
	r.report.Unknown += f.unknown
	r.report.Gap += f.gap
	if f.asked {
		r.progress()
	}
	*f = found{}
}

// countRequests puts the requests of all processes into the report.
func (r *run) countRequests() {
	r.report.Requests = r.sentBefore + r.Past.Requests()
}

func (r *run) progress() {
	r.countRequests()
	if r.Progress != nil {
		r.Progress(r.report)
	}
}
