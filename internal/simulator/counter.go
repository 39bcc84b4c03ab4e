package simulator

// counter is a total of the vendor's day. What it shows starts at 0 each day and may be corrected downwards; total
// counts what really happened and never falls.
type counter struct {
	total   int64 // ever
	day     int64 // total when the day began
	lowered int64 // taken back today
	height  int64 // most that was shown today
	kept    int64 // heights of past days
	origin  int64 // counted when the simulator began
	began   int64 // shown when the simulator began
	ever    int64 // total when the simulator began
}

func (c *counter) add(n int64) {
	c.total += n
	c.height = max(c.height, c.shown())
}

// shown is today's total as the vendor tells it.
func (c *counter) shown() int64 { return c.total - c.day - c.lowered }

// counted is what somebody has counted since the simulator began who saw every value that was shown.
func (c *counter) counted() int64 { return c.kept + c.height - c.origin }

func (c *counter) correct(by int64) { c.lowered += min(by, c.shown()) }

func (c *counter) rollOver() {
	c.kept += c.height
	c.day, c.lowered, c.height = c.total, 0, 0
}

// begin makes this the instant from which counted counts.
func (c *counter) begin() { c.origin, c.began, c.ever = c.kept+c.height, c.shown(), c.total }
