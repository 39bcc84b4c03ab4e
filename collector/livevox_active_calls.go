package collector

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// lvCalls sums calls by service.
type lvCalls struct {
	order    []livevox.ID
	services map[livevox.ID]*lvServiceCalls
}

// lvServiceCalls are the calls of one service, by direction.
type lvServiceCalls struct {
	number map[string]int
	oldest map[string]time.Time
	due    float64
	owes   bool // due is known of at least one call
}

func newLVCalls() *lvCalls { return &lvCalls{services: map[livevox.ID]*lvServiceCalls{}} }

func (c *lvCalls) at(service livevox.ID) *lvServiceCalls {
	s := c.services[service]
	if s == nil {
		s = &lvServiceCalls{number: map[string]int{}, oldest: map[string]time.Time{}}
		c.services[service] = s
		c.order = append(c.order, service)
	}
	return s
}

// add counts a call with what the vendor said of it.
func (c *lvCalls) add(call livevox.Call, in livevox.InCall) {
	service := in.ServiceID
	if service == "" {
		service = call.ServiceID
	}
	s, direction := c.at(service), other
	if in.Outbound.Valid {
		direction = map[bool]string{true: "outbound", false: "inbound"}[in.Outbound.Value]
	}
	s.number[direction]++
	if start := in.StartTime.Time; !start.IsZero() && (s.oldest[direction].IsZero() || start.Before(s.oldest[direction])) {
		s.oldest[direction] = start
	}
	if in.TotalDue.Valid {
		s.due += in.TotalDue.Value
		s.owes = true
	}
}

func (c *lvCalls) samples() []metric.Sample {
	var out []metric.Sample
	for _, id := range c.order {
		s := c.services[id]
		for _, direction := range []string{"inbound", "outbound", other} {
			out = append(out, lvActiveCalls.Of(float64(s.number[direction]), string(id), direction))
			out = appendTime(out, lvActiveStart, s.oldest[direction], string(id), direction)
		}
		if s.owes {
			out = append(out, lvActiveDue.Of(s.due, string(id)))
		}
	}
	return out
}
