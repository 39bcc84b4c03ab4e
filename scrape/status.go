package scrape

import (
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
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
	Class    api.Class
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
		for _, s := range a.sources {
			st.Sources = append(st.Sources, s.status(now))
		}
		all = append(all, st)
	}
	return all
}

func (s *source) status(now time.Time) SourceStatus {
	shown := s.gather(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	return SourceStatus{
		Name:     s.Name,
		Feed:     s.Feed,
		Tried:    s.outcome.ended,
		Err:      s.outcome.err,
		Class:    s.outcome.class,
		Failures: s.outcome.failures,
		At:       s.snapshot.at,
		Next:     s.outcome.next,
		Fresh:    s.snapshot.isFresh(now),
		Interval: s.Config.Interval,
		MaxAge:   s.Config.MaxAge,
		Series:   len(shown.Samples),
		Dropped:  s.snapshot.dropped,
		Over:     slices.Sorted(maps.Keys(s.outcome.over)),
		Partial:  s.outcome.partial,

		LastErr:   s.outcome.lastErr,
		LastErrAt: s.outcome.lastAt,
	}
}

// Descs returns the exporter's own metrics of sources and accounts.
func Descs() []*metric.Desc {
	return append(vendorhttp.Descs(), []*metric.Desc{
		sourceUp, sourceLastSuccess, sourceInterval, sourceMaxAge, sourceDuration, sourceFetches, sourceErrors,
		sourceSeries, sourceSeriesDropped, sourceOverLimit, sourcePartial, sourceSkipped, sourceUnknown,
		feedEvents, feedDuplicates, feedCursor, feedLastEvent, feedGaps, feedGapSeconds, feedConnected,
		dayCorrections,
	}...)
}
