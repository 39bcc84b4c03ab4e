package liveperson

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// The metrics of msgqueuehealth/current.
var (
	longestWait = metric.Gauge.Desc("liveperson_skill_queue_longest_wait_seconds", "s",
		"Seconds that the conversation has waited that waits longest for an agent, of those opened within 24 hours (maxWaitTimeForAgentAssignment); absent where none waits.",
		"skill_id").Experimental()
	queueConversations = metric.Gauge.Desc("liveperson_skill_queue_conversations", "{conversation}",
		"Conversations that wait for an agent, by whether an agent could do something now: yes (actionableConversations) or no (notActionableConversations).",
		"skill_id", "actionable").Experimental()
	queueUpdated = metric.Gauge.Desc("liveperson_skill_queue_updated_timestamp_seconds", "s",
		"Unix time in seconds of the figures of the queue of a skill (time).", "skill_id").Experimental()
)

// queueHealthSource is the source queue_health.
func queueHealthSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name:     "queue_health",
			Interval: 30 * time.Second,
			MaxAge:   5 * time.Minute,
			Help:     "The longest wait of each queue: current queue health of the Messaging Operations API, version 2; it needs an agent who is logged in.",
		},
		Service: liveperson.Realtime,
		Advice: permissions{
			application: "The application needs the scope of the Messaging Operations API, which LivePerson's account team tells, and that team has to turn the queue data on.",
			key:         "The key needs the Messaging Operations API, and LivePerson's account team has to turn the queue data on. Version 2 is documented for OAuth 2: better, use oauth2.",
		}.advice,
		Descs: []*metric.Desc{collector.QueueWaiting(), longestWait, queueConversations, queueUpdated},
		Open:  openQueueHealth,
	}
}

func openQueueHealth(s collector.Setup) collector.Collect {
	_, queues := s.Account.Sources["queues"]
	client := clientOf(s)
	return func(ctx context.Context, at collector.Position) (metric.Reading, error) {
		answer, err := client.QueueHealth(ctx, client.Earlier(at.Now))
		if err != nil {
			return metric.Reading{}, err
		}
		return healthReading(answer, !queues), nil
	}
}

// healthReading translates the queues. Their length is shown where no other source
// has it.
func healthReading(answer liveperson.QueueHealth, length bool) metric.Reading {
	r := translate.Reading(answer.Extent)
	for _, id := range slices.Sorted(maps.Keys(answer.Skills)) {
		s, samples := answer.Skills[id], r.Gauges.Samples
		if length {
			samples = translate.AppendMeasured(samples, collector.QueueWaiting(), s.Unassigned, 1, id, "")
		}
		if s.LongestWait.Value > 0 || !translate.Measured(s.Unassigned) || s.Unassigned.Value > 0 {
			samples = translate.AppendMeasured(samples, longestWait, s.LongestWait, translate.Milliseconds, id)
		}
		samples = translate.AppendMeasured(samples, queueConversations, s.Actionable, 1, id, "yes")
		samples = translate.AppendMeasured(samples, queueConversations, s.NotActionable, 1, id, "no")
		r.Gauges.Samples = metric.AppendTime(samples, queueUpdated, s.Time.Time, id)
	}
	return r
}
