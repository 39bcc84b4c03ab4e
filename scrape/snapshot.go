package scrape

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// snapshot is what a source may show: the gauges of the newest complete answer
// until they are too old, and the counters, which stay true. Its user holds a
// lock.
type snapshot struct {
	maxAge     time.Duration // 0: no bound, for feeds, which have no gauges
	maxSeries  int
	generation func() uint64 // numbers every change

	gauges  []metric.Sample
	at      time.Time // when they were asked for; zero before the first answer
	partial bool      // the vendor said that they are incomplete

	// What batch returned last, and of what it was made.
	last    metric.Batch
	view    *state.View
	fresh   bool
	dropped int
}

// replace takes the gauges of an answer that was asked for at a time. One that
// is incomplete replaces a complete one only when that is too old to be shown.
func (s *snapshot) replace(r metric.Reading, at time.Time) {
	if r.Partial && !s.partial && s.isFresh(at) {
		return
	}
	s.gauges, s.at, s.partial = r.Samples, at, r.Partial
	s.last.Generation = 0
}

func (s *snapshot) isFresh(now time.Time) bool {
	return !s.at.IsZero() && (s.maxAge == 0 || now.Sub(s.at) <= s.maxAge)
}

// batch returns what may be shown at a time, together with the counters as they
// are in a view of the ledger.
func (s *snapshot) batch(now time.Time, counted []metric.Sample, view *state.View) metric.Batch {
	fresh := s.isFresh(now)
	if s.last.Generation != 0 && s.view == view && s.fresh == fresh {
		return s.last
	}
	samples := make([]metric.Sample, 0, len(s.gauges)+len(counted))
	if fresh {
		samples = append(samples, s.gauges...)
	}
	samples, s.dropped = limited(append(samples, counted...), s.maxSeries)
	s.last = metric.Batch{Time: s.at, Generation: s.generation(), Samples: samples}
	s.view, s.fresh = view, fresh
	return s.last
}

// limited returns at most a number of samples and how many it left out. Series
// of single agents go first: the sums that alerts are made of stay.
func limited(samples []metric.Sample, most int) ([]metric.Sample, int) {
	if most <= 0 || len(samples) <= most {
		return samples, 0
	}
	kept := make([]metric.Sample, 0, most)
	for _, single := range []bool{false, true} {
		for _, s := range samples {
			if s.Desc.Has("agent_id") == single && len(kept) < most {
				kept = append(kept, s)
			}
		}
	}
	return kept, len(samples) - len(kept)
}
