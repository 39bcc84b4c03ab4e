package cumulative

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// lateGrowth is growth, by series, that is added with the next answer.
type lateGrowth map[string]float64

// metaLate is where it is stored.
const metaLate = "late"

// takeLate adds the growth that the answer before left.
func takeLate(tx ledger.Tx, now time.Time) error {
	stored := getMeta(tx, metaLate)
	if stored == nil {
		return nil
	}
	var late lateGrowth
	if err := json.Unmarshal(stored, &late); err != nil {
		return fmt.Errorf("late growth: %w", err)
	}
	for series, growth := range late {
		tx.Add([]byte(series), nil, growth, now)
	}
	putMeta(tx, metaLate, nil)
	return nil
}

// leave stores the growth for the next answer.
func (g lateGrowth) leave(tx ledger.Tx) error {
	if len(g) == 0 {
		return nil
	}
	b, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("late growth: %w", err)
	}
	putMeta(tx, metaLate, b)
	return nil
}
