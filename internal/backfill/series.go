package backfill

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// Label is a label of a series.
type Label struct{ Name, Value string }

// Point is a value at a time in Unix milliseconds.
type Point struct {
	At    int64
	Value float64
}

// series is one series of a day: a point for each change of its value. NaN stands
// where it is absent.
type series struct {
	desc    *metric.Desc
	key     string // metric.Sample.Key, of which labels are made when they are written
	part    part
	changes []Point
	seen    int64
}

// part is what a series is of a histogram: a bucket, the sum or the count. Of a counter it
// is empty.
type part struct{ suffix, le string }

// grid is the series that have their points at the same times.
type grid struct {
	ticks  []int64
	series map[string]*series // by metric.Sample.Key
}

// buffer holds the samples of a day until they are written.
type buffer struct {
	own             func(*metric.Desc) []Label // labels that no sample has
	counters, gauge grid
}

func newBuffer(own func(*metric.Desc) []Label) *buffer {
	return &buffer{own: own, counters: grid{series: map[string]*series{}}, gauge: grid{series: map[string]*series{}}}
}

// at begins a time of the grid, which must be later than those before.
func (g *grid) at(tick int64) { g.ticks = append(g.ticks, tick) }

// set gives a series its value at the newest time. It returns the series where it was
// absent before.
func (g *grid) set(key string, value float64, create func() *series) (appeared *series) {
	s := g.series[key]
	if s == nil {
		s = create()
		g.series[key] = s
	}
	now := g.ticks[len(g.ticks)-1]
	last := math.NaN()
	if n := len(s.changes); n > 0 {
		last = s.changes[n-1].Value
	}
	s.seen = now
	if last != value {
		s.changes = append(s.changes, Point{now, value})
	}
	if math.IsNaN(last) {
		return s
	}
	return nil
}

// precede makes a series that has just appeared 0 at the time before.
func (g *grid) precede(s *series) {
	n := len(g.ticks)
	newest := s.changes[len(s.changes)-1]
	if n < 2 || newest.Value == 0 {
		return
	}
	s.changes = append(s.changes[:len(s.changes)-1], Point{g.ticks[n-2], 0}, newest)
	if k := len(s.changes) - 3; k >= 0 && s.changes[k].At == s.changes[k+1].At {
		s.changes = slices.Delete(s.changes, k, k+1)
	}
}

// end notes which series were not set at the newest time.
func (g *grid) end() {
	now := g.ticks[len(g.ticks)-1]
	for _, s := range g.series {
		if n := len(s.changes); s.seen != now && n > 0 && !math.IsNaN(s.changes[n-1].Value) {
			s.changes = append(s.changes, Point{now, math.NaN()})
		}
	}
}

// next begins a day with the newest time of the one before.
func (g *grid) next() {
	if len(g.ticks) == 0 {
		return
	}
	now := g.ticks[len(g.ticks)-1]
	g.ticks = append(g.ticks[:0], now)
	for key, s := range g.series {
		last := s.changes[len(s.changes)-1]
		if math.IsNaN(last.Value) {
			delete(g.series, key)
			continue
		}
		s.changes = append(s.changes[:0], Point{now, last.Value})
	}
}

// points appends the points of a series before a time.
func (g *grid) points(to []Point, s *series, until int64) []Point {
	i := -1
	for _, tick := range g.ticks {
		if tick >= until {
			break
		}
		for i+1 < len(s.changes) && s.changes[i+1].At <= tick {
			i++
		}
		if i >= 0 && !math.IsNaN(s.changes[i].Value) {
			to = append(to, Point{tick, s.changes[i].Value})
		}
	}
	return to
}

// Day is the samples of a UTC day, or the part of it that is filled back.
type Day struct {
	Begin  time.Time
	buffer *buffer
	until  int64 // without it
}

// Series is a series of a Day. Its Points are valid until the next one.
type Series struct {
	Desc   *metric.Desc
	Name   string  // with the suffix of a series of a histogram
	Labels []Label // by name
	Points []Point
}

// All calls yield with each series, sorted by name and labels, until it returns an error.
func (d Day) All(yield func(Series) error) error {
	var points []Point
	for _, entry := range d.sorted() {
		points = entry.grid.points(points[:0], entry.series, d.until)
		if len(points) == 0 {
			continue
		}
		if err := yield(Series{entry.desc, entry.desc.Name + entry.part.suffix, d.buffer.labelsOf(entry.series), points}); err != nil {
			return err
		}
	}
	return nil
}

type entry struct {
	*series
	grid *grid
}

func (d Day) sorted() []entry {
	var all []entry
	for _, g := range []*grid{&d.buffer.counters, &d.buffer.gauge} {
		for s := range maps.Values(g.series) {
			if s.desc != nil {
				all = append(all, entry{s, g})
			}
		}
	}
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(strings.Compare(a.desc.Name, b.desc.Name), strings.Compare(a.part.suffix, b.part.suffix),
			strings.Compare(a.key, b.key), strings.Compare(a.part.le, b.part.le))
	})
	return all
}

// labelsOf returns the labels of a series, sorted by name; empty ones are none.
func (b *buffer) labelsOf(s *series) []Label {
	labels := append(slices.Clone(b.own(s.desc)), Label{"le", s.part.le})
	if len(s.desc.Labels) > 0 {
		values := strings.Split(s.key, metric.Separator)[1:]
		for i, name := range s.desc.Labels {
			labels = append(labels, Label{name, values[i]})
		}
	}
	labels = slices.DeleteFunc(labels, func(l Label) bool { return l.Value == "" })
	slices.SortFunc(labels, func(x, y Label) int { return strings.Compare(x.Name, y.Name) })
	return labels
}
