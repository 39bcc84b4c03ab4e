package simulator

import (
	"math"
	"time"
)

// clock relates the wall's time to the model's. Both agree when the simulator starts; from there the model's runs
// speed times as fast. Instants are milliseconds of Unix time on the wall, which is what the vendors show.
type clock struct {
	zone  *time.Location
	speed float64
	start int64
}

// model is the model's time of day and date at an instant, in the vendor's zone.
func (c clock) model(at int64) time.Time {
	return time.UnixMilli(c.start + int64(float64(at-c.start)*c.speed)).In(c.zone)
}

// wall is the first instant at which the model's time is t or later.
func (c clock) wall(t time.Time) int64 {
	return c.start + int64(math.Ceil(float64(t.UnixMilli()-c.start)/c.speed))
}

// span is how many milliseconds on the wall a duration of the model takes, at least one.
func (c clock) span(d time.Duration) int64 {
	return max(1, int64(float64(d)/c.speed/float64(time.Millisecond)))
}

// midnight is the first instant after at on which the vendor's day begins.
func (c clock) midnight(after int64) int64 {
	t := c.model(after)
	for day := 1; ; day++ {
		next := time.Date(t.Year(), t.Month(), t.Day()+day, 0, 0, 0, 0, c.zone)
		if at := c.wall(next); at > after {
			return at
		}
	}
}

// timeOfDay is how far the hands of the model's clock have gone since midnight.
func timeOfDay(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute +
		time.Duration(t.Second())*time.Second
}
