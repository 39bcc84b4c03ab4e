package scrape

import (
	"maps"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// The metrics of a source's fetches.
var (
	sourceUp = metric.Gauge.Desc("contactcenter_source_up", "",
		"1 if the newest fetch of the source succeeded, else 0; 0 before the first one.", "source")
	sourceLastSuccess = metric.Gauge.Desc("contactcenter_source_last_success_timestamp_seconds", "s",
		"Unix time in seconds at which the data shown was asked for; absent until the first success.", "source")
	sourceInterval = metric.Gauge.Desc("contactcenter_source_interval_seconds", "s",
		"Seconds between two fetches of the source, as configured.", "source")
	sourceMaxAge = metric.Gauge.Desc("contactcenter_source_max_age_seconds", "s",
		"Seconds after which gauges of the source are no longer shown, as configured.", "source")
	sourceDuration = metric.Gauge.Desc("contactcenter_source_fetch_duration_seconds", "s",
		"Seconds that the newest fetch took, all its pages and retries included.", "source")
	sourceFetches = metric.Counter.Desc("contactcenter_source_fetches_total", "{fetch}",
		"Fetches of the source that were begun, whether they succeeded or not.", "source")
	sourceErrors = metric.Counter.Desc("contactcenter_source_fetch_errors_total", "{error}",
		"Fetches that failed, by class of the error (state, proxy, dns, connect, tls, timeout, auth, forbidden, rate_limited, client_error, vendor_error, schema, too_large, truncated).", "source", "class")
	sourceLastError = metric.Gauge.Desc("contactcenter_source_last_error", "",
		"1 while the newest fetch of the source has failed, by class of its error as in contactcenter_source_fetch_errors_total; absent while it succeeds.", "source", "class")
	sourceSeries = metric.Gauge.Desc("contactcenter_source_series", "{series}",
		"Series of the source that are shown now.", "source")
	sourceSeriesDropped = metric.Gauge.Desc("contactcenter_source_series_dropped", "{series}",
		"Series of the source that max_series withholds now.", "source")
	sourceOverLimit = metric.Counter.Desc("contactcenter_source_values_over_limit_total", "{value}",
		"Times that a label value was shown as other because the source has max_label_values of them already, or an agent's counter was, because max_series has no room for more agents.", "source")
	sourcePartial = metric.Gauge.Desc("contactcenter_source_partial", "",
		"1 if the vendor itself said that its newest answer is incomplete, else 0.", "source")
	feedConnected = metric.Gauge.Desc("contactcenter_feed_connected", "",
		"1 while the feed is followed by a stream or long polls, moments between two of them included, else 0.", "source")
	sourceSkipped = metric.Counter.Desc("contactcenter_source_records_skipped_total", "{record}",
		"Records of answers that could not be used; the others of the answer were.", "source")
	sourceUnknown = metric.Counter.Desc("contactcenter_source_unknown_values_total", "{value}",
		"States and other enumerated values that the exporter doesn't know and shows as other, and numbers, times and ids that can't be read and are absent.", "source")
)

// outcome is how the newest fetch of a source ended, and what all of them add
// up to.
type outcome struct {
	since time.Time
	next  time.Time // when the source asks next
	ended bool      // whether there was a fetch
	// connected is true while the source is asked, or about to be, without an error.
	connected bool

	err      error
	class    api.Class // of err; "" if there is none
	failures int       // one after the other
	at       time.Time
	took     time.Duration
	partial  bool

	fetches  uint64
	errors   map[api.Class]uint64
	skipped  uint64
	unknown  uint64
	overflow map[string]uint64 // values shown as other because there are too many, by label

	lastErr error // of the newest fetch that failed
	lastAt  time.Time
}

func newOutcome() outcome {
	o := outcome{since: time.Now(), errors: map[api.Class]uint64{}}
	for _, c := range api.Classes() {
		o.errors[c] = 0
	}
	return o
}

// continueFrom takes what was counted before.
func (o *outcome) continueFrom(before outcome) {
	o.since, o.fetches, o.errors = before.since, before.fetches, before.errors
	o.skipped, o.unknown, o.overflow = before.skipped, before.unknown, before.overflow
}

// end notes how a fetch ended that was begun at a time.
func (o *outcome) end(r metric.Reading, err error, begin time.Time) {
	o.ended, o.connected = true, err == nil
	o.err, o.class = err, api.ClassOf(err)
	o.at, o.took = begin, time.Since(begin)
	o.skipped += uint64(r.Skipped)
	o.unknown += uint64(len(r.Unknown))
	if err == nil {
		o.failures, o.partial = 0, r.Partial
		return
	}
	o.failures++
	o.lastErr, o.lastAt = err, begin
	errors := maps.Clone(o.errors) // copies of o are compared with it
	errors[o.class]++
	o.errors = errors
}

// limit notes what was shown as other because there is too much of it.
func (o *outcome) limit(overflow map[string]int) {
	if len(overflow) == 0 {
		return
	}
	sum := maps.Clone(o.overflow) // copies of o are compared with it
	if sum == nil {
		sum = map[string]uint64{}
	}
	for label, n := range overflow {
		sum[label] += uint64(n)
	}
	o.overflow = sum
}

// overLimit returns how many values were shown as other.
func (o *outcome) overLimit() (n uint64) {
	for _, of := range o.overflow {
		n += of
	}
	return n
}

// samples returns the exporter's own metrics of the source.
func (l *loop) samples(now time.Time) []metric.Sample {
	shown := l.gather(now)
	l.mu.Lock()
	defer l.mu.Unlock()
	o, name := l.outcome, l.Name
	samples := []metric.Sample{
		sourceUp.Of(metric.Truth(o.ended && o.err == nil), name),
		o.count(sourceFetches, o.fetches, name),
		o.count(sourceSkipped, o.skipped, name),
		o.count(sourceUnknown, o.unknown, name),
		o.count(sourceOverLimit, o.overLimit(), name),
		sourceSeries.Of(float64(len(shown.Samples)), name),
		sourceSeriesDropped.Of(float64(l.snapshot.dropped), name),
		sourcePartial.Of(metric.Truth(o.partial), name),
	}
	for class, n := range o.errors {
		samples = append(samples, o.count(sourceErrors, n, name, string(class)))
	}
	if o.err != nil {
		samples = append(samples, sourceLastError.Of(1, name, string(o.class)))
	}
	if o.ended {
		samples = append(samples, sourceDuration.Of(o.took.Seconds(), name))
	}
	samples = metric.AppendTime(samples, sourceLastSuccess, l.snapshot.at, name)
	if l.Feed {
		return append(append(samples, feedConnected.Of(metric.Truth(o.connected), name)), l.counters.FeedSamples()...)
	}
	return append(samples,
		sourceInterval.Of(l.Config.Interval.Seconds(), name),
		sourceMaxAge.Of(l.Config.MaxAge.Seconds(), name))
}

func (o outcome) count(d *metric.Desc, n uint64, labels ...string) metric.Sample {
	return d.Of(float64(n), labels...).From(o.since)
}
