// Package cumulative turns what vendors report into counters that only grow and that
// count everything once: events, closed intervals, totals that restart every day and
// the time spent in states. It bounds how many series and label values there are. It
// knows no vendor.
package cumulative

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/clock"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// Options are what is counted of a source, and how.
type Options struct {
	// Source is the value of the label source.
	Source string
	// Feed is true for a source whose vendor keeps events for a while only: where the
	// state is lost, there is a gap. Resumes is true for a feed and for a polled source
	// that continues where it was: events may be repeated, or missing.
	Feed, Resumes bool
	// Descs are the metrics of the source.
	Descs []*metric.Desc
	// Dropped are metrics that the configuration leaves out: their series are deleted.
	Dropped []*metric.Desc
	// MaxSeries and MaxLabelValues bound what is shown; 0 is no bound.
	MaxSeries, MaxLabelValues int
	// PruneAfter is how long a counter is kept that doesn't grow; 0 is for ever.
	PruneAfter time.Duration
	// Identity names how agents are shown: counters of single agents start again when
	// it changes.
	Identity string
	// Zone is where the vendor's day ends, nil if that is not known; ResetGrace how
	// long after midnight it may take to restart its totals.
	Zone       *time.Location
	ResetGrace time.Duration
	// Corrections counts totals that the vendor lowered within a day; nil if they are
	// not counted. It has no labels.
	Corrections *metric.Desc
}

// Counters is everything that a source counts. What is shown is what the ledger
// has committed, never more.
type Counters struct {
	options   Options
	clock     clock.Clock
	stepped   time.Time // when the clock was set; zero if it wasn't
	ofAgents  bool      // whether single agents are counted
	ledger    ledger.Ledger
	descs     map[string]*metric.Desc // by name
	days      dayTotals
	events    eventCounter
	intervals intervalCounter
	labels    cardinality
	pruned    time.Time
	begun     bool // whether a whole answer was counted

	pending []func(ledger.Tx) // what Resume and TakeOver could not write

	mu    sync.Mutex
	place Position
}

// pruneEvery is how often counters that are not used are looked for.
const pruneEvery = time.Hour

// New returns the counters of a ledger. Resume and TakeOver must be called before the
// first Add.
func New(l ledger.Ledger, o Options) *Counters {
	n := &Counters{
		options:   o,
		ledger:    l,
		descs:     map[string]*metric.Desc{},
		days:      dayTotals{zone: o.Zone, grace: o.ResetGrace, corrections: o.Corrections, kept: newRecords(highWaterMarkKind, o.MaxSeries)},
		events:    eventCounter{source: o.Source, states: newRecords(stateKind, o.MaxSeries)},
		intervals: intervalCounter{kept: newRecords(intervalKind, o.MaxSeries)},
		labels:    newCardinality(o.MaxLabelValues, o.MaxSeries),
	}
	for _, d := range append(feedDescs(), o.Descs...) {
		n.descs[d.Name] = d
		n.ofAgents = n.ofAgents || d.Kind == metric.Counter && d.Has(AgentLabel)
	}
	return n
}

// metaEpoch is the epoch of the store in which a source last worked.
const metaEpoch = "epoch"

// Resume reads where an earlier process stood. If the disk is full, what it has to
// write is written with the first answer: nothing is counted before that.
func (n *Counters) Resume(store ledger.Store, now time.Time) error {
	n.place = positionOf(n.ledger, now.Add(maxSkew))
	return n.write(func(tx ledger.Tx) { n.enterEpoch(tx, store, now) })
}

// write lets do write, with the first answer that is stored if it cannot be now.
func (n *Counters) write(do func(ledger.Tx)) error {
	err := n.ledger.Update(func(tx ledger.Tx) error { do(tx); return nil })
	if err != nil {
		n.pending = append(n.pending, do)
	}
	return err
}

// enterEpoch stores the epoch in which the source works. If what an earlier process
// knew is lost, the missed events are not known: a feed has a gap.
func (n *Counters) enterEpoch(tx ledger.Tx, store ledger.Store, now time.Time) {
	if n.options.Resumes {
		for _, d := range feedDescs() { // so that a rate sees the first event
			addTo(tx, d.Of(0, n.options.Source), 0, now)
		}
	}
	number, continued := store.Epoch()
	epoch := binary.BigEndian.AppendUint64(nil, number)
	last := getMeta(tx, metaEpoch)
	if bytes.Equal(last, epoch) {
		return
	}
	putMeta(tx, metaEpoch, epoch)
	if last == nil && continued || !n.options.Feed {
		return
	}
	gap := time.Duration(0)
	if !n.place.UpTo.IsZero() {
		gap = max(0, now.Sub(n.place.UpTo))
	}
	n.countGap(tx, gap, now)
}

func (n *Counters) countGap(tx ledger.Tx, gap time.Duration, now time.Time) {
	addTo(tx, feedGaps.Of(0, n.options.Source), 1, now)
	addTo(tx, feedGapSeconds.Of(0, n.options.Source), gap.Seconds(), now)
}

// Limit takes records out of an answer that cannot be true and keeps it within the
// number of label values and of series. It returns how many samples were changed to
// Other, by label.
func (n *Counters) Limit(r *metric.Reading, now time.Time) map[string]int {
	if n.clock.Step(now) != 0 {
		n.stepped = now
	}
	n.dropImpossible(r, now)
	n.labels.limit(r, now)
	return n.labels.overflow
}

// Cursor returns where the next answer continues.
func (n *Counters) Cursor() string { return n.ledger.View().Cursor() }

// Add counts an answer: all of it is committed, with the cursor that follows it,
// or nothing is. It adds what it finds about the answer to r.Unknown and r.Skipped:
// fields of the events that are new, and records that cannot be true. An answer without
// a new event is no reason to ask for more at once.
func (n *Counters) Add(r *metric.Reading, now time.Time) error {
	if !counts(r) && !n.firstOfDays(r) {
		return nil
	}
	var place Position
	err := n.ledger.Update(func(tx ledger.Tx) error {
		place = n.Position().after(*r)
		for _, do := range n.pending {
			do(tx)
		}
		place.write(tx)
		return n.stage(touching{tx, &n.labels.series}, *r, now)
	})
	if err != nil {
		return fmt.Errorf("counting: %w", err)
	}
	n.pending = nil
	r.Unknown = append(r.Unknown, n.events.unknown...)
	r.Events.More = r.Events.More && !n.events.repeats
	r.Skipped += n.days.skipped
	n.begun = n.begun || !r.Partial
	clear(n.labels.series.evicted)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.place = place
	return nil
}

// Position returns where the events of the source stand.
func (n *Counters) Position() Position {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.place
}

// counts reports whether an answer has anything to count.
func counts(r *metric.Reading) bool {
	return len(r.Totals)+len(r.Intervals.List)+len(r.Events.List) > 0 || moves(r.Intervals.Progress) || moves(r.Events.Progress)
}

// firstOfDays reports whether an answer is the first whole one of a source of day
// totals: rows that come later are growth, even if it has none.
func (n *Counters) firstOfDays(r *metric.Reading) bool {
	return n.options.Corrections != nil && !n.begun && !r.Partial
}

func moves(p metric.Progress) bool {
	return len(p.Zero) > 0 || p.Cursor != "" || p.Gap > 0 || !p.FinalUntil.IsZero()
}

// stage puts an answer into a transaction.
func (n *Counters) stage(tx ledger.Tx, r metric.Reading, now time.Time) error {
	past := startingAt(tx, &r, n.Position().UpTo, now)
	n.advance(past, r.Intervals.Progress, now)
	n.advance(past, r.Events.Progress, now)
	n.days.skipped, n.days.renamed = 0, n.labels.renamed
	n.days.unsure = !n.stepped.IsZero() && now.Sub(n.stepped) < 24*time.Hour
	if !n.stepped.IsZero() && timeOf(getMeta(tx, metaStep)).Before(n.stepped) {
		putMeta(tx, metaStep, bytesOf(n.stepped))
	}
	latest := maxTime(now, n.clock.Steady(now)).Add(maxSkew)
	if len(r.Totals) > 0 {
		if d := n.options.Corrections; d != nil {
			addTo(tx, d.Of(0), 0, now)
		}
		if err := n.days.add(tx, r.Totals, now); err != nil {
			return err
		}
	}
	if n.options.Corrections != nil && !r.Partial {
		putMeta(tx, metaDays, []byte{daysWhole})
	}
	n.intervals.add(past, r.Intervals, latest, now)
	if err := n.events.add(past, r.Events, latest, now); err != nil {
		return err
	}
	if evicted := n.labels.series.evicted; len(evicted) > 0 {
		tx.DropSeries(func(s ledger.Series) bool { return evicted[n.labels.series.hashOf(s)] })
	}
	if now.Sub(n.pruned) < pruneEvery {
		return nil
	}
	n.pruned = now
	return n.prune(tx, now)
}

const (
	// metaStep is when the clock was set, or the exporter was away so long that it may
	// have been; metaAlive is when the source was last at work, to an hour.
	metaStep  = "clock set"
	metaAlive = "alive"
	// longAway is how long a source is away before its clock is not believed.
	longAway = 24 * time.Hour
)

// prune drops what is not used. How long that is the clock says, so that nothing is
// dropped until as much time has passed since the clock was set.
func (n *Counters) prune(tx ledger.Tx, now time.Time) error {
	alive := timeOf(getMeta(tx, metaAlive))
	putMeta(tx, metaAlive, bytesOf(now))
	set := timeOf(getMeta(tx, metaStep))
	if away := now.Round(0).Sub(alive); !alive.IsZero() && (away > longAway || away < -clock.MaxDrift) || set.After(now) {
		set = now
		putMeta(tx, metaStep, bytesOf(now))
	}
	sure := now.Round(0).Sub(set)
	if after := n.options.PruneAfter; after > 0 && sure >= after {
		tx.DropIdle(now.Add(-after))
	}
	if sure < 2*endedKept {
		return nil
	}
	return forgetEnded(tx, now)
}

// advance stores how far a part of an answer has come.
func (n *Counters) advance(tx ledger.Tx, p metric.Progress, now time.Time) {
	for _, s := range p.Zero {
		addTo(tx, s, 0, now)
	}
	if p.Gap > 0 {
		n.countGap(tx, p.Gap, now)
	}
	if p.Cursor != "" {
		tx.SetCursor(p.Cursor)
	}
}

// View returns what was committed last.
func (n *Counters) View() ledger.View { return n.ledger.View() }

// Append appends the counters of a view to samples. They are kept where they are shown
// and not here. before are those of an earlier view, or nil: two copies of the labels of
// every series would be in memory until the earlier ones are no longer shown.
func (n *Counters) Append(samples []metric.Sample, view ledger.View, before []metric.Sample) []metric.Sample {
	for key, value := range view.All() {
		switch {
		case len(before) > 0 && isSeries(&before[0], key):
		case len(before) > 1 && isSeries(&before[1], key):
			before = before[1:] // a series was dropped
		default:
			if s, ok := n.sample(key, value); ok {
				samples = append(samples, s)
			}
			continue
		}
		samples = append(samples, valued(before[0].Desc, value, before[0].Labels))
		before = before[1:]
	}
	return samples
}

// isSeries reports whether a sample is of a series.
func isSeries(s *metric.Sample, series ledger.Series) bool {
	rest, ok := series.Labels, series.Metric == s.Desc.Name
	for i := 0; ok && i < len(s.Labels); i++ {
		if rest, ok = strings.CutPrefix(rest, metric.Separator); ok {
			rest, ok = strings.CutPrefix(rest, s.Labels[i])
		}
	}
	return ok && rest == "" && len(s.Labels) > 0
}

func valued(d *metric.Desc, v ledger.Value, labels []string) metric.Sample {
	s := d.Of(v.Value, labels...).From(v.Since)
	s.Histogram = v.Histogram
	return s
}

// all yields the counters of a view.
func (n *Counters) all(view ledger.View) iter.Seq[metric.Sample] {
	return func(yield func(metric.Sample) bool) {
		for key, value := range view.All() {
			if s, ok := n.sample(key, value); ok && !yield(s) {
				return
			}
		}
	}
}

// sample turns a series of the ledger back into a sample. A series whose metric
// is gone, as after an upgrade, is not shown.
func (n *Counters) sample(series ledger.Series, v ledger.Value) (metric.Sample, bool) {
	d := n.descs[series.Metric]
	if d == nil {
		return metric.Sample{}, false
	}
	var labels []string
	if rest, labelled := strings.CutPrefix(series.Labels, metric.Separator); labelled && len(d.Labels) > 0 {
		labels = strings.Split(rest, metric.Separator)
	}
	if len(labels) != len(d.Labels) {
		return metric.Sample{}, false
	}
	return valued(d, v, labels), true
}

// Corrections returns how often the vendor lowered the source's day totals; false if
// it has none.
func (n *Counters) Corrections() (s metric.Sample, found bool) {
	d := n.options.Corrections
	if d == nil {
		return s, false
	}
	name := ledger.SeriesOf(d.Of(0).Key())
	for key, value := range n.View().All() { // it is among the first
		if key == name {
			return d.Of(value.Value).From(value.Since), true
		}
	}
	return s, false
}

// FeedSamples returns how far the events of the source have been counted.
func (n *Counters) FeedSamples() []metric.Sample { return n.Position().samples(n.options.Source) }

// Descs are the metrics of every source that counts events.
func Descs() []*metric.Desc {
	return []*metric.Desc{feedEvents, feedDuplicates, feedCursor, feedLastEvent, feedGaps, feedGapSeconds}
}
