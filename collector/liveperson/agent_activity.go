package liveperson

import (
	"context"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

const (
	countedHelp = " Counts each interval of agentactivity once, when its end is older than settle." + endedHelp
	windowHelp  = " Over the newest window of length timeframe (default 60 minutes), as delivered." + endedHelp
	endedHelp   = " LivePerson documents agentactivity with OAuth 1 only, which it ended on 31 May 2026: see interval_metrics, agent_view and status_changes."
)

// The metrics of agentactivity. Those of one time have the order of appendTimes.
var (
	stateSeconds    = timeDescs(metric.Counter, "liveperson_agent_state", "spent in a state", "", "agent_id", "state")
	loggedInSeconds = timeDescs(metric.Counter, "liveperson_agent_logged_in", "was logged in", " of the state with id -1", "agent_id")[:3]
	reasonSeconds   = metric.Counter.Desc("liveperson_agent_away_reason_seconds_total", "s",
		"Seconds that an agent was away for a reason (total of an entry of reasons)."+countedHelp, "agent_id", "reason_id").Bounded("reason_id")
	stateWindow     = timeDescs(metric.Gauge, "liveperson_agent_state_window", "spent in a state", "", "agent_id", "state")
	loggedInWindow  = timeDescs(metric.Gauge, "liveperson_agent_logged_in_window", "was logged in", " of the state with id -1", "agent_id")[:1]
	activitySettled = metric.Gauge.Desc("liveperson_agent_activity_settled_timestamp_seconds", "s",
		"Unix time in seconds of the end of the newest interval of agentactivity that is in the counters (timestamp).")
)

// timeDescs returns the metrics of a time and its parts. of says in which part of the
// answer their fields are.
func timeDescs(kind metric.Kind, prefix, what, of string, labels ...string) (descs []*metric.Desc) {
	suffix, help := "_seconds", windowHelp
	if kind == metric.Counter {
		suffix, help = "_seconds_total", countedHelp
	}
	for _, part := range []struct{ name, when, field string }{
		{"", "", "total"},
		{"_chatting", " with chats", "chatting"},
		{"_not_chatting", " without a chat", "notChatting"},
		{"_max_concurrency", " with as many chats as allowed", "chattingInMaxConcurrency"},
	} {
		descs = append(descs, kind.Desc(prefix+part.name+suffix, "s", "Seconds that an agent "+what+part.when+" ("+part.field+of+")."+help, labels...))
	}
	return descs
}

// appendTimes appends what LivePerson has of a time and its parts.
func appendTimes(to []metric.Sample, descs []*metric.Desc, t liveperson.StateTime, labels ...string) []metric.Sample {
	parts := []api.Number{t.Total, t.Chatting, t.NotChatting, t.MaxConcurrency}
	for i, d := range descs {
		to = translate.AppendMeasured(to, d, parts[i], 1, labels...)
	}
	return to
}

// agentActivitySource is the source agent_activity.
func agentActivitySource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name:     "agent_activity",
			Interval: 5 * time.Minute,
			MaxAge:   20 * time.Minute,
			Help:     "Time that agents spent in each state, for chat: agentactivity (agent state distribution) of the Operational Realtime API. It is documented with OAuth 1 only, which LivePerson ended on 31 May 2026: interval_metrics, agent_view and status_changes replace it.",
			Options: func() any {
				return &agentActivityOptions{
					Timeframe: config.Duration(time.Hour),
					Bucket:    config.Duration(step),
					Settle:    config.Duration(time.Hour),
					AgentIDs:  config.IDs{"all"},
				}
			},
		},
		Follows: true,
		Service: liveperson.Realtime,
		Advice: permissions{
			application: "LivePerson documents this method for OAuth 1 keys only, whose protocol it ended on 31 May 2026, and has just refused OAuth 2: use interval_metrics for work and handle time, and agent_view or status_changes for time in status.",
			key:         "The key needs access to the Operational Realtime API, which LivePerson's account team grants. LivePerson ended OAuth 1 on 31 May 2026: interval_metrics, agent_view and status_changes replace this source.",
		}.advice,
		Descs: slices.Concat([]*metric.Desc{reasonSeconds, activitySettled}, stateSeconds, loggedInSeconds, stateWindow, loggedInWindow),
		Cost:  func(config.Account, config.Source, collector.Load) float64 { return 2 }, // the buckets and the window
		Open:  openAgentActivity,
	}
}

func openAgentActivity(s collector.Setup) collector.Collect {
	options := s.Config.Options.(*agentActivityOptions)
	return func(ctx context.Context, at collector.Position) (metric.Reading, error) {
		a, err := askActivity(ctx, clientOf(s), options, at)
		if err != nil {
			return metric.Reading{}, err
		}
		return a.reading(s.Identity), nil
	}
}

// askActivity asks for intervals and, since their window is another one, for the
// timeframe of the gauges as a whole. Intervals of any other length than step move on from
// poll to poll; those of step are the same ones each time.
func askActivity(ctx context.Context, c *liveperson.Client, o *agentActivityOptions, at collector.Position) (activity, error) {
	a := activity{options: o, counted: parseCursor(at.Cursor)}
	a.lookback = o.lookback(c.Later(at.Now), a.settled(c.Earlier(at.Now)), a.counted)
	q := liveperson.AgentActivityQuery{AgentIDs: o.AgentIDs, Timeframe: a.lookback, Interval: step}
	intervals, err := c.AgentActivity(ctx, q)
	if err != nil {
		return activity{}, err
	}
	q.Timeframe, q.Interval = time.Duration(o.Timeframe), 0
	window, err := c.AgentActivity(ctx, q)
	if err != nil {
		return activity{}, err
	}
	a.intervals, a.window = intervals.Intervals, window
	a.window.Skipped += intervals.Skipped
	a.now = c.Earlier(at.Now)
	return a, nil
}
