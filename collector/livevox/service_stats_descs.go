package livevox

import (
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	serviceInfo = metric.Gauge.Desc("livevox_service_info", "",
		"1 for every service in which agents are involved, with its call center (callCenterId, callCenterName), its pacing method (pacingMethod: abandon_rate, agent, max_cip, other) and the unit of its throttle (units).",
		"service_id", "service_name", "call_center_id", "call_center_name", "pacing_method", "throttle_unit")
	serviceLongest = serviceDesc("livevox_service_longest_call_in_queue_seconds", "s",
		"Time that the oldest call in the queue has waited by now, in seconds (longestCallInQueue, whose unit the vendor doesn't document: see longest_call_in_queue_unit).")
	serviceOffered = serviceTotalDesc("livevox_service_calls_offered_total",
		"Calls offered to agents (totalOffered, a total of the vendor's day, counted on over its restarts).")
)

// serviceField is a field of a row and the metric that it fills.
type serviceField struct {
	desc *metric.Desc
	of   func(*livevox.ServiceStat) api.Number
	unit float64
}

// serviceGauges are the fields that are shown as they are.
var serviceGauges = []serviceField{
	{serviceDesc("livevox_service_calls_in_progress", "{call}",
		"Calls in progress now, in any direction (cip)."), func(r *livevox.ServiceStat) api.Number { return r.CallsInProgress }, 1},
	{serviceDesc("livevox_service_calls_in_queue", "{call}",
		"Calls waiting for an agent now (totalCallsInQueue)."), func(r *livevox.ServiceStat) api.Number { return r.CallsInQueue }, 1},
	{serviceDesc("livevox_service_calls_with_agent", "{call}",
		"Calls that talk to an agent now (callsWithAgent)."), func(r *livevox.ServiceStat) api.Number { return r.CallsWithAgent }, 1},
	{serviceDesc("livevox_service_agents", "{agent}",
		"Agents logged in to the service now (totalAgents)."), func(r *livevox.ServiceStat) api.Number { return r.Agents }, 1},
	{serviceDesc("livevox_service_records_loaded", "{record}",
		"Records loaded in the service's campaigns (loaded)."), func(r *livevox.ServiceStat) api.Number { return r.Loaded }, 1},
	{serviceDesc("livevox_service_records_remaining", "{record}",
		"Records of the service's campaigns still to be dialled (remaining)."), func(r *livevox.ServiceStat) api.Number { return r.Remaining }, 1},
	{serviceDesc("livevox_service_records_dialable", "{record}",
		"Records of playing campaigns that may be dialled at this moment (playingDialable)."), func(r *livevox.ServiceStat) api.Number { return r.Dialable }, 1},
	{serviceDesc("livevox_service_throttle", "1",
		"Limit of the service's pacing method (throttle); livevox_service_info says which method and in which unit."), func(r *livevox.ServiceStat) api.Number { return r.Throttle }, 1},
	{serviceDesc("livevox_service_max_hold_seconds", "s",
		"Longest time a call may wait in the queue as configured, in seconds (maxHoldTime)."), func(r *livevox.ServiceStat) api.Number { return r.MaxHoldTime }, 1},
	{serviceDesc("livevox_service_abandonment_ratio", "1",
		"Share of the current day's offered calls that were abandoned, 0 to 1 (abandonRate, percent)."), func(r *livevox.ServiceStat) api.Number { return r.AbandonRate }, translate.Percent},
	{serviceDesc("livevox_service_service_level_ratio", "1",
		"Share of the current day's calls answered within the service level, 0 to 1 (serviceLevel, percent)."), func(r *livevox.ServiceStat) api.Number { return r.ServiceLevel }, translate.Percent},
	{serviceDesc("livevox_service_complete_ratio", "1",
		"Share of the loaded records that are done, 0 to 1 (percentComplete, percent); none where nothing is loaded."), func(r *livevox.ServiceStat) api.Number { return r.PercentComplete }, translate.Percent},
	{serviceDesc("livevox_service_average_speed_of_answer_seconds", "s",
		"Mean wait of the calls answered on the current day, in seconds (averageSpeedOfAnswer)."), func(r *livevox.ServiceStat) api.Number { return r.AverageSpeedOfAnswer }, 1},
	{serviceDesc("livevox_service_average_time_to_abandon_seconds", "s",
		"Mean wait of the calls abandoned on the current day, in seconds (averageDurationToAbandon)."), func(r *livevox.ServiceStat) api.Number { return r.AverageDurationToAbandon }, 1},
	{serviceDesc("livevox_service_average_talk_seconds", "s",
		"Mean talk time of the current day's calls, in seconds (averageTalkDuration)."), func(r *livevox.ServiceStat) api.Number { return r.AverageTalkDuration }, 1},
	{serviceDesc("livevox_service_average_wrap_up_seconds", "s",
		"Mean wrap-up time of the current day's calls, in seconds (averageWrapupDuration)."), func(r *livevox.ServiceStat) api.Number { return r.AverageWrapUpDuration }, 1},
	{serviceDesc("livevox_service_average_handle_seconds", "s",
		"Mean handling time of the current day's calls, in seconds (averageHandleDuration)."), func(r *livevox.ServiceStat) api.Number { return r.AverageHandlingDuration }, 1},
}

// serviceTotals are the totals of the vendor's current day.
var serviceTotals = []serviceField{
	{serviceOffered, func(r *livevox.ServiceStat) api.Number { return r.Offered }, 1},
	{serviceTotalDesc("livevox_service_calls_handled_total",
		"Calls handled by agents (totalHandled, a total of the vendor's day, counted on over its restarts)."), func(r *livevox.ServiceStat) api.Number { return r.Handled }, 1},
	{serviceTotalDesc("livevox_service_calls_abandoned_total",
		"Calls that hung up before an agent answered (totalAbandoned, a total of the vendor's day, counted on over its restarts)."), func(r *livevox.ServiceStat) api.Number { return r.Abandoned }, 1},
	{serviceTotalDesc("livevox_service_calls_answered_within_sla_total",
		"Calls answered within the service level (totalCallsAnsweredWithinSLA, a total of the vendor's day, counted on over its restarts)."), func(r *livevox.ServiceStat) api.Number { return r.AnsweredWithinSLA }, 1},
	{serviceTotalDesc("livevox_service_calls_abandoned_within_sla_total",
		"Calls abandoned before the service level was missed (totalCallsAbandonedWithinSLA, a total of the vendor's day, counted on over its restarts)."), func(r *livevox.ServiceStat) api.Number { return r.AbandonedWithinSLA }, 1},
}

func serviceDesc(name, unit, help string) *metric.Desc {
	return metric.Gauge.Desc(name, unit, help, "service_id", "service_name")
}

func serviceTotalDesc(name, help string) *metric.Desc {
	d := serviceDesc(name, "{call}", help)
	d.Kind = metric.Counter
	return d
}

func serviceDescs() []*metric.Desc {
	descs := []*metric.Desc{serviceInfo, serviceLongest}
	for _, f := range slices.Concat(serviceGauges, serviceTotals) {
		descs = append(descs, f.desc)
	}
	return descs
}
