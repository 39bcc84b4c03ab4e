package backfill

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// Job is one back-fill.
type Job struct {
	Account, Vendor string
	// Labels are added to all series but those of recording rules.
	Labels []Label
	Past   *collector.Past
	// Descs are the metrics of the source. Count returns the function that counts a reading
	// in Ledger of a store at a time, as live ones are.
	Descs  []*metric.Desc
	Ledger string
	Count  func(ledger.Store) (func(*metric.Reading, time.Time) error, error)
	// Secret is the key of what the checkpoint holds of the counters.
	Secret [32]byte
	// From and To are its times, without To.
	From, To time.Time
	// Seam is true if the live counters begin at To: there the counters become 0, and
	// those that are only in Live, by their keys in the ledger, begin at 0.
	Seam bool
	Live []string
	// Step is the time between two samples of a counter; gauges have one each GaugeStep.
	Step time.Duration
	// Write writes the samples of a day.
	Write func(context.Context, Day) error
	// Checkpoint is the path of the checkpoint, Resume whether to go on there, and
	// Parameters what must be the same then.
	Checkpoint, Parameters string
	Resume                 bool
	// Progress is called after each request for a window and each day.
	Progress func(Report)
}

// Report is what a back-fill has done.
type Report struct {
	Done    time.Time // up to where
	Days    int
	Rows    int
	Samples int
	Skipped int
	Unknown int
}

// longestGaugeStep is the time after which a sample is no longer current in PromQL.
const longestGaugeStep = 5 * time.Minute

// GaugeStep is the time between two samples of a gauge: at most 5 minutes, so that a
// query always finds one.
func (j *Job) GaugeStep() time.Duration {
	n := (j.Step + longestGaugeStep - 1) / longestGaugeStep
	return j.Step / n
}

// run is a Job at work.
type run struct {
	*Job
	windows  *windows
	counts   *counts
	buffer   *buffer
	recorded recorded
	report   Report
}

// Run does the job, or as much of it as it can: the rest is done with Resume.
func (j *Job) Run(ctx context.Context) (Report, error) {
	r := &run{Job: j, buffer: newBuffer(j.ownLabels), report: Report{Done: j.From}}
	if err := r.begin(ctx); err != nil {
		return r.report, err
	}
	for at := r.report.Done; at.Before(j.To); {
		next := at.Add(j.Step)
		if next.After(j.To) {
			next = j.To
		}
		if err := r.step(ctx, at, next); err != nil {
			return r.report, err
		}
		at = next
	}
	return r.report, r.end(ctx)
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
		if err := r.Past.Restore(c.Past); err != nil {
			return fmt.Errorf("checkpoint: %w", err)
		}
		r.From, r.To, r.Seam = c.From, c.To, c.Seam
		r.report, r.recorded = c.Report, c.Recorded
	}
	at := r.report.Done
	r.windows = newWindows(r.Past, at, r.To)
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

// warmUp begins the states that hold at the beginning; when that was is not counted.
func (r *run) warmUp(ctx context.Context) error {
	before := r.From.Add(-r.Past.Before)
	if kept := r.Past.Kept(time.Now()); before.Before(kept) {
		before = kept
	}
	if !before.Before(r.From) {
		return nil
	}
	events, err := newWindows(r.Past, before, r.From).until(ctx, r.From)
	if err != nil {
		return err
	}
	last := map[string]metric.Event{}
	for _, e := range events {
		if e.Subject != "" {
			last[e.Subject] = e
		}
	}
	var begun []metric.Event
	for _, e := range events {
		if newest := last[e.Subject]; newest.Key == e.Key && len(e.Begin) > 0 {
			begun = append(begun, metric.Event{Key: "before " + e.Key, Time: r.From, Order: e.Order, Subject: e.Subject, Begin: e.Begin})
		}
	}
	_, err = r.counts.add(begun, r.From, r.From, true)
	return err
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
	g := &r.buffer.gauge
	g.at(at.UnixMilli())
	for _, s := range r.recorded.append(r.Past.Gauges(at), at) {
		g.set(s.Key(), s.Value, func() *series { return &series{desc: s.Desc, labels: r.buffer.labelsOf(s.Desc, s.Labels)} })
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
	err := d.All(func(s Series) error { r.report.Samples += len(s.Points); return ctx.Err() })
	if err != nil {
		return err
	}
	r.report.Days++
	return r.Write(ctx, d)
}

func (r *run) save() error {
	past, err := r.Past.Save()
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	var s snapshot
	if err := r.counts.store.CopyTo(&s, func(string) bool { return true }); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	c := checkpoint{Of: r.Parameters, From: r.From, To: r.To, Seam: r.Seam, Counters: s.kept, Past: past, Recorded: r.recorded, Report: r.report}
	return c.write(r.Checkpoint)
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
			g.set(key, 0, func() *series { return r.counts.series(r.buffer, key) })
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
	until := r.To.Add(r.Past.Before)
	if now := time.Now().Truncate(time.Second); until.After(now) {
		until = now
	}
	events, err := newWindows(r.Past, r.To, until).until(ctx, until)
	if err != nil {
		return err
	}
	first := map[string]bool{}
	var ends []metric.Event
	for _, e := range events {
		if e.Subject != "" && !first[e.Subject] {
			first[e.Subject] = true
			ends = append(ends, metric.Event{Key: "after " + e.Key, Time: e.Time, Order: e.Order, Subject: e.Subject})
		}
	}
	if _, err := r.counts.add(ends, r.To, until, false); err != nil {
		return err
	}
	r.counts.set(r.buffer)
	return nil
}

// ownLabels are the labels that the engine adds to a series.
func (j *Job) ownLabels(d *metric.Desc) []Label {
	labels := []Label{{"account", j.Account}}
	if d.Shared() || isRecorded(d) {
		labels = append(labels, Label{"vendor", j.Vendor})
	}
	if isRecorded(d) {
		return labels
	}
	return append(labels, j.Labels...)
}

// note adds what a step has found to the report.
func (r *run) note(events []metric.Event) {
	w := r.windows
	r.report.Rows += len(events)
	for i := range events {
		r.report.Unknown += len(events[i].Unknown)
	}
	r.report.Skipped += w.skipped
	r.report.Unknown += w.unknown
	if w.asked {
		r.progress()
	}
	w.skipped, w.unknown, w.asked = 0, 0, false
}

func (r *run) progress() {
	if r.Progress != nil {
		r.Progress(r.report)
	}
}
