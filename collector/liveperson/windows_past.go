package liveperson

import (
	"context"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// askPastWindow returns what a window adds to the counters, and notes in the reading what is
// wrong with it.
type askPastWindow func(ctx context.Context, from, to time.Time, r *metric.Reading) ([]metric.Interval, error)

// past returns the past of windows for back-fill. An account that answers for one day only
// has a gap before it. records is how many a window has of a number of agents, each of so
// many series, page how many one request returns.
func (w windows) past(client *liveperson.Client, records func(agents int) int, series, page int, ask askPastWindow) *collector.Past {
	var refused time.Time // what is before it
	return &collector.Past{
		Kept:    func(now time.Time) time.Time { return client.Earlier(now).Add(-windowsKept) },
		Longest: max(w.length, min(windowRequests*w.length, 24*time.Hour)),
		Align:   w.length,
		Settle:  w.settle,
		Reach:   w.length,
		Daily: func(agents int) collector.PastCost {
			n := records(agents)
			perDay := w.perPoll(24 * time.Hour)
			return collector.PastCost{Rows: perDay * float64(n), Requests: perDay * pages(n, page), Series: float64(n * series)}
		},
		Ask: func(ctx context.Context, from, to time.Time) (r metric.Reading, err error) {
			var all []metric.Interval
			for ; from.Before(to); from = from.Add(w.length) {
				if from.Before(refused) {
					r.Intervals.Gap += w.length
					continue
				}
				list, err := ask(ctx, from, from.Add(w.length), &r)
				recent := ceilTime(client.Earlier(time.Now()).Add(-oldWindowsKept), w.length)
				if liveperson.IsRefusal(err) && from.Before(recent) {
					refused = recent
					r.Intervals.Gap += w.length
					continue
				}
				if err != nil {
					return r, err
				}
				all = append(all, list...)
			}
			r.Intervals.List = all
			return r, nil
		},
		Missing: "what is so now only, such as who waits, load and slots.",
	}
}

// openPastQueues opens queues for back-fill.
func openPastQueues(s collector.Setup) (*collector.Past, error) {
	q := newQueues(s)
	named := false
	skills := func(agents int) int { return max(1, agents/agentsOfSkill) }
	return q.windows.past(q.client, skills, 8, groupPage, func(ctx context.Context, from, to time.Time, r *metric.Reading) ([]metric.Interval, error) {
		if !named { // by the names that the live counters have
			now := q.client.Earlier(time.Now()).Truncate(time.Minute)
			answer, err := q.metrics(ctx, liveperson.BySkill, now.Add(-time.Hour), now, windowNames, &metric.Reading{})
			if err != nil {
				return nil, err
			}
			q.skills.learn(answer.Groups)
			named = true
		}
		list, _, err := q.ask(ctx, from, to, r)
		return list, err
	}), nil
}

// openPastAgentView opens agent_view for back-fill.
func openPastAgentView(s collector.Setup) (*collector.Past, error) {
	v := newAgentView(s)
	agents := func(agents int) int { return agents }
	return v.windows.past(clientOf(s), agents, 12, maxAgents, func(ctx context.Context, from, to time.Time, r *metric.Reading) ([]metric.Interval, error) {
		list, _, err := v.window(ctx, from, to, r)
		return list, err
	}), nil
}
