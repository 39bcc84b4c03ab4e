package cumulative

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
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
	// present holds the rows of the answer before, polled when it was asked for:
	// a row that stayed away over midnight has been restarted even if its total
	// is higher than it was.
	present map[string]bool
	polled  time.Time
}

// highWaterMark is what is stored of a row.
type highWaterMark struct {
	// Day is the vendor's day in which Last was seen, as 2006-01-02.
	Day string `json:"d,omitempty"`
	// Top is by total the highest value of the day, Last the newest one. They
	// differ while the vendor has corrected a total downwards.
	Top  map[string]float64 `json:"t"`
	Last map[string]float64 `json:"l,omitempty"`
}

const highWaterMarkKind = "height"

func newHighWaterMark() highWaterMark {
	return highWaterMark{Top: map[string]float64{}, Last: map[string]float64{}}
}

func readHighWaterMark(tx ledger.Tx, key string) (highWaterMark, error) {
	h := newHighWaterMark()
	b := tx.Get(highWaterMarkKind, tx.Hash(highWaterMarkKind, key))
	if b == nil {
		return h, nil
	}
	if err := json.Unmarshal(b, &h); err != nil {
		return h, fmt.Errorf("day totals: %w", err)
	}
	return h, nil
}

func (h highWaterMark) write(tx ledger.Tx, key string) error {
	b, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("%s: %w", highWaterMarkKind, err)
	}
	tx.Put(highWaterMarkKind, tx.Hash(highWaterMarkKind, key), b)
	return nil
}

func (h highWaterMark) clone() highWaterMark {
	return highWaterMark{Day: h.Day, Top: maps.Clone(h.Top), Last: maps.Clone(h.Last)}
}

func (h highWaterMark) equal(o highWaterMark) bool {
	return h.Day == o.Day && maps.Equal(h.Top, o.Top) && maps.Equal(h.Last, o.Last)
}

// add counts one answer.
func (d *dayTotals) add(tx ledger.Tx, rows []metric.Row, now time.Time) error {
	seen := make(map[string]bool, len(rows))
	for _, row := range rows {
		if seen[row.Key] {
			continue // a row delivered twice says nothing new
		}
		seen[row.Key] = true
		if err := d.addRow(tx, row, now); err != nil {
			return err
		}
	}
	d.present, d.polled = seen, now
	return nil
}

func (d *dayTotals) addRow(tx ledger.Tx, row metric.Row, now time.Time) error {
	h, err := readHighWaterMark(tx, row.Key)
	if err != nil {
		return err
	}
	before := h.clone()
	restarted := d.newDay(h, row, now)
	if restarted {
		h = newHighWaterMark()
	}
	if h.count(tx, row, now) && d.corrections != nil {
		addTo(tx, d.corrections.Of(0), 1, now)
	}
	if restarted || h.Day == "" || d.sinceMidnight(now) > d.grace {
		h.Day = d.day(now)
	}
	if h.equal(before) {
		return nil
	}
	return h.write(tx, row.Key)
}

// count adds the growth of each total and reports whether one was corrected.
func (h highWaterMark) count(tx ledger.Tx, row metric.Row, now time.Time) (corrected bool) {
	for _, s := range row.Totals {
		k := totalKey(s)
		last, known := h.last(k)
		corrected = corrected || known && s.Value < last
		addTo(tx, s, 0, now)
		if s.Value < h.Top[k] {
			h.Last[k] = s.Value
			continue
		}
		addTo(tx, s, s.Value-h.Top[k], now)
		h.Top[k] = s.Value
		delete(h.Last, k)
	}
	return corrected
}

// last returns the newest value of a total.
func (h highWaterMark) last(k string) (float64, bool) {
	if v, ok := h.Last[k]; ok {
		return v, true
	}
	v, ok := h.Top[k]
	return v, ok
}

// newDay reports whether the vendor has restarted the totals of a row since
// they were last seen.
func (d *dayTotals) newDay(h highWaterMark, row metric.Row, now time.Time) bool {
	var before, after float64
	dropped := false
	for _, s := range row.Totals {
		last, known := h.last(totalKey(s))
		if !known {
			continue
		}
		before += last
		after += s.Value
		dropped = dropped || s.Value < last
	}
	midnight := h.Day != "" && d.zone != nil && h.Day != d.day(now)
	switch {
	case dropped && after < before/2:
		return true
	case dropped:
		return midnight
	}
	return midnight && d.away(row.Key, now)
}

// away reports whether a row was not seen for so long that the vendor's new day
// cannot have been missed.
func (d *dayTotals) away(key string, now time.Time) bool {
	return d.sinceMidnight(now) > d.grace && (now.Sub(d.polled) > d.grace || !d.present[key])
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

// totalKey names a total within its row: its metric and what tells it from
// others of that metric. Names are left out, so that a service that is renamed
// goes on where it was, and so are agents, of whom a row has one, whether it is
// shown as that agent's or with all others.
func totalKey(s metric.Sample) string {
	parts := []string{s.Desc.Name}
	for i, l := range s.Desc.Labels {
		if l != AgentLabel && !strings.HasSuffix(l, "_name") {
			parts = append(parts, s.Labels[i])
		}
	}
	return strings.Join(parts, metric.Separator)
}
