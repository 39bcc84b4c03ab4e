package cumulative

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// highWaterMark is what is stored of a row of day totals. The tags are those of earlier
// versions, which stored JSON.
type highWaterMark struct {
	// Day is the vendor's day in which the row was last seen, Restarted the one in
	// which its totals were restarted or first seen; as 2006-01-02.
	Day       string `json:"d,omitempty"`
	Restarted string `json:"r,omitempty"`
	// Believed is when a new day was last believed where the zone is not known; Unix
	// seconds.
	Believed int64 `json:"b,omitempty"`
	// Based is true on the day of the first answer: what the answer lacked is no growth
	// when it comes.
	Based bool `json:"f,omitempty"`
	// Top is by total the highest value of the day, Last the newest one. They
	// differ while the vendor has corrected a total downwards.
	Top  map[string]float64 `json:"t"`
	Last map[string]float64 `json:"l,omitempty"`
	// Owed is by total what was counted of new days that were none: it is taken off the
	// growth to come, on whatever day that is.
	Owed map[string]float64 `json:"o,omitempty"`
}

const (
	highWaterMarkKind = "height"
	// unknownDay is the Restarted of a row whose restart was none, or that was first seen
	// when this day may have begun or not.
	unknownDay = "-"
)

// restarted is a row without totals in the vendor's day.
func restarted(day string) highWaterMark {
	return highWaterMark{Restarted: day, Top: map[string]float64{}, Last: map[string]float64{}}
}

// restart begins a day of the vendor's: its totals are 0, what is owed stays.
func (h *highWaterMark) restart(day string) {
	owed := h.Owed
	*h = restarted(day)
	h.Owed = owed
}

// readRow reads what is stored of a row, maybe under its former key.
func readRow(tx ledger.Tx, row *dayRow) (highWaterMark, error) {
	h, err := readHighWaterMark(tx, row.Key)
	if err != nil || !h.isNew() || row.Former == "" || row.Former == row.Key {
		return h, err
	}
	if h, err = readHighWaterMark(tx, row.Former); err != nil || h.isNew() {
		return h, err
	}
	tx.Put(highWaterMarkKind, tx.Hash(highWaterMarkKind, row.Former), nil)
	h.write(tx, row.Key)
	return h, nil
}

func readHighWaterMark(tx ledger.Tx, key string) (highWaterMark, error) {
	b := tx.Get(highWaterMarkKind, tx.Hash(highWaterMarkKind, key))
	if b == nil {
		return restarted(""), nil
	}
	return decodeHighWaterMark(b)
}

func (h highWaterMark) write(tx ledger.Tx, key string) {
	tx.Put(highWaterMarkKind, tx.Hash(highWaterMarkKind, key), h.encode())
}

// empty reports whether all totals are 0.
func (h highWaterMark) empty() bool {
	for _, v := range h.Top {
		if v > 0 {
			return false
		}
	}
	return true
}

// isNew reports whether nothing is known of the row.
func (h highWaterMark) isNew() bool { return len(h.Top) == 0 && !h.Based }

// base takes the totals of the first answer as what was before: counters begin at 0.
func (h *highWaterMark) base(tx ledger.Tx, row *dayRow, now time.Time) {
	h.Based = true
	for i, s := range row.Totals {
		addTo(tx, s, 0, now)
		h.Top[row.names[i]] = s.Value
	}
}

// count adds the growth of each total and reports whether one was corrected. The growth
// that comes together with a new name is late: the new series is shown at 0 first, so
// that a rate sees it.
func (h highWaterMark) count(tx ledger.Tx, row *dayRow, renamed map[string]bool, late lateGrowth, now time.Time) (corrected bool) {
	var series []byte
	for i, s := range row.Totals {
		last, known := h.last(row.names[i])
		corrected = corrected || known && s.Value < last
		series = s.AppendKey(series[:0])
		growth := h.growth(row.names[i], s.Value, known)
		if growth > 0 && known && renamed[string(series)] {
			late[string(series)] += growth
			growth = 0
		}
		tx.Add(series, nil, growth, now)
	}
	return corrected
}

// growth takes the newest value of a total and returns what is to be added of it.
func (h highWaterMark) growth(k string, value float64, known bool) float64 {
	switch {
	case !known && h.Based:
		h.Top[k] = value
		return 0
	case value < h.Top[k]:
		h.Last[k] = value
		return 0
	}
	growth := h.notOwed(k, value-h.Top[k])
	h.Top[k] = value
	delete(h.Last, k)
	return growth
}

// notOwed returns what is left of a growth once what is owed is taken off.
func (h highWaterMark) notOwed(k string, growth float64) float64 {
	paid := min(growth, h.Owed[k])
	if paid <= 0 {
		return growth
	}
	if h.Owed[k] -= paid; h.Owed[k] <= 0 {
		delete(h.Owed, k)
	}
	return growth - paid
}

// owe notes what was counted of a day that was none.
func (h *highWaterMark) owe(k string, counted float64) {
	if counted <= 0 {
		return
	}
	if h.Owed == nil {
		h.Owed = map[string]float64{}
	}
	h.Owed[k] += counted
}

// last returns the newest value of a total.
func (h highWaterMark) last(k string) (float64, bool) {
	if v, ok := h.Last[k]; ok {
		return v, true
	}
	v, ok := h.Top[k]
	return v, ok
}

// sum returns the newest values of a row's totals, all together.
func (h highWaterMark) sum(row *dayRow) (sum float64) {
	for _, name := range row.names {
		last, _ := h.last(name)
		sum += last
	}
	return sum
}

func sumOf(row *dayRow) (sum float64) {
	for _, s := range row.Totals {
		sum += s.Value
	}
	return sum
}

// dayIsNew reports whether the newest day is too young for another one. A day of the
// future is that of a clock that was wrong.
func (h highWaterMark) dayIsNew(now time.Time) bool {
	age := now.Sub(time.Unix(h.Believed, 0))
	return age < shortestDay && age > -maxSkew
}

// dropped reports whether a total is lower than it was, and half whether all together
// are less than half of what they were.
func (h highWaterMark) dropped(row *dayRow) (dropped, half bool) {
	var before, after float64
	for i, s := range row.Totals {
		last, known := h.last(row.names[i])
		if !known {
			continue
		}
		before += last
		after += s.Value
		dropped = dropped || s.Value < last
	}
	return dropped, after < before/2
}
