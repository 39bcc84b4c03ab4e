package livevox

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// callSums sums calls by service.
type callSums struct {
	order    []livevox.ID
	services map[livevox.ID]*serviceCallSums
}

// serviceCallSums are the calls of one service, by direction.
type serviceCallSums struct {
	number map[string]int
	oldest map[string]time.Time
	due    float64
	owes   bool // due is known of at least one call
}

func newCallSums() *callSums { return &callSums{services: map[livevox.ID]*serviceCallSums{}} }

func (c *callSums) at(service livevox.ID) *serviceCallSums {
	s := c.services[service]
	if s == nil {
		s = &serviceCallSums{number: map[string]int{}, oldest: map[string]time.Time{}}
		c.services[service] = s
		c.order = append(c.order, service)
	}
	return s
}

// add counts a call with what the vendor said of it.
func (c *callSums) add(call livevox.Call, in livevox.InCall) {
	service := in.ServiceID
	if service == "" {
		service = call.ServiceID
	}
	s, direction := c.at(service), translate.Other
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

func (c *callSums) samples() []metric.Sample {
	var out []metric.Sample
	for _, id := range c.order {
		s := c.services[id]
		for _, direction := range []string{"inbound", "outbound", translate.Other} {
			out = append(out, activeCalls.Of(float64(s.number[direction]), string(id), direction))
			out = translate.AppendTime(out, activeStart, s.oldest[direction], string(id), direction)
		}
		if s.owes {
			out = append(out, activeDue.Of(s.due, string(id)))
		}
	}
	return out
}
