package operations

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
)

// Measured is what the counters of an account say.
type Measured struct {
	// Offered are contacts that came to a group, Handled those that agents were busy with.
	Offered, Handled Counted
	// Within is the time in which the vendor itself wants contacts answered, by group.
	Within map[string]time.Duration
	// Hours are the vendor's own opening hours, by group.
	Hours map[string]Hours
	// Agents are the agents who are logged in, by their label agent_id: true for those
	// who are at work. nil while it is not known who is there.
	Agents map[string]bool
	// Slots are how many contacts the agents of a group can have at a time, by group;
	// of vendors whose contacts are Parallel.
	Slots map[string]float64
	// Parallel is true where agents are busy with several contacts at a time, so that
	// Erlang C says nothing.
	Parallel bool
}

// Measure finds in what an account's sources show what staffing needs.
type Measure func([]collector.Shown) Measured

// Hours are the vendor's own opening hours of a group: whether it was open when the vendor
// was asked, and when that changes; the zero time where it isn't known.
type Hours struct {
	Open   bool
	Change time.Time
}

// open returns which groups are open at a time by the vendor's own hours. What follows
// their next change is not known before the vendor is asked again.
func (m Measured) open(now time.Time) map[string]bool {
	open := make(map[string]bool, len(m.Hours))
	for group, h := range m.Hours {
		changed := !h.Change.IsZero() && !now.Before(h.Change)
		open[group] = h.Open != changed
	}
	return open
}
