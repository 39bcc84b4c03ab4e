package livevox

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// holdOffset is how much too early the vendor stamps the beginning of a hold: its
// own sample has it exactly three hours before the answer, a local time taken for
// another zone's. It is learnt from the holds that are new in an answer, which are
// younger than the time since the one before. The zero value knows nothing. It is
// used by one goroutine.
type holdOffset struct {
	offset         time.Duration
	learned        bool
	contradictions int // new holds in a row that say something else

	before map[holdKey]bool // the holds of the answer before
	at     time.Time        // the vendor's time of it
}

// holdKey is what a hold is known by; it has no id.
type holdKey struct {
	service, skill livevox.ID
	since          int64
}

const (
	// holdZone is what offsets of zones are multiples of.
	holdZone = 15 * time.Minute
	// maxHoldGap is how far apart two answers may be for their difference to be
	// told from an offset.
	maxHoldGap = 10 * time.Minute
	// holdRounding is how far the stamps may be from the truth.
	holdRounding = time.Minute
	// maxContradictions is how many new holds in a row change a known offset.
	maxContradictions = 2
)

// learn takes the holds of an answer.
func (h *holdOffset) learn(calls livevox.CallsOnHold) {
	now := map[holdKey]bool{}
	at := calls.Server.Time
	gap := at.Sub(h.at)
	usable := !at.IsZero() && !h.at.IsZero() && gap > 0 && gap <= maxHoldGap
	for _, row := range calls.Rows {
		if row.Since.IsZero() {
			continue
		}
		key := holdKey{row.ID, row.SkillID, row.Since.UnixMilli()}
		now[key] = true
		if usable && !h.before[key] {
			h.take(at.Sub(row.Since.Time), gap)
		}
	}
	h.before, h.at = now, at
}

// take learns from the age that a hold seems to have; it began within the last gap.
func (h *holdOffset) take(age, gap time.Duration) {
	offset := (age + holdRounding).Truncate(holdZone)
	if offset > age+holdRounding { // before zero Truncate rounds up
		offset -= holdZone
	}
	switch rest := age - offset; {
	case rest > gap+holdRounding: // the hold is not new
	case h.learned && offset == h.offset:
		h.contradictions = 0
	case h.learned && h.contradictions+1 < maxContradictions:
		h.contradictions++
	default:
		h.offset, h.learned, h.contradictions = offset, true, 0
	}
}

// start returns when a hold began; the zero time where that isn't known. One that
// begins a little after the answer is only rounded.
func (h *holdOffset) start(row livevox.CallOnHold) time.Time {
	since, server := row.Since.Time, row.Server.Time
	if since.IsZero() || server.IsZero() {
		return time.Time{}
	}
	since = since.Add(h.offset)
	age := server.Sub(since)
	switch {
	case age < -holdRounding:
		return time.Time{}
	case age < 0:
		return server
	case !h.learned && age >= time.Hour-holdRounding:
		return time.Time{} // it may be an offset
	}
	return since
}
