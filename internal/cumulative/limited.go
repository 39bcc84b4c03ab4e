package cumulative

import (
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// Limited returns at most a number of samples and how many it left out. Gauges
// of single agents go first, then their counters, then other gauges: the sums that
// alerts are made of stay. Counters are few enough to leave room for gauges: what has no
// room among them is counted as other.
func Limited(samples []metric.Sample, most int) ([]metric.Sample, int) {
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
	ofAll := !isOfAgent(&s)
	switch {
	case ofAll && counted(&s):
		return 0
	case ofAll:
		return 1
	case counted(&s):
		return 2
	}
	return dispensable
}
