package cumulative

import (
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// renames finds the series of names that something no longer has: the same metric and
// ids have a series under another name.
type renames struct {
	groups map[string]*group // by metric and labels but names
	old    map[string]*group // by series that are not the newest of their group
	buf    []byte
}

// group is the series of one thing under its names.
type group struct {
	current string
	since   map[string]time.Time // when another became current
}

// renameGrace is how long a series is kept whose name has changed: two look-backs of
// Prometheus, so that a query sees its end.
const renameGrace = 10 * time.Minute

// isName reports whether a label is the name of a thing of the vendor's.
func isName(label string) bool { return strings.HasSuffix(label, "_name") }

func newRenames() renames { return renames{groups: map[string]*group{}, old: map[string]*group{}} }

// note notes that a series grows. It reports whether it is the first under a new name.
func (r *renames) note(s *metric.Sample, now time.Time) (renamed bool) {
	if !slices.ContainsFunc(s.Desc.Labels, isName) {
		return false
	}
	r.buf = append(r.buf[:0], s.Desc.Name...)
	for i, label := range s.Desc.Labels {
		if isName(label) {
			continue
		}
		r.buf = append(append(r.buf, metric.Separator...), s.Labels[i]...)
	}
	g, key := r.groups[string(r.buf)], s.Key()
	switch {
	case g == nil:
		r.groups[string(r.buf)] = &group{current: key, since: map[string]time.Time{}}
		return false
	case g.current == key:
		return false
	}
	_, known := g.since[key]
	delete(g.since, key)
	delete(r.old, key)
	if g.current != "" {
		g.since[g.current] = now
		r.old[g.current] = g
	}
	g.current = key
	return !known
}

// expired returns the series whose name has changed for good.
func (r *renames) expired(now time.Time) (keys []string) {
	for key, g := range r.old {
		if now.Sub(g.since[key]) >= renameGrace {
			keys = append(keys, key)
			delete(g.since, key)
			delete(r.old, key)
		}
	}
	return keys
}
