package livevox

import (
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	callsOnHoldDesc = metric.Gauge.Desc("livevox_service_calls_on_hold", "{call}",
		"Calls that are on hold, by the agent skill that they want (agentSkill); without skill_id those that want none, 0 included.",
		"service_id", "service_name", "skill_id")
	oldestHold = metric.Gauge.Desc("livevox_service_oldest_hold_timestamp_seconds", "s",
		"When the call that has been on hold for longest was put there, in seconds since 1970 (timeStamp of the call, corrected for the vendor's wrong zone, which holds that have just begun reveal; absent where the age can't be right and no such hold has been seen).",
		"service_id", "service_name")
)

func callsOnHoldSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name: "calls_on_hold", Interval: 30 * time.Second, MaxAge: 2 * time.Minute, Default: true,
			Help: "Calls on hold and the oldest of them (POST realtime/service/calls/status).",
		},
		Cost:   perChunk,
		Advice: reportRoles.advice,
		Descs:  []*metric.Desc{callsOnHoldDesc, oldestHold},
		Open: func(s collector.Setup) collector.Collect {
			var offset holdOffset
			return collector.Measure(clientOf(s).CallsOnHold, func(calls livevox.CallsOnHold) metric.Reading {
				offset.learn(calls)
				return callsOnHoldReading(calls, &offset)
			})
		},
	}
}

// maxHold is how far the time of a hold may be from that of the answer, a wrong zone
// included.
const maxHold = 48 * time.Hour

// serviceHolds is what is on hold at one service.
type serviceHolds struct {
	livevox.Service
	skills map[livevox.ID]int // "" for no skill
	oldest time.Time
}

func (h *serviceHolds) add(call livevox.CallOnHold, offset *holdOffset) {
	h.skills[call.SkillID]++
	since := offset.start(call)
	if h.oldest.IsZero() || !since.IsZero() && since.Before(h.oldest) {
		h.oldest = since
	}
}

// callsOnHoldReading translates the calls on hold.
func callsOnHoldReading(calls livevox.CallsOnHold, offset *holdOffset) metric.Reading {
	r := translate.Reading(calls.Extent)
	held := map[livevox.ID]*serviceHolds{}
	of := func(s livevox.Service) *serviceHolds {
		if held[s.ID] == nil {
			held[s.ID] = &serviceHolds{Service: s, skills: map[livevox.ID]int{"": 0}}
		}
		return held[s.ID]
	}
	for _, s := range calls.Services {
		of(s)
	}
	for _, call := range calls.Rows {
		if call.ID == "" {
			r.Skipped++
			continue
		}
		if since := call.Since; (since.IsZero() || !call.Server.IsZero() && call.Server.Sub(since.Time).Abs() > maxHold) && !slices.Contains(calls.Malformed, "timeStamp") {
			r.Unknown = append(r.Unknown, "timeStamp")
			call.Since = api.Time{}
		}
		of(call.Service).add(call, offset)
	}
	for _, service := range slices.Sorted(maps.Keys(held)) {
		h := held[service]
		id, name := string(h.ID), string(h.Name)
		for _, skill := range slices.Sorted(maps.Keys(h.skills)) {
			r.Gauges.Samples = append(r.Gauges.Samples, callsOnHoldDesc.Of(float64(h.skills[skill]), id, name, string(skill)))
		}
		r.Gauges.Samples = metric.AppendTime(r.Gauges.Samples, oldestHold, h.oldest, id, name)
	}
	return r
}
