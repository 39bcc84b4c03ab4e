package crash

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
)

// historyFile is the environment variable with the name of a file to which every
// counter's samples are written, a line of JSON each, for Prometheus' own engine
// to judge.
const historyFile = "CRASH_HISTORY"

// mostSamples bounds those that are written of one counter.
const mostSamples = 500

// record is what is written of a counter.
type record struct {
	Exporter string            `json:"exporter"`
	Labels   map[string]string `json:"labels"`
	Samples  [][2]float64      `json:"samples"` // Unix seconds and value
	// Truth is what happened after the first sample. That has Total less Truth
	// already: 0, unless the labels cannot be known beforehand.
	Truth float64 `json:"truth"`
	Total float64 `json:"total"`
}

// seen is one sample.
type seen struct {
	at, value float64
	edge      bool // the last one of a process, or the first of the next
}

// remember keeps a sample of a counter, but not those in the middle of a time in
// which it stands still.
func (s *series) remember(at time.Time, v float64) {
	n := len(s.samples)
	now := seen{float64(at.UnixMilli()) / 1000, v, s.edge}
	switch s.edge = false; {
	case n > 0 && s.samples[n-1].at >= now.at:
		return
	case n > 1 && s.samples[n-1].value == v && s.samples[n-2].value == v && !s.samples[n-1].edge && !now.edge:
		s.samples[n-1] = now
	default:
		s.samples = append(s.samples, now)
	}
}

// turn notes that the process ends here.
func (s *series) turn() {
	if n := len(s.samples); n > 0 {
		s.samples[n-1].edge, s.edge = true, true
	}
}

// thinned returns a bounded number of samples: the first, the last, those around
// the restarts, and so many of the others as there is room for.
func (s *series) thinned() (out [][2]float64) {
	last := len(s.samples) - 1
	edges := 2
	for _, p := range s.samples {
		if p.edge {
			edges++
		}
	}
	every := 1
	if room := mostSamples - edges; len(s.samples) > mostSamples {
		every = len(s.samples)/max(1, room) + 1
	}
	for i, p := range s.samples {
		if i == 0 || i == last || p.edge || i%every == 0 {
			out = append(out, [2]float64{p.at, p.value})
		}
	}
	return out
}

// labelsOf returns all labels of a series as PromQL sees them.
func labelsOf(name string, m *dto.Metric) map[string]string {
	out := map[string]string{"__name__": name}
	for _, l := range m.Label {
		out[l.GetName()] = l.GetValue()
	}
	return out
}

// records returns what there is to write of an exporter.
func (x *exporter) records(name string, want map[string]float64) (out []record) {
	got := x.seen.counters()
	for key, total := range want {
		s, ok := got[key]
		if !ok || len(s.samples) == 0 {
			continue // nothing happened, and it wasn't shown
		}
		out = append(out, record{name, s.labels, s.thinned(), total - s.samples[0].value, total})
	}
	return out
}

// write writes what was seen of all exporters to a file.
func (c *campaign) write(t *testing.T, path string, want map[string]float64) {
	t.Helper()
	f := must[*os.File](t)(os.Create(path))
	buffer := bufio.NewWriter(f)
	var errs []error
	lines := 0
	for i, x := range c.exporters {
		for _, r := range x.records(fmt.Sprintf("%s-%d", x.mode, i), want) {
			errs = append(errs, json.NewEncoder(buffer).Encode(r))
			lines++
		}
	}
	check(t, errors.Join(append(errs, buffer.Flush(), f.Close())...))
	t.Logf("%d counters in %s", lines, path)
}

func TestThinnedSamplesKeepTheEdges(t *testing.T) {
	t.Parallel()
	var s series
	for i := range 3 * mostSamples {
		if i%100 == 50 {
			s.turn()
		}
		s.remember(time.UnixMilli(int64(i)*10), float64(i))
	}
	got := s.thinned()
	if len(got) > mostSamples || got[0][1] != 0 || got[len(got)-1][1] != 3*mostSamples-1 {
		t.Errorf("%d samples from %v to %v", len(got), got[0], got[len(got)-1])
	}
	for i := 50; i < 3*mostSamples; i += 100 {
		for _, v := range []float64{float64(i - 1), float64(i)} {
			if !slices.ContainsFunc(got, func(p [2]float64) bool { return p[1] == v }) {
				t.Errorf("the sample %v at a restart is missing", v)
			}
		}
	}
}
