package livevox

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	callsOnHoldDesc = &metric.Desc{
		Name:   "livevox_service_calls_on_hold",
		Help:   "Calls that are on hold, by the agent skill that they want (agentSkill); without skill_id those that want none, 0 included.",
		Unit:   "{call}",
		Labels: []string{"service_id", "service_name", "skill_id"},
	}
	oldestHold = &metric.Desc{
		Name:   "livevox_service_oldest_hold_timestamp_seconds",
		Help:   "When the call that has been on hold for longest was put there, in seconds since 1970 (timeStamp of the call). Whole hours between it and the time of the answer are taken for the wrong zone that the vendor's own sample shows, so that no hold is older than an hour.",
		Unit:   "s",
		Labels: []string{"service_id", "service_name"},
	}
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
			return collector.Measure(clientOf(s).CallsOnHold, callsOnHoldReading)
		},
	}
}

// serviceHolds is what is on hold at one service.
type serviceHolds struct {
	livevox.Service
	skills map[livevox.ID]int
	order  []livevox.ID // of skills
	oldest time.Time
}

func (h *serviceHolds) add(call livevox.CallOnHold) {
	if h.skills[call.SkillID] == 0 && call.SkillID != "" {
		h.order = append(h.order, call.SkillID)
	}
	h.skills[call.SkillID]++
	since := holdStart(call.Since.Time, call.Server.Time)
	if h.oldest.IsZero() || !since.IsZero() && since.Before(h.oldest) {
		h.oldest = since
	}
}

// callsOnHoldReading translates the calls on hold.
func callsOnHoldReading(calls livevox.CallsOnHold) metric.Reading {
	r := metric.Reading{Skipped: calls.Skipped, Partial: calls.Partial}
	held := map[livevox.ID]*serviceHolds{}
	var order []*serviceHolds
	of := func(s livevox.Service) *serviceHolds {
		if held[s.ID] == nil {
			held[s.ID] = &serviceHolds{Service: s, skills: map[livevox.ID]int{}}
			order = append(order, held[s.ID])
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
		of(call.Service).add(call)
	}
	for _, h := range order {
		id, name := string(h.ID), string(h.Name)
		for _, skill := range append([]livevox.ID{""}, h.order...) {
			r.Gauges.Samples = append(r.Gauges.Samples, callsOnHoldDesc.Of(float64(h.skills[skill]), id, name, string(skill)))
		}
		r.Gauges.Samples = translate.AppendTime(r.Gauges.Samples, oldestHold, h.oldest, id, name)
	}
	return r
}

// holdStart corrects the begin of a hold by the whole hours that lie between
// it and the vendor's time of the answer. A begin that is a little after the
// answer is only rounded, and shown as that of the answer.
func holdStart(since, server time.Time) time.Time {
	if since.IsZero() || server.IsZero() {
		return since
	}
	age := server.Sub(since) + time.Minute
	hours := age.Truncate(time.Hour)
	if hours > age { // before zero Truncate rounds up
		hours -= time.Hour
	}
	if since = since.Add(hours); since.After(server) {
		return server
	}
	return since
}
