package state

import "math"

// sum adds floats with compensation: low is the part that high could not hold.
// Whole numbers are exact, and the same values give the same sum in any order.
type sum struct{ high, low float64 }

// add returns s + x; ok is false, and s unchanged, if x is negative, not a
// number, infinite, or too large to be added.
func (s sum) add(x float64) (_ sum, ok bool) {
	if !(x >= 0) {
		return s, false
	}
	high := s.high + x
	part := high - s.high
	low := s.low + (s.high - (high - part)) + (x - part)
	total := high + low
	if math.IsInf(total, 0) || math.IsNaN(total) {
		return s, false
	}
	if total < s.high {
		return s, true
	}
	return sum{total, low - (total - high)}, true
}
