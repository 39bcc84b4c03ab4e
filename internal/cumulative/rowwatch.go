package cumulative

import (
	"math"
	"time"
)

// rowWatch is what is known of a row from one poll to the next, but not over a restart.
type rowWatch struct {
	// low is for how many polls totals that fell have stood, sum what they were last,
	// all together.
	low standing
	sum float64
	// former is what was known before a new day that was believed at a time; nil
	// without one, and returnTime later. Soon after, no row can have grown to its former
	// height, and later none can at once.
	former   *highWaterMark
	believed time.Time
	since    int
	// falseDay is true once a new day was believed that was none: the next one has
	// to stand.
	falseDay bool
	// base is true for a row of the first answer: its totals are what was before.
	base  bool
	jumps map[string]jump
}

// standing is for how many polls in a row something has been so that is hard to believe.
type standing int

// standingPolls is how many polls in a row have to agree before it is believed.
const standingPolls = 3

// again counts a poll that agrees, and reports whether enough have.
func (s *standing) again() bool {
	*s++
	return *s >= standingPolls
}

// jump is a total that cannot have grown as much as it seems.
type jump struct {
	value float64
	standing
}

// believes reports whether the totals of a row can be true. A growth that is not
// plausible is believed once it has stood.
func (w *rowWatch) believes(h highWaterMark, row *dayRow, agents int) bool {
	var jumps map[string]jump
	ok := true
	for i, s := range row.Totals {
		k, limit := row.names[i], maxGrowth(&s, agents)
		switch {
		case !(s.Value >= 0 && s.Value <= maxTotal):
			ok = false
		case s.Value-h.Top[k] > limit:
			j := w.jumps[k]
			if math.Abs(s.Value-j.value) > limit {
				j.standing = 0
			}
			j.value = s.Value
			ok = j.again() && ok
			if jumps == nil {
				jumps = map[string]jump{}
			}
			jumps[k] = j
		}
	}
	w.jumps = jumps
	return ok
}

// returned reports whether the totals of a row are back at their former height, so
// that what seemed to be a new day was none. Later on, only a jump to that height says so.
func (w *rowWatch) returned(h highWaterMark, row *dayRow, later bool) bool {
	height, sum, least := h, w.sum, 0.
	switch {
	case w.former != nil:
		height, sum, least = *w.former, h.sum(row), leastReturn
		later = later || w.since > standingPolls
	case w.low == 0:
		return false
	default:
		later = w.low >= standingPolls
	}
	for i, s := range row.Totals {
		if last, _ := height.last(row.names[i]); s.Value < last {
			return false
		}
	}
	if before := height.sum(row); later && (sum >= before/2 || before < least) {
		return false
	}
	return !height.empty()
}

// revert makes h what it was before a new day that was none. What was counted of it
// is taken off the growth to come, of this day or of later ones: counters don't fall, and
// nodes of the vendor that disagree add what they say once, however often they do.
func (w *rowWatch) revert(h *highWaterMark) {
	if w.former != nil {
		for k, v := range w.former.Top {
			h.owe(k, h.Top[k])
			h.Top[k] = v
			h.Last[k], _ = w.former.last(k)
		}
		h.Restarted, h.Based = unknownDay, w.former.Based
		w.falseDay = true
	}
	w.former, w.low = nil, 0
}
