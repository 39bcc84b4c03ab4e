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

// kmmPermissions are what the Key Messaging Metrics need.
var kmmPermissions = permissions{
	application: "The application needs the scope of the Key Messaging Metrics, which LivePerson's account team tells: it documents none. A 401 is a matter of the token (version 2 of the authorization), a 403 of the scope.",
	key:         "The key needs the permission Data → Key Messaging Metrics.",
}

// The names that are asked for at every poll and for every window.
var (
	skillNames = liveperson.MetricNames{
		Current: []string{
			"unassigned_conversations", "assigned_conversations", "active_conversations", "open_conversations",
			"agent_load", "human_agent_load", "human_online_load", "human_away_load", "available_slots",
			"overdue_conversations_in_queue", "overdue_conversations_assigned",
			"queue_wait_time_50th_percentile", "queue_wait_time_90th_percentile",
		},
		ByTime: []string{
			"avg_wait_time", "avg_time_to_response", "avg_conversations_duration", "csat",
			"closed_conversations",
		},
	}
	groupNames  = liveperson.MetricNames{Current: []string{"available_slots", "agent_load", "assigned_conversations"}}
	windowNames = liveperson.MetricNames{ByTime: []string{
		"closed_by_agent", "closed_by_consumer", "auto_closed", "concluded_conversations",
		"total_num_of_agent_responses", "agent_responses_outside_sl", "total_wait_time_first_response", "avg_wait_time_first_response",
	}}
)

// queuesSource is the source queues.
func queuesSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name:     "queues",
			Interval: 30 * time.Second,
			MaxAge:   5 * time.Minute,
			Help:     "Queues, load, service level and closings by skill and agent group: metrics of the Key Messaging Metrics API.",
			Options: func() any {
				return &queuesOptions{Bucket: config.Duration(15 * time.Minute), Settle: config.Duration(15 * time.Minute), QueueWaitUnit: "ms"}
			},
			Fits: queuesFit,
		},
		Follows: true,
		Service: liveperson.Workspace,
		Advice:  kmmPermissions.advice,
		Descs:   queueDescs(),
		Cost:    queuesCost,
		Open:    func(s collector.Setup) collector.Collect { return newQueues(s).collect },
		Past:    openPastQueues,
	}
}

// groupPage is how many skills or groups a page of KMM metrics holds.
const groupPage = 50

// maxSkills is how many skills LivePerson delivers at most, half of them in each order.
const maxSkills = 2000

// queuesCost is the pages of skills and of groups, of which there are half as many
// as a rule, and those of the windows that settle meanwhile.
func queuesCost(_ config.Account, c config.Source, l collector.Load) float64 {
	o := c.Options.(*queuesOptions)
	n := pages(min(l.Services, maxSkills), groupPage)
	cost := n + pages(l.Services/2, groupPage) + n*newWindows(o.Bucket, o.Settle).perPoll(c.Interval)
	if o.Agents {
		cost++
	}
	return cost
}

// queues is what is known of the queues of an account from poll to poll. One
// goroutine uses it.
type queues struct {
	client  *liveperson.Client
	options *queuesOptions
	windows windows
	known   liveperson.KnownNames
	skills  skillNamesKnown
	series  knownSeries
}

func newQueues(s collector.Setup) *queues {
	o := s.Config.Options.(*queuesOptions)
	return &queues{client: clientOf(s), options: o, windows: newWindows(o.Bucket, o.Settle), skills: newSkillNames(), series: knownSeries{}}
}

// collect asks for the current values, then for the windows that have settled.
func (q *queues) collect(ctx context.Context, at collector.Position) (metric.Reading, error) {
	var r metric.Reading
	hour := q.client.Earlier(at.Now).Truncate(time.Minute)
	names := skillNames // with those of the windows, so that all names are tried at the first poll
	names.ByTime = slices.Concat(names.ByTime, windowNames.ByTime)
	skills, err := q.metrics(ctx, liveperson.BySkill, hour.Add(-time.Hour), hour, names, &r)
	if err != nil {
		return metric.Reading{}, err
	}
	groups, err := q.metrics(ctx, liveperson.ByGroup, hour.Add(-time.Hour), hour, groupNames, &r)
	if err != nil {
		return metric.Reading{}, err
	}
	q.skills.learn(skills.Groups)
	r.Gauges.Samples = q.gauges(skills.Groups, groups.Groups)
	if q.options.Agents {
		if err := q.agents(ctx, at.Now, &r); err != nil {
			return metric.Reading{}, err
		}
	}
	r.Intervals = q.windows.follow(q.client.Earlier(at.Now), at.Cursor, func(from, to time.Time) ([]metric.Interval, int, error) {
		return q.ask(ctx, from, to, &r)
	})
	r.Gauges.Samples = metric.AppendTime(r.Gauges.Samples, queuesSettled, r.Intervals.FinalUntil)
	for i := range skills.Groups {
		id := string(skills.Groups[i].Key)
		r.Intervals.Zero = append(r.Intervals.Zero, q.series.zero(counted(&skills.Groups[i].Metrics.Value, id, q.skills.name(id), &metric.Reading{}))...)
	}
	r.Unknown = append(r.Unknown, q.known.LeftOut()...)
	return r, nil
}

// metrics asks for metrics of a time and notes in r what is wrong with them.
func (q *queues) metrics(ctx context.Context, by string, from, to time.Time, names liveperson.MetricNames, r *metric.Reading) (liveperson.QueueMetrics, error) {
	answer, err := q.client.QueueMetrics(ctx, liveperson.QueueMetricsQuery{By: by, From: from, To: to, Names: names}, &q.known)
	translate.Note(r, answer.Extent)
	return answer, err
}

// ask asks what a window adds.
func (q *queues) ask(ctx context.Context, from, to time.Time, r *metric.Reading) ([]metric.Interval, int, error) {
	answer, err := q.metrics(ctx, liveperson.BySkill, from, to, windowNames, r)
	if err != nil {
		return nil, 0, err
	}
	q.skills.learn(answer.Groups)
	return q.window(answer.Groups, to, r), answer.Pages, nil
}
