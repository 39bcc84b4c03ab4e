package scrape

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// counters is everything that a source counts. What is shown is what the ledger
// has committed, never more.
type counters struct {
	source  string
	feed    bool
	follows bool // repeats and gaps can happen
	// identity is that of identityOf; ofAgents whether single agents are counted.
	identity string
	ofAgents bool
	ledger   *state.Ledger
	descs    map[string]*metric.Desc // by name
	days     dayTotals
	events   eventCounter
	labels   bounds

	pruneAfter time.Duration // 0: never
	pruned     time.Time

	begin func(*state.Tx) // what resume could not write, or nil

	mu    sync.Mutex
	place position
	view  *state.View // that shown is from
	shown []metric.Sample
}

// pruneEvery is how often counters that nobody needs are looked for.
const pruneEvery = time.Hour

func newCounters(c collector.Collector, l *state.Ledger, zone *time.Location) *counters {
	n := &counters{
		source:  c.Name,
		feed:    c.Feed,
		follows: c.Feed || c.Follows,
		ledger:  l,
		descs:   map[string]*metric.Desc{},
		days:    dayTotals{zone: zone},
		events:  eventCounter{source: c.Name},
		labels:  bounds{most: c.Config.MaxLabelValues, series: c.Config.MaxSeries, known: map[string]map[string]bool{}},
	}
	for _, d := range append(feedDescs(), c.Descs...) {
		n.descs[d.Name] = d
		n.ofAgents = n.ofAgents || d.Kind == metric.Counter && d.Has(agentLabel)
	}
	return n
}

// metaEpoch is the epoch of the store in which a source was last at work.
const metaEpoch = "epoch"

// resume reads where an earlier process stood. What it has to write goes with the
// first answer if the disk is full: nothing is lost, for nothing is counted before.
func (n *counters) resume(store *state.Store, now time.Time) error {
	n.begin = func(tx *state.Tx) { n.enterEpoch(tx, store, now) }
	err := n.ledger.Update(func(tx *state.Tx) error {
		n.place = readPosition(tx)
		n.begin(tx)
		return nil
	})
	if err == nil {
		n.begin = nil
	}
	return err
}

// enterEpoch notes the epoch in which the source is at work. If what an earlier
// process knew is lost, nobody can say which events were missed: a feed has a gap.
func (n *counters) enterEpoch(tx *state.Tx, store *state.Store, now time.Time) {
	if n.follows {
		for _, d := range feedDescs() { // so that the first event of all is seen
			tx.Zero(d.Of(0, n.source).Key(), now)
		}
	}
	epoch := binary.BigEndian.AppendUint64(nil, store.Epoch().Number)
	last := tx.Get(metaKind, metaEpoch)
	if bytes.Equal(last, epoch) {
		return
	}
	tx.Put(metaKind, metaEpoch, epoch)
	fresh := last == nil && (store.Origin() == state.First || store.Origin() == state.Resumed)
	if fresh || !n.feed {
		return
	}
	gap := time.Duration(0)
	if !n.place.upTo.IsZero() {
		gap = max(0, now.Sub(n.place.upTo))
	}
	n.countGap(tx, gap, now)
}

func (n *counters) countGap(tx *state.Tx, gap time.Duration, now time.Time) {
	tx.Add(feedGaps.Of(0, n.source).Key(), 1, now)
	tx.Add(feedGapSeconds.Of(0, n.source).Key(), gap.Seconds(), now)
}

// bound keeps an answer within the number of label values and of series.
func (n *counters) bound(r *metric.Reading) { n.labels.reading(r, n.ledger.View().Len) }

// cursor returns where the next answer goes on.
func (n *counters) cursor() string { return n.ledger.View().Cursor }

// add counts an answer: all of it is committed, with the cursor that follows it,
// or nothing is. It returns what the events that it had not met before hold that is
// unknown.
func (n *counters) add(r metric.Reading, now time.Time) (unknown []string, err error) {
	if !counts(r) {
		return nil, nil
	}
	var place position
	err = n.ledger.Update(func(tx *state.Tx) error {
		place = n.position().after(r)
		if n.begin != nil {
			n.begin(tx)
		}
		place.write(tx)
		return n.stage(tx, r, now)
	})
	if err != nil {
		return nil, fmt.Errorf("counting: %w", err)
	}
	n.begin = nil
	n.mu.Lock()
	defer n.mu.Unlock()
	n.place = place
	return n.events.unknown, nil
}

func (n *counters) position() position {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.place
}

// counts reports whether an answer has anything to count.
func counts(r metric.Reading) bool {
	return len(r.Rows)+len(r.Buckets)+len(r.Events)+len(r.Zero) > 0 || r.Cursor != "" || r.Gap > 0 || !r.Settled.IsZero()
}

func (n *counters) stage(tx *state.Tx, r metric.Reading, now time.Time) error {
	for _, s := range r.Zero {
		tx.Zero(s.Key(), now)
	}
	if len(r.Rows) > 0 {
		tx.Zero(dayCorrections.Of(0).Key(), now)
		if err := n.days.add(tx, r.Rows, now); err != nil {
			return err
		}
	}
	if r.Gap > 0 {
		n.countGap(tx, r.Gap, now)
	}
	addBuckets(tx, r.Buckets, r.Settled, now)
	if err := n.events.add(tx, r, now); err != nil {
		return err
	}
	if r.Cursor != "" {
		tx.SetCursor(r.Cursor)
	}
	if now.Sub(n.pruned) < pruneEvery {
		return nil
	}
	n.pruned = now
	if n.pruneAfter > 0 {
		tx.DropIdle(now.Add(-n.pruneAfter))
	}
	return n.events.forgetEnded(tx, now)
}

// samples returns the committed counters and the view that they are from.
func (n *counters) samples() ([]metric.Sample, *state.View) {
	view := n.ledger.View()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.view == view {
		return n.shown, view
	}
	n.view = view
	n.shown = n.shown[:0:0]
	for key, value := range view.All() {
		if s, ok := n.sample(key, value); ok {
			n.shown = append(n.shown, s)
		}
	}
	return n.shown, view
}

// sample turns a series of the ledger back into a sample. A series whose metric
// is gone, as after an upgrade, is not shown.
func (n *counters) sample(key string, v state.Value) (metric.Sample, bool) {
	name, rest, labelled := strings.Cut(key, metric.Separator)
	d := n.descs[name]
	if d == nil {
		return metric.Sample{}, false
	}
	var labels []string
	if labelled && len(d.Labels) > 0 {
		labels = strings.Split(rest, metric.Separator)
	}
	if len(labels) != len(d.Labels) {
		return metric.Sample{}, false
	}
	s := d.Of(v.Value, labels...)
	s.Since = v.Since
	if h := v.Histogram; h != nil {
		s.Histogram = &metric.Distribution{Count: h.Count, Sum: h.Sum, Counts: h.Counts, Zero: h.Zero, Native: h.Native}
	}
	return s, true
}

// corrections returns how often the vendor corrected the source's day totals;
// false if it has none.
func (n *counters) corrections() (metric.Sample, bool) {
	v, ok := n.ledger.View().Value(dayCorrections.Of(0).Key())
	if !ok {
		return metric.Sample{}, false
	}
	s := dayCorrections.Of(v.Value)
	s.Since = v.Since
	return s, true
}
