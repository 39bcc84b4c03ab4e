package scrape

import (
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/cumulative"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// feedMaxAge is how long the gauges of a feed, which has no max_age, are shown after its
// newest answer.
const feedMaxAge = 2 * time.Minute

// snapshot is what a source may show: the gauges of the newest complete answer
// until they are too old, and the counters, which stay true. Its user holds a
// lock.
type snapshot struct {
	maxAge     time.Duration
	maxSeries  int
	generation func() uint64 // numbers every change

	gauges  []metric.Sample
	at      time.Time // when they were asked for; zero before the first answer
	partial bool      // the vendor said that they are incomplete

	// What batch returned last, and of what it was made.
	last    metric.Batch
	begin   int // of the counters in last
	view    ledger.View
	fresh   bool
	dropped int
}

// replace takes the gauges of an answer that was asked for at a time. One that
// is incomplete replaces a complete one only when that is too old to be shown.
func (s *snapshot) replace(r metric.Reading, at time.Time) {
	if r.Partial && !s.partial && s.isFresh(at) {
		return
	}
	s.gauges, s.at, s.partial = r.Gauges.Samples, at, r.Partial
	if cap(s.gauges)-len(s.gauges) > len(s.gauges)/16 {
		s.gauges = slices.Clone(s.gauges) // append takes up to a quarter more, which an interval long has no use
	}
	s.last.Generation = 0
}

func (s *snapshot) isFresh(now time.Time) bool {
	return !s.at.IsZero() && now.Sub(s.at) <= s.maxAge
}

// batch returns what may be shown at a time, together with the counters as they
// are in the newest view of the ledger.
func (s *snapshot) batch(now time.Time, counters *cumulative.Counters) metric.Batch {
	fresh, view := s.isFresh(now), counters.View()
	if s.last.Generation != 0 && s.view == view && s.fresh == fresh {
		return s.last
	}
	var samples []metric.Sample
	if fresh {
		samples = s.gauges
	}
	before := s.last.Samples[min(s.begin, len(s.last.Samples)):]
	s.begin = len(samples)
	if n := view.Len(); n > 0 { // else there is no need of a copy: gauges never change
		samples = append(make([]metric.Sample, 0, s.begin+n), samples...)
		samples = counters.Append(samples, view, before)
		if fresh {
			s.gauges = samples[:s.begin:s.begin] // one copy is enough
		}
	}
	samples, s.dropped = cumulative.Limited(samples, s.maxSeries)
	s.last = metric.Batch{Generation: s.generation(), Samples: samples}
	s.view, s.fresh = view, fresh
	return s.last
}
