package scrape

import (
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/cumulative"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

// Status is how an account is doing, for people to look at.
type Status struct {
	Account string
	Vendor  string
	Sources []SourceStatus
}

// SourceStatus is how a source is doing.
type SourceStatus struct {
	Name string
	Feed bool
	// Tried is whether a fetch has ended yet, Err how the newest one did, Class
	// the class of Err and Failures how many failed in a row.
	Tried    bool
	Err      error
	Advice   string // what to do about Err, as check says it; may be empty
	Class    string
	Failures int
	// At is when the data shown was asked for; zero if there is none. Next is when
	// the source asks again.
	At, Next time.Time
	// Fresh is whether the data is shown: it is no older than MaxAge.
	Fresh            bool
	Interval, MaxAge time.Duration
	Series           int
	// Dropped is how many series max_series withholds, Over the labels of which
	// some values are shown as other because there are too many.
	Dropped int
	Over    []string
	Partial bool
	// Unknown are the fields with values that are not known, each with its value where that
	// can be named (field=value).
	Unknown []string
	// LastErr is how the newest fetch that failed did, at LastErrAt; nil if none
	// has.
	LastErr   error
	LastErrAt time.Time
}

// Status returns how every account is doing, in the order of the configuration.
func (m *Manager) Status() []Status {
	now := time.Now()
	var all []Status
	for _, a := range m.list() {
		st := Status{Account: a.config.Name, Vendor: a.config.Vendor}
		for _, l := range a.asking() {
			s := l.status(now)
			if s.Err != nil {
				s.Advice = l.AdviceOn(a.config, s.Err)
			}
			st.Sources = append(st.Sources, s)
		}
		all = append(all, st)
	}
	return all
}

func (l *loop) status(now time.Time) SourceStatus {
	shown := l.gather(now)
	l.mu.Lock()
	defer l.mu.Unlock()
	return SourceStatus{
		Name:     l.Name,
		Feed:     l.Feed,
		Tried:    l.outcome.ended,
		Err:      l.outcome.err,
		Class:    string(l.outcome.class),
		Failures: l.outcome.failures,
		At:       l.snapshot.at,
		Next:     l.outcome.next,
		Fresh:    l.snapshot.isFresh(now),
		Interval: l.Config.Interval,
		MaxAge:   l.Config.MaxAge,
		Series:   len(shown.Samples),
		Dropped:  l.snapshot.dropped,
		Over:     slices.Sorted(maps.Keys(l.outcome.overflow)),
		Partial:  l.outcome.partial,
		Unknown:  l.unknown.list(),

		LastErr:   l.outcome.lastErr,
		LastErrAt: l.outcome.lastAt,
	}
}

// Descs returns the exporter's own metrics of sources and accounts.
func Descs() []*metric.Desc {
	return slices.Concat([]*metric.Desc{
		sourceUp, sourceLastSuccess, sourceInterval, sourceMaxAge, sourceDuration, sourceFetches, sourceErrors, sourceLastError,
		sourceSeries, sourceSeriesDropped, sourceOverLimit, sourcePartial, sourceSkipped, sourceUnknown, feedConnected,
	}, vendorhttp.Descs(), cumulative.Descs())
}
