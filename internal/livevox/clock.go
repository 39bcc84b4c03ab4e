package livevox

import (
	"sync/atomic"
	"time"
)

// clock knows how far the vendor's clock is ahead of ours. A Date header has
// whole seconds: a difference of up to two is taken for none.
type clock struct{ skew atomic.Int64 }

const clockGrain = 2 * time.Second

func (c *clock) ahead() time.Duration { return time.Duration(c.skew.Load()) }

// heard takes the time of an answer.
func (c *clock) heard(date time.Time) {
	if date.IsZero() {
		return
	}
	skew := time.Until(date).Round(time.Second)
	if skew.Abs() <= clockGrain {
		skew = 0
	}
	c.skew.Store(int64(skew))
}
