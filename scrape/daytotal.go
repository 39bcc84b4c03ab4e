package scrape

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// dayCorrections is filled from every source with day totals of an account.
var dayCorrections = &metric.Desc{
	Name: "livevox_day_total_corrections_total",
	Help: "Times that the vendor lowered a total of the current day without a new day having begun.",
	Unit: "{correction}",
	Kind: metric.Counter,
}

// resetGrace is how long around midnight the vendor may take to restart its
// totals, and how long a row may be away without having been restarted.
const resetGrace = 15 * time.Minute

// dayTotals turns rows of totals that the vendor restarts every day into
// counters that only grow.
type dayTotals struct {
	zone *time.Location // of the vendor's day; nil if not known
	// present holds the rows of the answer before, polled when it was asked for:
	// a row that stayed away over midnight has been restarted even if its total
	// is higher than it was.
	present map[string]bool
	polled  time.Time
}

// height is what is kept of a row.
type height struct {
	// Day is the vendor's day in which Last was seen, as 2006-01-02.
	Day string `json:"d,omitempty"`
	// Top is by total the highest value of the day, Last the newest one. They
	// differ while the vendor has corrected a total downwards.
	Top  map[string]float64 `json:"t"`
	Last map[string]float64 `json:"l,omitempty"`
}

const heightKind = "height"

func newHeight() height {
	return height{Top: map[string]float64{}, Last: map[string]float64{}}
}

func readHeight(tx *state.Tx, key string) (height, error) {
	h := newHeight()
	b := tx.Get(heightKind, key)
	if b == nil {
		return h, nil
	}
	if err := json.Unmarshal(b, &h); err != nil {
		return h, fmt.Errorf("day totals: %w", err)
	}
	return h, nil
}

func (h height) write(tx *state.Tx, key string) error {
	b, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("%s: %w", heightKind, err)
	}
	tx.Put(heightKind, key, b)
	return nil
}

func (h height) clone() height {
	return height{Day: h.Day, Top: maps.Clone(h.Top), Last: maps.Clone(h.Last)}
}

func (h height) equal(o height) bool {
	return h.Day == o.Day && maps.Equal(h.Top, o.Top) && maps.Equal(h.Last, o.Last)
}

// add counts one answer.
func (d *dayTotals) add(tx *state.Tx, rows []metric.Row, now time.Time) error {
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

func (d *dayTotals) addRow(tx *state.Tx, row metric.Row, now time.Time) error {
	h, err := readHeight(tx, row.Key)
	if err != nil {
		return err
	}
	before := h.clone()
	restarted := d.newDay(h, row, now)
	if restarted {
		h = newHeight()
	}
	if h.count(tx, row, now) {
		tx.Add(dayCorrections.Of(0).Key(), 1, now)
	}
	if restarted || h.Day == "" || d.sinceMidnight(now) > resetGrace {
		h.Day = d.day(now)
	}
	if h.equal(before) {
		return nil
	}
	return h.write(tx, row.Key)
}

// count adds the growth of each total and reports whether one was corrected.
func (h height) count(tx *state.Tx, row metric.Row, now time.Time) (corrected bool) {
	for _, s := range row.Totals {
		k := totalKey(s)
		last, known := h.last(k)
		corrected = corrected || known && s.Value < last
		tx.Zero(s.Key(), now)
		if s.Value < h.Top[k] {
			h.Last[k] = s.Value
			continue
		}
		tx.Add(s.Key(), s.Value-h.Top[k], now)
		h.Top[k] = s.Value
		delete(h.Last, k)
	}
	return corrected
}

// last returns the newest value of a total.
func (h height) last(k string) (float64, bool) {
	if v, ok := h.Last[k]; ok {
		return v, true
	}
	v, ok := h.Top[k]
	return v, ok
}

// newDay reports whether the vendor has restarted the totals of a row since
// they were last seen.
func (d *dayTotals) newDay(h height, row metric.Row, now time.Time) bool {
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
	return d.sinceMidnight(now) > resetGrace && (now.Sub(d.polled) > resetGrace || !d.present[key])
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
		if l != agentLabel && !strings.HasSuffix(l, "_name") {
			parts = append(parts, s.Labels[i])
		}
	}
	return strings.Join(parts, metric.Separator)
}
