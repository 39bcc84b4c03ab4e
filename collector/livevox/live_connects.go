package livevox

import (
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	connectsTotal = metric.Counter.Desc("livevox_service_right_party_connects_total", "{call}",
		"Calls that reached the right party (total of liveConnects): each step of five minutes once, about six minutes after it began.", "service_id")
	connectsWindow = metric.Gauge.Desc("livevox_service_right_party_connects_window", "{call}",
		"Calls that reached the right party in the last 30 minutes (sum of total of liveConnects).", "service_id")
)

// connectsStep is how long one step of live connects is, and connectsMargin how long
// after its end it is taken for final.
const (
	connectsStep   = 5 * time.Minute
	connectsMargin = time.Minute
	// connectsAhead is how far a stamp may be ahead of the vendor's clock: that of the end
	// of the step that lasts, or of a clock that is a little wrong.
	connectsAhead = 2 * connectsStep
)

func liveConnectsSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name: "live_connects", Interval: time.Minute, MaxAge: 5 * time.Minute,
			Help: "Right-party connects of the last 30 minutes, with one request per service (POST realtime/service/liveConnects).",
		},
		Cost:   perService,
		Advice: reportRoles.advice,
		Descs:  []*metric.Desc{connectsTotal, connectsWindow},
		Open: func(s collector.Setup) collector.Collect {
			return collector.Measure(clientOf(s).LiveConnects, liveConnectsReading)
		},
	}
}

// liveConnectsReading translates the steps of every service. The vendor doesn't say
// whether a stamp begins or ends its step: it is taken for the begin, which
// counts no step before it is over, and one that had ended by then a step late.
func liveConnectsReading(connects livevox.LiveConnects) metric.Reading {
	r := translate.Reading(connects.Extent)
	r.Intervals.FinalUntil = connects.Now.Add(-connectsMargin)
	r.Intervals.Earliest, r.Intervals.Latest = connects.Now.Add(-time.Hour), connects.Now
	for _, s := range connects.Services {
		id := string(s.ServiceID)
		sum, steps := 0.0, map[time.Time]float64{}
		for _, row := range s.Rows {
			if !translate.Measured(row.Total) || !translate.Summable(row.Total) || row.TimeStamp.IsZero() || row.TimeStamp.After(connects.Now.Add(connectsAhead)) {
				r.Skipped++
				continue
			}
			end := row.TimeStamp.Truncate(connectsStep).Add(connectsStep)
			steps[end] = max(steps[end], row.Total.Value)
		}
		for _, end := range slices.SortedFunc(maps.Keys(steps), time.Time.Compare) {
			sum += steps[end]
			r.Intervals.List = append(r.Intervals.List, metric.Interval{Key: id, End: end, Add: []metric.Sample{connectsTotal.Of(steps[end], id)}})
		}
		if len(steps) > 0 || len(s.Rows) == 0 {
			r.Gauges.Samples = append(r.Gauges.Samples, connectsWindow.Of(sum, id))
		}
		r.Intervals.Zero = append(r.Intervals.Zero, connectsTotal.Of(0, id))
	}
	return r
}
