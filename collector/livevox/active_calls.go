package livevox

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// callSums sums calls by service.
type callSums map[livevox.ID]*serviceCallSums

// serviceCallSums are the calls of one service, by direction.
type serviceCallSums struct {
	number map[string]int
	oldest map[string]time.Time
	due    float64
	hasDue bool // of at least one call
}

func (c callSums) at(service livevox.ID) *serviceCallSums {
	if c[service] == nil {
		c[service] = &serviceCallSums{number: map[string]int{}, oldest: map[string]time.Time{}}
	}
	return c[service]
}

// add counts a call with what the vendor said of it.
func (c callSums) add(call livevox.Call, in livevox.InCall) {
	s, direction := c.at(cmp.Or(in.ServiceID, call.ServiceID)), translate.Other
	if in.Outbound.Valid {
		direction = map[bool]string{true: "outbound", false: "inbound"}[in.Outbound.Value]
	}
	s.number[direction]++
	if start := in.StartTime.Time; !start.IsZero() && (s.oldest[direction].IsZero() || start.Before(s.oldest[direction])) {
		s.oldest[direction] = start
	}
	if in.TotalDue.Valid {
		s.due += in.TotalDue.Value
		s.hasDue = true
	}
}

func (c callSums) samples() []metric.Sample {
	var out []metric.Sample
	for _, id := range slices.Sorted(maps.Keys(c)) {
		s := c[id]
		for _, direction := range []string{"inbound", "outbound", translate.Other} {
			out = append(out, activeCalls.Of(float64(s.number[direction]), string(id), direction))
			out = metric.AppendTime(out, activeStart, s.oldest[direction], string(id), direction)
		}
		if s.hasDue {
			out = append(out, activeDue.Of(s.due, string(id)))
		}
	}
	return out
}
