package otlp

import (
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// The metrics of the push itself.
var (
	exportsTotal = metric.Counter.Desc("contactcenter_exporter_otlp_exports_total", "{export}",
		"Pushes to the OTLP receiver, by outcome: success, partial where it took only some of the points, failure.", "outcome")
	lastSuccess = metric.Gauge.Desc("contactcenter_exporter_otlp_last_success_timestamp_seconds", "s",
		"Unix time in seconds of the newest push that the OTLP receiver took as a whole.")
)

// Descs returns the metrics of the push itself.
func Descs() []*metric.Desc { return []*metric.Desc{exportsTotal, lastSuccess} }

// Samples returns what is known of the push itself: its counters begin at 0 with
// Start, the time of the newest success is absent before the first.
func (p *Push) Samples() []metric.Sample {
	if p == nil {
		return nil
	}
	return p.tally.samples()
}

// outcome is how one push, of any number of requests, ended.
type outcome string

const (
	success outcome = "success"
	partial outcome = "partial"
	failure outcome = "failure"
)

// tally counts the pushes of metrics.
type tally struct {
	since  time.Time
	health *health

	mu      sync.Mutex
	exports map[outcome]uint64
	success time.Time
}

func newTally(h *health) *tally {
	return &tally{since: time.Now(), health: h, exports: map[outcome]uint64{}}
}

// ended counts a push; reason says why it was no success.
func (t *tally) ended(o outcome, reason string) {
	t.mu.Lock()
	t.exports[o]++
	if o == success {
		t.success = time.Now()
	}
	t.mu.Unlock()
	t.health.ended(reason)
}

func (t *tally) samples() []metric.Sample {
	t.mu.Lock()
	defer t.mu.Unlock()
	var samples []metric.Sample
	for _, o := range []outcome{success, partial, failure} {
		samples = append(samples, exportsTotal.Of(float64(t.exports[o]), string(o)).From(t.since))
	}
	return metric.AppendTime(samples, lastSuccess, t.success)
}
