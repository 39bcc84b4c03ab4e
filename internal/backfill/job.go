package backfill

import (
	"context"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// Job is one back-fill.
type Job struct {
	Account, Vendor string
	// Labels are added to all series but those of recording rules.
	Labels []Label
	Past   *Past
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

// Report is what a back-fill has done, from its first start on.
type Report struct {
	Done     time.Time // up to where
	Days     int
	Rows     int
	Samples  int
	Requests int
	Skipped  int           // records
	Unknown  int           // values
	Gap      time.Duration // that the vendor did not answer for
}

// longestGaugeStep is the time after which a sample is no longer current in PromQL.
const longestGaugeStep = 5 * time.Minute

// GaugeStep is the time between two samples of a gauge: at most 5 minutes, so that a
// query always finds one.
func (j *Job) GaugeStep() time.Duration {
	n := (j.Step + longestGaugeStep - 1) / longestGaugeStep
	return j.Step / n
}

// Continue takes the times of the back-fill that Resume goes on with: what its flags said
// at its first start, such as two days ago, was meant then.
func (j *Job) Continue() error {
	c, err := readCheckpoint(j.Checkpoint, j.Parameters)
	if err == nil {
		j.From, j.To, j.Seam = c.From, c.To, c.Seam
	}
	return err
}

// Run does the job, or as much of it as it can: the rest is done with Resume.
func (j *Job) Run(ctx context.Context) (Report, error) {
	r := &run{Job: j, buffer: newBuffer(j.ownLabels), report: Report{Done: j.From}}
	if err := r.begin(ctx); err != nil {
		return r.report, err
	}
	for at := r.report.Done; at.Before(j.To); {
		next := earlier(at.Add(j.Step), j.To)
		if err := r.step(ctx, at, next); err != nil {
			return r.report, err
		}
		at = next
	}
	err := r.end(ctx)
	return r.report, err
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
