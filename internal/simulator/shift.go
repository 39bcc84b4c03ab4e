package simulator

import (
	"math"
	"time"
)

// shift is when an agent works: from a time of day, for some hours, every day of the model.
type shift struct{ start, length time.Duration }

// newShift is the shift of the nth agent. The centre works round the clock: most begin in the morning, a fifth works at
// night. Agents are dealt out evenly, so that a small centre has no hour without agents either.
func newShift(n int, d dice) shift {
	begins := [...][2]time.Duration{
		{5 * time.Hour, 9 * time.Hour},
		{10 * time.Hour, 13 * time.Hour},
		{14 * time.Hour, 17 * time.Hour},
		{20*time.Hour + 30*time.Minute, 24 * time.Hour},
		{0, 24 * time.Hour},
	}
	const golden = 0.618033988749895
	_, at := math.Modf(float64(n) * golden)
	b := begins[weighed(at, 30, 20, 16, 22, 12)]
	length := 8 * time.Hour
	if d.chance(0.15) {
		length = 6 * time.Hour
	}
	return shift{d.between(b[0], b[1]), length}
}

// left is how long the shift still lasts at a time of day, 0 outside it.
func (s shift) left(at time.Duration) time.Duration {
	const day = 24 * time.Hour
	since := (at - s.start + day) % day
	return max(0, s.length-since)
}

// next is the first instant after at on which the shift begins.
func (s shift) next(c clock, after int64) int64 {
	t := c.model(after)
	for day := 0; ; day++ {
		if at := c.wall(s.begin(t, day, c.zone)); at > after {
			return at
		}
	}
}

// begin is when the shift begins some days after a time: always by the clock on the wall, also when it has been changed.
func (s shift) begin(t time.Time, days int, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, int(s.start), zone)
}

// coverage is how much work the shifts of a group of agents cover at each quarter of the day.
type coverage [96]float64

func (c *coverage) add(s shift, work float64) {
	for q := range c {
		if s.left(time.Duration(q)*15*time.Minute) > 0 {
			c[q] += work
		}
	}
}

func (c *coverage) at(t time.Time) float64 {
	return c[int(timeOfDay(t)/(15*time.Minute))%len(c)]
}
