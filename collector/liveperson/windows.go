package liveperson

import (
	"errors"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// The Key Messaging Metrics answer for 14 days, or for one day in accounts with an
// older version. An hour is kept free, so that a poll that fails costs no window.
const (
	windowsKept    = 14*24*time.Hour - reserve
	oldWindowsKept = 24*time.Hour - reserve
)

// windowRequests is about how many requests for windows one poll sends, so that
// catching up after an outage leaves the limits to others.
const windowRequests = 20

// windows are windows of time, aligned to their length, that are added to the
// counters one after another when they are settled.
type windows struct{ length, settle time.Duration }

func newWindows(bucket, settle config.Duration) windows {
	return windows{length: time.Duration(bucket), settle: time.Duration(settle)}
}

// validate checks the options bucket and settle.
func (w windows) validate() error {
	var errs []error
	if w.length%time.Minute != 0 || 24*time.Hour%w.length != 0 {
		errs = append(errs, errors.New("bucket: must be whole minutes and divide a day"))
	}
	if w.settle+w.length > oldWindowsKept {
		errs = append(errs, errors.New("settle: must be at most 23h together with bucket, since LivePerson may answer for 24h only"))
	}
	return errors.Join(errs...)
}

// perPoll is how many windows settle from one poll to the next on average.
func (w windows) perPoll(interval time.Duration) float64 {
	return interval.Seconds() / w.length.Seconds()
}

// askWindow returns what a window adds to the counters, and how many requests that took.
type askWindow func(from, to time.Time) (list []metric.Interval, requests int, err error)

// follow asks for the windows that have settled since the cursor, oldest first, and
// returns them with the cursor behind them. The first window of all is that in which
// now lies. One that fails costs no other answer: it is asked for again at the next poll,
// and until then those behind it wait.
func (w windows) follow(now time.Time, cursor string, ask askWindow) (in metric.Intervals) {
	r := reach{step: w.length, retention: windowsKept}.since(now, parseCursor(cursor))
	in.From = r.from
	in.Earliest, in.Gap = ceilTime(now.Add(-windowsKept), w.length), r.gap
	next, recent := r.from, ceilTime(now.Add(-oldWindowsKept), w.length)
	for spent := 0; spent < windowRequests && !next.Add(w.length).After(now.Add(-w.settle)); {
		list, requests, err := ask(next, next.Add(w.length))
		if liveperson.IsRefusal(err) && next.Before(recent) {
			in.Gap += recent.Sub(next)
			next, spent = recent, spent+1
			continue
		}
		if err != nil {
			break
		}
		in.List = append(in.List, list...)
		next, spent = next.Add(w.length), spent+requests
	}
	in.FinalUntil, in.UpTo, in.Cursor = next, next, cursorAt(next)
	return in
}

// zeroed returns the samples with the value 0: counters begin at 0 long before their first
// window is settled.
func zeroed(samples []metric.Sample) []metric.Sample {
	zero := slices.Clone(samples)
	for i := range zero {
		zero[i].Value = 0
	}
	return zero
}

// knownSeries are the series of counters that have been in a reading.
type knownSeries map[string]bool

// zero returns those of the samples that are new, as 0.
func (k knownSeries) zero(samples []metric.Sample) []metric.Sample {
	return zeroed(slices.DeleteFunc(samples, func(s metric.Sample) bool {
		key := s.Key()
		known := k[key]
		k[key] = true
		return known
	}))
}
