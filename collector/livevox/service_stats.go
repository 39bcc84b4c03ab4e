package livevox

import (
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// serviceStatsOptions are the own keys of service_stats.
type serviceStatsOptions struct {
	Unit string `yaml:"longest_call_in_queue_unit" enum:"ms,s" doc:"Unit of longestCallInQueue, which the vendor doesn't document."`
}

func (o *serviceStatsOptions) unit() float64 {
	if o.Unit == "s" {
		return 1
	}
	return translate.Milliseconds
}

func serviceStatsSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name: "service_stats", Interval: 30 * time.Second, MaxAge: 5 * time.Minute, Default: true,
			Help:    "Queues, calls, records and the day's totals of every service (POST realtime/service/stats).",
			Options: func() any { return &serviceStatsOptions{Unit: "ms"} },
		},
		Days:   dayTotals(),
		Cost:   perChunk,
		Advice: reportRoles.advice,
		Descs:  append(serviceDescs(), collector.QueueWaiting()),
		Open: func(s collector.Setup) collector.Collect {
			unit := s.Config.Options.(*serviceStatsOptions).unit()
			return collector.Measure(clientOf(s).ServiceStats, func(stats livevox.ServiceStats) metric.Reading {
				return serviceStatsReading(stats, unit)
			})
		},
	}
}

// serviceStatsReading translates the statistics of services. unit is the part of
// a second that longestCallInQueue is given in.
func serviceStatsReading(stats livevox.ServiceStats, unit float64) metric.Reading {
	r := translate.Reading(stats.Extent)
	seen := map[livevox.ID]bool{}
	for _, row := range stats.Rows {
		if row.ID == "" {
			r.Skipped++
			continue
		}
		if seen[row.ID] {
			continue
		}
		seen[row.ID] = true
		row = withoutUndefinedMeans(row)
		id, name := string(row.ID), string(row.Name)
		pacing, known := pacingOf(string(row.PacingMethod))
		if !known {
			r.Unknown = append(r.Unknown, translate.Unknown("pacingMethod", string(row.PacingMethod)))
		}
		r.Gauges.Samples = append(r.Gauges.Samples, serviceInfo.Of(1, id, name,
			string(row.CallCenterID), string(row.CallCenterName), pacing, strings.ToLower(string(row.Units))))
		r.Gauges.Samples = translate.AppendMeasured(r.Gauges.Samples, collector.QueueWaiting(), row.CallsInQueue, 1, id, name)
		for _, f := range serviceGauges {
			r.Gauges.Samples = translate.AppendMeasured(r.Gauges.Samples, f.desc, f.of(&row), f.unit, id, name)
		}
		r.Gauges.Samples = translate.AppendMeasured(r.Gauges.Samples, serviceLongest, row.LongestCallInQueue, unit, id, name)
		total := metric.Row{Key: id}
		for _, f := range serviceTotals {
			total.Totals = translate.AppendMeasured(total.Totals, f.desc, f.of(&row), 1, id, name)
		}
		r.Totals = append(r.Totals, total)
	}
	return r
}

// withoutUndefinedMeans removes ratios and averages whose denominator is zero, for which
// the vendor writes 0 or 100: those of a day without such calls, or without records.
// Calls that were dialled have averages too, but are not counted as handled.
func withoutUndefinedMeans(row livevox.ServiceStat) livevox.ServiceStat {
	isZero := func(n api.Number) bool { return n.Valid && n.Value == 0 }
	drop := func(numbers ...*api.Number) {
		for _, n := range numbers {
			if isZero(*n) {
				*n = api.Number{}
			}
		}
	}
	if isZero(row.Loaded) {
		row.PercentComplete = api.Number{}
	}
	if isZero(row.Offered) {
		row.AbandonRate, row.ServiceLevel = api.Number{}, api.Number{}
	}
	if isZero(row.Handled) {
		drop(&row.AverageSpeedOfAnswer, &row.AverageTalkDuration, &row.AverageWrapUpDuration, &row.AverageHandlingDuration)
	}
	if isZero(row.Abandoned) {
		drop(&row.AverageDurationToAbandon)
	}
	return row
}

// pacingOf returns the label of a pacing method, which the vendor shows as
// text: "#/Agent" is Agent.
func pacingOf(s string) (pacing string, known bool) {
	w := word(s)
	if w == "" {
		return "", true
	}
	return labelOf(w, "ABANDONRATE", "abandon_rate", "AGENT", "agent", "#/AGENT", "agent", "MAXCIP", "max_cip")
}
