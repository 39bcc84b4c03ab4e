package cumulative

import "time"

// clock tells a clock that was set from time that passed: it compares the wall clock
// with the monotonic one. The zero value is ready for use.
type clock struct {
	start time.Time
	set   time.Duration // by how much the clock was set since start
}

// maxDrift is the difference between wall and monotonic time from which on the clock
// was set.
const maxDrift = time.Minute

// step returns by how much the clock was set since the last call: 0 if it wasn't.
func (c *clock) step(now time.Time) time.Duration {
	set := now.Round(0).Sub(c.steady(now).Round(0))
	step := set - c.set
	if step.Abs() < maxDrift {
		return 0
	}
	c.set = set
	return step
}

// steady returns the time that it would be if the clock had not been set since the
// first call.
func (c *clock) steady(now time.Time) time.Time {
	if c.start.IsZero() {
		c.start = now
	}
	return c.start.Round(0).Add(now.Sub(c.start))
}
