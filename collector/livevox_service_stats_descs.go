package collector

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

var (
	lvServiceInfo = &metric.Desc{
		Name:   "livevox_service_info",
		Help:   "1 for every service in which agents are involved, with its call center (callCenterId, callCenterName), its pacing method (pacingMethod: abandon_rate, agent, max_cip, other) and the unit of its throttle (units).",
		Labels: []string{"service_id", "service_name", "call_center_id", "call_center_name", "pacing_method", "throttle_unit"},
	}
	lvServiceLongest = lvService("livevox_service_longest_call_in_queue_seconds", "s",
		"Time that the oldest call in the queue has waited by now, in seconds (longestCallInQueue, whose unit the vendor doesn't document: see longest_call_in_queue_unit).")

	lvServiceInProgress = lvService("livevox_service_calls_in_progress", "{call}",
		"Calls in progress now, in any direction (cip).")
	lvServiceInQueue = lvService("livevox_service_calls_in_queue", "{call}",
		"Calls waiting for an agent now (totalCallsInQueue).")
	lvServiceWithAgent = lvService("livevox_service_calls_with_agent", "{call}",
		"Calls that talk to an agent now (callsWithAgent).")
	lvServiceAgents = lvService("livevox_service_agents", "{agent}",
		"Agents logged in to the service now (totalAgents).")
	lvServiceLoaded = lvService("livevox_service_records_loaded", "{record}",
		"Records loaded in the service's campaigns (loaded).")
	lvServiceRemaining = lvService("livevox_service_records_remaining", "{record}",
		"Records of the service's campaigns still to be dialled (remaining).")
	lvServiceDialable = lvService("livevox_service_records_dialable", "{record}",
		"Records of playing campaigns that may be dialled at this moment (playingDialable).")
	lvServiceThrottle = lvService("livevox_service_throttle", "1",
		"Limit of the service's pacing method (throttle); livevox_service_info says which method and in which unit.")
	lvServiceMaxHold = lvService("livevox_service_max_hold_seconds", "s",
		"Longest time a call may wait in the queue as configured, in seconds (maxHoldTime).")

	lvServiceAbandonment = lvService("livevox_service_abandonment_ratio", "1",
		"Share of the current day's offered calls that were abandoned, 0 to 1 (abandonRate, percent).")
	lvServiceLevel = lvService("livevox_service_service_level_ratio", "1",
		"Share of the current day's calls answered within the service level, 0 to 1 (serviceLevel, percent).")
	lvServiceComplete = lvService("livevox_service_complete_ratio", "1",
		"Share of the loaded records that are done, 0 to 1 (percentComplete, percent); 1 as well where nothing is loaded.")
	lvServiceSpeed = lvService("livevox_service_average_speed_of_answer_seconds", "s",
		"Mean wait of the calls answered on the current day, in seconds (averageSpeedOfAnswer).")
	lvServiceToAbandon = lvService("livevox_service_average_time_to_abandon_seconds", "s",
		"Mean wait of the calls abandoned on the current day, in seconds (averageDurationToAbandon).")
	lvServiceTalk = lvService("livevox_service_average_talk_seconds", "s",
		"Mean talk time of the current day's calls, in seconds (averageTalkDuration).")
	lvServiceWrapUp = lvService("livevox_service_average_wrap_up_seconds", "s",
		"Mean wrap-up time of the current day's calls, in seconds (averageWrapupDuration).")
	lvServiceHandle = lvService("livevox_service_average_handle_seconds", "s",
		"Mean handling time of the current day's calls, in seconds (averageHandleDuration).")

	lvServiceOffered = lvServiceTotal("livevox_service_calls_offered_total",
		"Calls offered to agents (totalOffered, a total of the vendor's day, counted on over its restarts).")
	lvServiceHandled = lvServiceTotal("livevox_service_calls_handled_total",
		"Calls handled by agents (totalHandled, a total of the vendor's day, counted on over its restarts).")
	lvServiceAbandoned = lvServiceTotal("livevox_service_calls_abandoned_total",
		"Calls that hung up before an agent answered (totalAbandoned, a total of the vendor's day, counted on over its restarts).")
	lvServiceAnsweredWithin = lvServiceTotal("livevox_service_calls_answered_within_sla_total",
		"Calls answered within the service level (totalCallsAnsweredWithinSLA, a total of the vendor's day, counted on over its restarts).")
	lvServiceAbandonedWithin = lvServiceTotal("livevox_service_calls_abandoned_within_sla_total",
		"Calls abandoned before the service level was missed (totalCallsAbandonedWithinSLA, a total of the vendor's day, counted on over its restarts).")
)

func lvService(name, unit, help string) *metric.Desc {
	return &metric.Desc{Name: name, Help: help, Unit: unit, Labels: []string{"service_id", "service_name"}}
}

func lvServiceTotal(name, help string) *metric.Desc {
	d := lvService(name, "{call}", help)
	d.Kind = metric.Counter
	return d
}

// lvServiceGauges returns the numbers that are shown as they are.
func lvServiceGauges() []lvServiceField {
	type row = livevox.ServiceStat
	return []lvServiceField{
		{lvServiceInProgress, func(r row) api.Number { return r.CallsInProgress }, 1},
		{lvServiceInQueue, func(r row) api.Number { return r.CallsInQueue }, 1},
		{lvServiceWithAgent, func(r row) api.Number { return r.CallsWithAgent }, 1},
		{lvServiceAgents, func(r row) api.Number { return r.Agents }, 1},
		{lvServiceLoaded, func(r row) api.Number { return r.Loaded }, 1},
		{lvServiceRemaining, func(r row) api.Number { return r.Remaining }, 1},
		{lvServiceDialable, func(r row) api.Number { return r.Dialable }, 1},
		{lvServiceThrottle, func(r row) api.Number { return r.Throttle }, 1},
		{lvServiceMaxHold, func(r row) api.Number { return r.MaxHoldTime }, 1},
		{lvServiceAbandonment, func(r row) api.Number { return r.AbandonRate }, percent},
		{lvServiceLevel, func(r row) api.Number { return r.ServiceLevel }, percent},
		{lvServiceComplete, func(r row) api.Number { return r.PercentComplete }, percent},
		{lvServiceSpeed, func(r row) api.Number { return r.AverageSpeedOfAnswer }, 1},
		{lvServiceToAbandon, func(r row) api.Number { return r.AverageDurationToAbandon }, 1},
		{lvServiceTalk, func(r row) api.Number { return r.AverageTalkDuration }, 1},
		{lvServiceWrapUp, func(r row) api.Number { return r.AverageWrapUpDuration }, 1},
		{lvServiceHandle, func(r row) api.Number { return r.AverageHandlingDuration }, 1},
	}
}

// lvServiceTotals returns the totals of the vendor's day.
func lvServiceTotals() []lvServiceField {
	type row = livevox.ServiceStat
	return []lvServiceField{
		{lvServiceOffered, func(r row) api.Number { return r.Offered }, 1},
		{lvServiceHandled, func(r row) api.Number { return r.Handled }, 1},
		{lvServiceAbandoned, func(r row) api.Number { return r.Abandoned }, 1},
		{lvServiceAnsweredWithin, func(r row) api.Number { return r.AnsweredWithinSLA }, 1},
		{lvServiceAbandonedWithin, func(r row) api.Number { return r.AbandonedWithinSLA }, 1},
	}
}

func lvServiceDescs() []*metric.Desc {
	descs := []*metric.Desc{lvServiceInfo, lvServiceLongest}
	for _, f := range lvServiceGauges() {
		descs = append(descs, f.desc)
	}
	for _, f := range lvServiceTotals() {
		descs = append(descs, f.desc)
	}
	return descs
}
