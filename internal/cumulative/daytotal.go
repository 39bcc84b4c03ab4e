package cumulative

import (
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// dayTotals turns rows of totals that the vendor restarts every day into
// counters that only grow.
type dayTotals struct {
	zone *time.Location // of the vendor's day; nil if not known
	// grace is how long around midnight the vendor may take to restart its totals,
	// and how long a row may be away without having been restarted.
	grace time.Duration
	// corrections counts totals that were lowered within a day; nil if not counted.
	corrections *metric.Desc
	kept        records // of each row

	// What is known of the rows of the answer before, polled when it was asked for: a
	// row that stayed away over midnight has been restarted even if its total is
	// higher than it was.
	rows   map[string]*rowWatch
	polled time.Time
	// unsure is true while the clock was set so lately that it is not known whether
	// a midnight was missed.
	unsure bool
	// renamed are the series of this answer that are new because a name changed.
	renamed map[string]bool
	late    lateGrowth // of this answer
	row     dayRow     // that is counted
	// skipped counts the rows of this answer that cannot be true.
	skipped int
}

const (
	// lateRestart is how long after midnight a drop is a new day.
	lateRestart = 3 * time.Hour
	// shortestDay is how long after a new day there is no other one, where the zone is
	// not known: nodes of the vendor that disagree would make one of each turn.
	shortestDay = 18 * time.Hour
	// returnTime is how long after a new day its totals can be found to be those of
	// before, and leastReturn the least that they are then: less is soon reached again.
	returnTime  = 3 * time.Hour
	leastReturn = 10
	// metaDays marks a source whose first answer with day totals has been counted, as a
	// whole or not.
	metaDays    = "day totals"
	daysPartial = 0
	daysWhole   = 1
)

// add counts one answer.
func (d *dayTotals) add(tx ledger.Tx, rows []metric.Row, now time.Time) error {
	if err := takeLate(tx, now); err != nil {
		return err
	}
	d.late = lateGrowth{}
	first := d.first(tx)
	if first {
		putMeta(tx, metaDays, []byte{daysPartial}) // until a whole answer has been counted
	}
	seen := make(map[string]*rowWatch, len(rows))
	d.kept.load(tx, now)
	count := func(row metric.Row) error {
		seen[row.Key] = d.watch(row.Key, first)
		return d.addRow(tx, d.row.of(row), seen[row.Key], len(rows), now)
	}
	var others otherRows
	for _, row := range rows {
		if seen[row.Key] != nil {
			continue // a row delivered twice says nothing new
		}
		if !d.kept.admit(tx, tx.Hash(highWaterMarkKind, row.Key), now) {
			others.add(row)
			continue
		}
		if err := count(row); err != nil {
			return err
		}
	}
	if len(others.totals) > 0 {
		if err := count(others.row()); err != nil {
			return err
		}
	}
	d.rows, d.polled = seen, now
	return d.late.leave(tx)
}

// watch returns what is known of a row.
func (d *dayTotals) watch(key string, first bool) *rowWatch {
	if w := d.rows[key]; w != nil {
		return w
	}
	return &rowWatch{base: first}
}

// otherRows are the rows that have no room: all of them are one row.
type otherRows struct{ totals map[string]*metric.Sample }

func (o *otherRows) add(row metric.Row) {
	if o.totals == nil {
		o.totals = map[string]*metric.Sample{}
	}
	for _, s := range row.Totals {
		s.Labels = othered(&s, IsID)
		if sum := o.totals[s.Key()]; sum != nil {
			sum.Value += s.Value
		} else {
			o.totals[s.Key()] = &s
		}
	}
}

func (o *otherRows) row() metric.Row {
	row := metric.Row{Key: metric.Separator + Other}
	for _, key := range slices.Sorted(maps.Keys(o.totals)) {
		row.Totals = append(row.Totals, *o.totals[key])
	}
	return row
}

// first reports whether no whole answer of the source has been counted yet.
func (d *dayTotals) first(tx ledger.Tx) bool {
	mark := getMeta(tx, metaDays)
	return len(mark) == 0 || mark[0] == daysPartial
}

func (d *dayTotals) addRow(tx ledger.Tx, row *dayRow, w *rowWatch, agents int, now time.Time) error {
	h, err := readRow(tx, row)
	if err != nil {
		return err
	}
	if !w.believes(h, row, agents) {
		d.skipped++
		return nil
	}
	switch {
	case w.base && h.isNew():
		h.base(tx, row, now)
	case d.missed(&h, row.Key, now):
		w.former, w.low = nil, 0
		h.restart(d.day(now))
	case w.returned(h, row, now.Sub(w.believed) > d.grace):
		w.revert(&h)
	case d.newDay(&h, row, w, now):
		former := h
		w.former, w.believed, w.since = &former, now, 0
		h.restart(d.day(now))
		if d.zone == nil {
			h.Believed = now.Unix()
		}
	case w.low > 0:
		w.sum = sumOf(row)
		return nil // the totals before stand until the low ones have stood
	}
	if h.count(tx, row, d.renamed, d.late, now) && d.corrections != nil {
		addTo(tx, d.corrections.Of(0), 1, now)
	}
	d.note(&h, w, now)
	h.write(tx, row.Key)
	return nil
}

// note stores when a row was seen, and whether this day needs a restart: a row without
// any total does not. Where it is first seen soon after midnight, that is not known.
func (d *dayTotals) note(h *highWaterMark, w *rowWatch, now time.Time) {
	if w.since++; now.Sub(w.believed) > returnTime {
		w.former = nil
	}
	if d.zone == nil {
		return
	}
	if h.Day == "" || d.sinceMidnight(now) > d.grace {
		h.Day = d.day(now)
	}
	switch late := d.sinceMidnight(now) > lateRestart; {
	case h.Restarted == "" && !h.empty() && !late:
		h.Restarted = unknownDay
	case h.Restarted == "", h.Restarted == unknownDay && late, h.empty():
		h.Restarted = d.day(now)
	}
}

// newDay reports whether the vendor has restarted the totals of a row since
// they were last seen.
func (d *dayTotals) newDay(h *highWaterMark, row *dayRow, w *rowWatch, now time.Time) bool {
	dropped, half := h.dropped(row)
	switch {
	case !dropped && w.low == 0:
		return false
	case d.zone != nil && (h.Restarted == d.day(now) || d.sinceMidnight(now) > lateRestart):
		w.low = 0
		return false
	case d.zone != nil && h.Restarted != unknownDay && !w.falseDay:
		return true
	case (d.zone == nil || h.Restarted == unknownDay) && !half && w.low == 0:
		return false
	}
	if !w.low.again() || d.zone == nil && h.dayIsNew(now) {
		return false
	}
	w.low, w.falseDay = 0, false
	return true
}

// missed reports whether a row was not seen for so long that the vendor's new day
// cannot have been missed.
func (d *dayTotals) missed(h *highWaterMark, key string, now time.Time) bool {
	if d.unsure || d.zone == nil || h.Day == "" || h.Day == d.day(now) || d.sinceMidnight(now) <= d.grace {
		return false
	}
	return d.rows[key] == nil || now.Sub(d.polled) > d.grace
}

// sinceMidnight returns how old the vendor's day is, if its zone is known.
func (d *dayTotals) sinceMidnight(now time.Time) time.Duration {
	if d.zone == nil {
		return 0
	}
	local := now.In(d.zone)
	return now.Sub(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, d.zone))
}

func (d *dayTotals) day(now time.Time) string {
	if d.zone == nil {
		return ""
	}
	return now.In(d.zone).Format(time.DateOnly)
}
