package liveperson

import (
	"context"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// timeDescs are the metrics of the time that agents spent; those that don't exist
// are nil.
type timeDescs struct{ total, chatting, notChatting, maxConcurrency *metric.Desc }

const (
	countedHelp = " Counts each interval of agentactivity once, when its end is older than settle." + endedHelp
	windowHelp  = " Over the newest window of length timeframe (default 60 minutes), as delivered." + endedHelp
	endedHelp   = " LivePerson documents agentactivity with OAuth 1 only, which it ended on 31 May 2026: see interval_metrics, agent_view and status_changes."
)

// The metrics of agentactivity.
var (
	stateSeconds = timeDescs{
		stateTimeDesc("liveperson_agent_state_seconds_total", "Seconds that an agent spent in a state (total).", metric.Counter),
		stateTimeDesc("liveperson_agent_state_chatting_seconds_total", "Seconds that an agent spent in a state with chats (chatting).", metric.Counter),
		stateTimeDesc("liveperson_agent_state_not_chatting_seconds_total", "Seconds that an agent spent in a state without a chat (notChatting).", metric.Counter),
		stateTimeDesc("liveperson_agent_state_max_concurrency_seconds_total", "Seconds that an agent spent in a state with as many chats as allowed (chattingInMaxConcurrency).", metric.Counter),
	}
	loggedInSeconds = timeDescs{
		total:       loggedInTimeDesc("liveperson_agent_logged_in_seconds_total", "Seconds that an agent was logged in (total of the state with id -1).", metric.Counter),
		chatting:    loggedInTimeDesc("liveperson_agent_logged_in_chatting_seconds_total", "Seconds that an agent was logged in with chats (chatting of the state with id -1).", metric.Counter),
		notChatting: loggedInTimeDesc("liveperson_agent_logged_in_not_chatting_seconds_total", "Seconds that an agent was logged in without a chat (notChatting of the state with id -1).", metric.Counter),
	}
	reasonSeconds = metric.Counter.Desc("liveperson_agent_away_reason_seconds_total", "s",
		"Seconds that an agent was away for a reason (total of an entry of reasons)."+countedHelp, "agent_id", "reason_id").Bounded("reason_id")
	stateWindow = timeDescs{
		stateTimeDesc("liveperson_agent_state_window_seconds", "Seconds that an agent spent in a state (total).", metric.Gauge),
		stateTimeDesc("liveperson_agent_state_window_chatting_seconds", "Seconds that an agent spent in a state with chats (chatting).", metric.Gauge),
		stateTimeDesc("liveperson_agent_state_window_not_chatting_seconds", "Seconds that an agent spent in a state without a chat (notChatting).", metric.Gauge),
		stateTimeDesc("liveperson_agent_state_window_max_concurrency_seconds", "Seconds that an agent spent in a state with as many chats as allowed (chattingInMaxConcurrency).", metric.Gauge),
	}
	loggedInWindow = timeDescs{
		total: loggedInTimeDesc("liveperson_agent_logged_in_window_seconds", "Seconds that an agent was logged in (total of the state with id -1).", metric.Gauge),
	}
	activitySettled = metric.Gauge.Desc("liveperson_agent_activity_settled_timestamp_seconds", "s",
		"Unix time in seconds of the end of the newest interval of agentactivity that is in the counters (timestamp).")
)

func stateTimeDesc(name, help string, kind metric.Kind) *metric.Desc {
	return timeDesc(name, help, kind, "agent_id", "state")
}

func loggedInTimeDesc(name, help string, kind metric.Kind) *metric.Desc {
	return timeDesc(name, help, kind, "agent_id")
}

func timeDesc(name, help string, kind metric.Kind, labels ...string) *metric.Desc {
	suffix := windowHelp
	if kind == metric.Counter {
		suffix = countedHelp
	}
	return kind.Desc(name, "s", help+suffix, labels...)
}

// all returns the metrics that exist.
func (t timeDescs) all() []*metric.Desc {
	return slices.DeleteFunc([]*metric.Desc{t.total, t.chatting, t.notChatting, t.maxConcurrency}, func(d *metric.Desc) bool { return d == nil })
}

// append adds the values that the vendor has.
func (t timeDescs) append(to []metric.Sample, v liveperson.StateTime, labels ...string) []metric.Sample {
	for _, p := range []part{{t.total, v.Total}, {t.chatting, v.Chatting}, {t.notChatting, v.NotChatting}, {t.maxConcurrency, v.MaxConcurrency}} {
		if p.desc != nil && translate.Measured(p.value) {
			to = append(to, p.desc.Of(p.value.Value, labels...))
		}
	}
	return to
}

// agentActivitySource is the source agent_activity.
func agentActivitySource() collector.Source {
	descs := []*metric.Desc{reasonSeconds, activitySettled}
	for _, t := range []timeDescs{stateSeconds, loggedInSeconds, stateWindow, loggedInWindow} {
		descs = append(descs, t.all()...)
	}
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
		Descs: descs,
		Cost:  activityCost,
		Open:  openAgentActivity,
	}
}

// activityCost is one request for the buckets and one for the window; one more
// where the ends of buckets move from poll to poll.
func activityCost(_ config.Account, c config.Source, _ collector.Load) float64 {
	if time.Duration(c.Options.(*agentActivityOptions).Bucket) > step {
		return 3
	}
	return 2
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

// askActivity asks for the buckets and, since their window is another one, for
// the timeframe of the gauges as a whole.
func askActivity(ctx context.Context, c *liveperson.Client, o *agentActivityOptions, at collector.Position) (activity, error) {
	a := activity{options: o, counted: parseCursor(at.Cursor)}
	a.lookback = o.lookback(c.Later(at.Now), a.settled(c.Earlier(at.Now)), a.counted)
	q := liveperson.AgentActivityQuery{AgentIDs: o.AgentIDs, Timeframe: a.lookback, Interval: time.Duration(o.Bucket)}
	answer, err := c.AgentActivity(ctx, q)
	if err == nil && q.Interval != step && !aligned(answer.Intervals, q.Interval) {
		// The ends move on by five minutes from poll to poll: only intervals of
		// that length are the same ones each time.
		q.Interval = step
		answer, err = c.AgentActivity(ctx, q)
	}
	if err != nil {
		return activity{}, err
	}
	a.intervals, a.length, a.window, a.malformed = answer.Intervals, q.Interval, answer.Agents, answer.Malformed
	a.now = c.Earlier(at.Now)
	if a.lookback != time.Duration(o.Timeframe) || len(a.window.Items) == 0 {
		q.Timeframe, q.Interval = time.Duration(o.Timeframe), 0
		if answer, err = c.AgentActivity(ctx, q); err != nil {
			return activity{}, err
		}
		answer.Agents.Skipped += a.window.Skipped
		a.window, a.malformed = answer.Agents, answer.Malformed
	}
	return a, nil
}

// aligned reports whether all intervals end on multiples of their length.
func aligned(intervals []liveperson.ActivityInterval, length time.Duration) bool {
	return !slices.ContainsFunc(intervals, func(i liveperson.ActivityInterval) bool { return !i.End.Equal(i.End.Truncate(length)) })
}
