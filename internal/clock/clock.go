// Package clock tells a clock that was set from time that passed. It knows nothing else.
package clock

import "time"

// MaxDrift is the difference between wall and monotonic time from which on the clock
// was set.
const MaxDrift = time.Minute

// Clock compares the wall clock with the monotonic one. The zero value is ready for use;
// one goroutine at a time may use it.
type Clock struct {
	start time.Time
	set   time.Duration // since start, at the last Step
}

// Set returns by how much the clock was set since the first call.
func (c *Clock) Set(now time.Time) time.Duration { return now.Round(0).Sub(c.Steady(now)) }

// Step returns by how much the clock was set since Step was last called: 0 if it wasn't.
func (c *Clock) Step(now time.Time) time.Duration {
	set := c.Set(now)
	step := set - c.set
	if step.Abs() < MaxDrift {
		return 0
	}
	c.set = set
	return step
}

// Steady returns the time that it would be if the clock had not been set since the
// first call.
func (c *Clock) Steady(now time.Time) time.Time {
	if c.start.IsZero() {
		c.start = now
	}
	return c.start.Round(0).Add(now.Sub(c.start))
}
