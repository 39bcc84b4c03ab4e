package liveperson

import (
	"context"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// The metrics of interval-metrics.
var (
	intervalArrivals = intervalDesc("arrivals_total", "{conversation}", "Conversations that arrived (arrivals); with grouping [skill] only", "skill_id", "skill_name")
	intervalHandle   = intervalDesc("handle_seconds_total", "s", "Handle time of agents in seconds (handleTime) by the model that was asked for: ift is the time in focus, eht the part of it in which the agent was needed", "skill_id", "skill_name", "model", "agent_id")
	intervalWork     = intervalDesc("work_seconds_total", "s", "Work time of agents in seconds (workTime)", "skill_id", "skill_name", "agent_id")
	intervalHandled  = intervalDesc("handled_conversations_total", "{conversation}", "Conversations that agents handled (handledConversations), once for each interval in which they did: the sum is more than the number of conversations", "skill_id", "skill_name", "agent_id")
	intervalReplied  = intervalDesc("replied_conversations_total", "{conversation}", "Conversations in which agents replied (repliedConversations), once for each interval in which they did", "skill_id", "skill_name", "agent_id")
	intervalClosed   = intervalDesc("closed_conversations_total", "{conversation}", "Conversations that were closed (closedConversations)", "skill_id", "skill_name", "agent_id")
	intervalMessages = intervalDesc("messages_total", "{message}", "Messages by who sent them (consumerMessages, agentMessages)", "skill_id", "skill_name", "sender", "agent_id")

	intervalSettled = metric.Gauge.Desc("liveperson_interval_settled_timestamp_seconds", "s",
		"Unix time in seconds up to which intervals are in the counters: they are done, and older than settle.").Experimental()
	intervalRunning = metric.Gauge.Desc("liveperson_interval_in_progress", "{interval}",
		"Intervals of the newest answer that LivePerson has not finished (status In Progress).").Experimental()
)

func intervalDesc(name, unit, help string, labels ...string) *metric.Desc {
	if slices.Contains(labels, "agent_id") {
		help += "; by agent where grouping has agent"
	}
	return metric.Counter.Desc("liveperson_interval_"+name, unit,
		help+". Counts each interval once, when it is done and older than settle.", labels...).Experimental()
}

// intervalMetricsSource is the source interval_metrics.
func intervalMetricsSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name:     "interval_metrics",
			Interval: 15 * time.Minute,
			MaxAge:   time.Hour,
			Help:     "Arrivals, handle time, messages and closings by skill, in intervals: interval-metrics of the Agent Activity API, which LivePerson enables.",
			Options: func() any {
				return &intervalMetricsOptions{
					Duration: config.Duration(15 * time.Minute), Grouping: []string{"skill"}, Model: "ift",
					Settle: config.Duration(30 * time.Minute), HandleTimeUnit: "s",
				}
			},
		},
		Follows: true,
		Service: liveperson.Activity,
		Advice: permissions{
			application: "The application needs the scope wfm.agent.activity.read.external, and LivePerson's account team has to enable interval metrics (workforce management, near real time).",
			key:         "The key needs the permission Data > Workforce Management, and LivePerson's account team has to enable interval metrics.",
		}.advice,
		Descs: []*metric.Desc{
			intervalArrivals, intervalHandle, intervalWork, intervalHandled, intervalReplied, intervalClosed, intervalMessages,
			intervalSettled, intervalRunning,
		},
		Cost: intervalCost,
		Open: openIntervalMetrics,
		Past: openPastIntervals,
	}
}

// intervalCost is the number of pages of the intervals that are not settled yet, and
// an empty one.
func intervalCost(_ config.Account, c config.Source, l collector.Load) float64 {
	o := c.Options.(*intervalMetricsOptions)
	rows := l.Services
	if o.byAgent() {
		rows = l.Agents
	}
	intervals := int((c.Interval+time.Duration(o.Settle))/time.Duration(o.Duration)) + 2
	return pages(rows*intervals, 500) + 1
}

func openIntervalMetrics(s collector.Setup) collector.Collect {
	options := s.Config.Options.(*intervalMetricsOptions)
	return func(ctx context.Context, at collector.Position) (metric.Reading, error) {
		p := options.poll(clientOf(s).Earlier(at.Now), parseCursor(at.Cursor))
		answer, err := clientOf(s).IntervalMetrics(ctx, options.query(p.timeRange))
		if err != nil {
			return metric.Reading{}, err
		}
		return p.reading(answer, s.Identity), nil
	}
}
