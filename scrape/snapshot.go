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
	// A copy, since append takes up to a quarter more, which an interval long has no use.
	s.gauges, s.at, s.partial = slices.Clone(r.Gauges.Samples), at, r.Partial
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
		samples = counters.Append(slices.Grow(slices.Clip(samples), n), view, before)
	}
	samples, s.dropped = limited(samples, s.maxSeries)
	s.last = metric.Batch{Generation: s.generation(), Samples: samples}
	s.view, s.fresh = view, fresh
	return s.last
}

// limited returns at most a number of samples and how many it left out. Gauges
// of single agents go first, then their counters, then other gauges: the sums that
// alerts are made of stay. Counters are few enough to leave room for gauges: what has no
// room among them is counted as other.
func limited(samples []metric.Sample, most int) ([]metric.Sample, int) {
	if most <= 0 || len(samples) <= most {
		return samples, 0
	}
	kept := make([]metric.Sample, 0, most)
	for rank := range dispensable + 1 {
		for i := 0; i < len(samples) && len(kept) < most; {
			n := together(samples[i:])
			if rankOf(samples[i]) == rank && len(kept)+n <= most {
				kept = append(kept, samples[i:i+n]...)
			}
			i += n
		}
	}
	return kept, len(samples) - len(kept)
}

// together returns how many samples at the beginning say one thing: the states of
// one StateSet, of which one is 1.
func together(samples []metric.Sample) int {
	first := samples[0]
	n := 1
	if first.Desc.Kind != metric.StateSet {
		return n
	}
	for n < len(samples) && samples[n].Desc == first.Desc && sameBut(len(first.Labels)-1, samples[n].Labels, first.Labels) {
		n++
	}
	return n
}

// sameBut reports whether labels are the same but for the one at an index.
func sameBut(at int, a, b []string) bool {
	return slices.Equal(a[:at], b[:at]) && slices.Equal(a[at+1:], b[at+1:])
}

// dispensable is the rank of the series that are left out first.
const dispensable = 3

// rankOf returns how soon a series can be done without.
func rankOf(s metric.Sample) int {
	ofAll := !cumulative.IsOfAgent(&s)
	counted := s.Desc.Kind == metric.Counter || s.Desc.Kind == metric.Histogram
	switch {
	case ofAll && counted:
		return 0
	case ofAll:
		return 1
	case counted:
		return 2
	}
	return dispensable
}
