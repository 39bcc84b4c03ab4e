package liveperson

import "time"

// tolerated is how far the clocks may be apart before it counts: the Date header is cut to seconds, and an answer takes its time.
const tolerated = 5 * time.Second

// Earlier returns our time, or the vendor's where ours is ahead of it: what the
// vendor may still change must not be taken as settled because of a wrong clock.
func (c *Client) Earlier(now time.Time) time.Time {
	if skew, known := c.clock.Ahead(); known && skew < -tolerated {
		return now.Add(skew)
	}
	return now
}

// Later returns our time, or the vendor's where it is ahead of ours: windows that
// end at the vendor's now must be long enough by either clock.
func (c *Client) Later(now time.Time) time.Time {
	if skew, known := c.clock.Ahead(); known && skew > tolerated {
		return now.Add(skew)
	}
	return now
}
