package liveperson

import "time"

// reach is how far back a source asks that continues at a cursor.
type reach struct {
	// step is what times are rounded to: those of intervals, else a second.
	step time.Duration
	// lookback is how far the first poll goes back, overlap how far each later one goes
	// back behind the one before, for what comes late.
	lookback, overlap time.Duration
	// retention is how far back the vendor answers.
	retention time.Duration
	// longest is the longest time of one poll, of which the rest is left to the next one;
	// 0 for no bound.
	longest time.Duration
}

// timeRange is a time that is asked for.
type timeRange struct {
	from, to time.Time
	gap      time.Duration // that the vendor no longer has
}

// since returns what is asked for at a time, which is the vendor's.
func (r reach) since(now, cursor time.Time) timeRange {
	t := timeRange{to: now}
	earliest := ceilTime(now.Add(-r.retention), r.step)
	switch {
	case cursor.IsZero():
		t.from = now.Add(-r.lookback).Truncate(r.step)
	case cursor.After(now): // the clock went back
		t.from = now.Add(-r.overlap).Truncate(r.step)
	default:
		t.from, t.gap = cursor.Add(-r.overlap), max(0, earliest.Sub(cursor))
	}
	if t.from.Before(earliest) {
		t.from = earliest
	}
	if r.longest > 0 && t.to.Sub(t.from) > r.longest {
		t.to = t.from.Add(r.longest)
	}
	return t
}

// cursorAt returns the cursor of a time; parseCursor reads it.
func cursorAt(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// parseCursor reads a cursor that is a time; the zero time if it is none.
func parseCursor(cursor string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, cursor)
	if err != nil {
		return time.Time{}
	}
	return t
}
