package liveperson

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// agentViewOptions are the keys of the source agent_view.
type agentViewOptions struct {
	Bucket config.Duration `yaml:"bucket" range:"1m..12h" doc:"Window that is added to the counters as a whole: whole minutes that divide a day."`
	Settle config.Duration `yaml:"settle" range:"0s..22h" doc:"Age that the end of a window must have before it is added: LivePerson may change it until then."`
}

// Validate checks that windows are the same ones each day and can still be asked
// for once they are settled.
func (o *agentViewOptions) Validate() error { return newWindows(o.Bucket, o.Settle).validate() }

const windowOfAgents = " Counts each window of agent_view once, when its end is older than settle."

// The metrics of agent_view that agent_status doesn't have.
var (
	agentPending = metric.Gauge.Desc("liveperson_agent_pending_response_conversations", "{conversation}",
		"Conversations of the agent in which the consumer waits for a response (pendingAgentResponse).", "agent_id").Experimental()
	agentAvailable = metric.Gauge.Desc("liveperson_agent_available_slots", "{slot}",
		"Slots of the agent that are free (availableSlots).", "agent_id").Experimental()
	agentClosed = metric.Counter.Desc("liveperson_agent_conversations_closed_total", "{conversation}",
		"Conversations of the agent that were closed by the agent (closedByAgent), the consumer (closedByConsumer) or the system (autoClosed)."+windowOfAgents,
		"agent_id", "closed_by").Experimental()
	agentTransfers = metric.Counter.Desc("liveperson_agent_transfers_total", "{transfer}",
		"Conversations that the agent transferred (transfers)."+windowOfAgents, "agent_id").Experimental()
	agentReturns = metric.Counter.Desc("liveperson_agent_back_to_queue_total", "{conversation}",
		"Conversations that the agent returned to the queue (backToQueue)."+windowOfAgents, "agent_id").Experimental()
	messagingSeconds = metric.Counter.Desc("liveperson_agent_messaging_status_seconds_total", "s",
		"Seconds that the agent spent in a status for a reason (agentStatusWithReasonDurationList); reason_id is none without one. It measures what liveperson_agent_status_seconds_total does in another way."+windowOfAgents,
		"agent_id", "status", "reason_id").Bounded("reason_id").Experimental()
)

// agentViewSettled is up to when the windows are counted.
var agentViewSettled = metric.Gauge.Desc("liveperson_agent_view_settled_timestamp_seconds", "s",
	"Unix time in seconds up to which the windows of agent_view are in the counters.").Experimental()

// The names that agent_view is asked for: now, and for every window.
var (
	agentNames = []string{
		"agent_current_status", "agent_current_status_start_time", "agent_current_status_reason", "agent_current_status_reason_start_time",
		"assigned_conversations", "agent_load", "pending_agent_response", "available_slots", "max_slots",
	}
	agentWindowNames = []string{
		"closed_by_agent", "closed_by_consumer", "auto_closed", "transfers", "back_to_queue", "agent_status_with_reason_duration",
	}
	// everyStatus has those who have logged out since.
	everyStatus = []string{"ONLINE", "BACK_SOON", "AWAY", "OFFLINE"}
)

// agentViewDescs are what agent_view fills: what agent_status has of it, and its own.
func agentViewDescs() []*metric.Desc {
	descs := []*metric.Desc{
		collector.Agents(), groupAgents, groupAway, skillAgents, agentInfoDesc, agentStatusDesc, agentStatusStart, agentReasonStart, agentLoad,
		agentPending, agentAvailable, agentClosed, agentTransfers, agentReturns, messagingSeconds, agentViewSettled,
	}
	for _, w := range commonWorkloads {
		descs = append(descs, w.descs()...)
	}
	return descs
}

// agentViewSource is the source agent_view.
func agentViewSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name:     "agent_view",
			Interval: 30 * time.Second,
			MaxAge:   5 * time.Minute,
			Help:     "Agents as in agent_status, which it replaces, with their closings, transfers and time by status: agent view of the Key Messaging Metrics API.",
			Options: func() any {
				return &agentViewOptions{Bucket: config.Duration(15 * time.Minute), Settle: config.Duration(15 * time.Minute)}
			},
			Fits: agentViewFits,
		},
		Follows: true,
		Service: liveperson.Workspace,
		Advice:  kmmPermissions.advice,
		Descs:   agentViewDescs(),
		Cost:    agentViewCost,
		Open:    func(s collector.Setup) collector.Collect { return newAgentView(s).collect },
		Past:    openPastAgentView,
	}
}

// agentViewFits says why agent_view can't be on together with agent_status.
func agentViewFits(a config.Account) error {
	if _, on := a.Sources["agent_status"]; on {
		return errors.New("can't be on together with agent_status: both fill the same metrics of the same agents; set agent_status: {enabled: false}, or leave agent_view out")
	}
	return nil
}

// maxAgents is how many agents LivePerson delivers to one request.
const maxAgents = 1000

// agentViewCost is one request, or one for each agent group and those that find
// them, of which there are half as many as skills as a rule; as much for windows.
func agentViewCost(_ config.Account, c config.Source, l collector.Load) float64 {
	o := c.Options.(*agentViewOptions)
	n := 1.0
	if l.Agents > maxAgents {
		n += pages(l.Services/2, groupPage) + float64(max(1, l.Services/2))
	}
	return n * (1 + newWindows(o.Bucket, o.Settle).perPoll(c.Interval))
}

// agentView is what is known of the agents of an account from poll to poll. One
// goroutine uses it.
type agentView struct {
	collector.Setup
	windows windows
	known   liveperson.KnownNames
	series  knownSeries
	open    bool // whether skillOpen is shown
}

func newAgentView(s collector.Setup) *agentView {
	o := s.Config.Options.(*agentViewOptions)
	_, queues := s.Account.Sources["queues"]
	return &agentView{Setup: s, windows: newWindows(o.Bucket, o.Settle), series: knownSeries{}, open: !queues}
}

// collect asks for the current values, then for the windows that have settled.
func (v *agentView) collect(ctx context.Context, at collector.Position) (metric.Reading, error) {
	now := clientOf(v.Setup).Earlier(at.Now)
	minute := now.Truncate(time.Minute)
	q := liveperson.AgentViewQuery{From: minute.Add(-time.Hour), To: minute, Names: liveperson.MetricNames{Current: agentNames, ByTime: agentWindowNames}}
	answer, err := clientOf(v.Setup).AgentView(ctx, q, &v.known)
	if err != nil {
		return metric.Reading{}, err
	}
	r, zero := v.reading(answer)
	r.Intervals = v.windows.follow(now, at.Cursor, func(from, to time.Time) ([]metric.Interval, int, error) {
		return v.window(ctx, from, to, &r)
	})
	r.Intervals.Zero = zero
	r.Gauges.Samples = metric.AppendTime(r.Gauges.Samples, agentViewSettled, r.Intervals.FinalUntil)
	r.Unknown = append(r.Unknown, v.known.LeftOut()...)
	return r, nil
}

// statusesOf returns the agents as agent_status has them.
func statusesOf(answer liveperson.AgentViews) liveperson.AgentStatuses {
	all := liveperson.AgentStatuses{Extent: answer.Extent}
	for i := range answer.Agents {
		all.Agents = append(all.Agents, answer.Agents[i].AgentStatus())
	}
	return all
}

// reading translates the current values, and returns the counters of agents who are new.
func (v *agentView) reading(answer liveperson.AgentViews) (r metric.Reading, zero []metric.Sample) {
	statuses := statusesOf(answer)
	r = statusReading(statuses, v.Identity, v.Account.PersonalData, v.open)
	for i, label := range agentLabels(statuses.Agents, v.Identity) {
		a := &answer.Agents[i]
		zero = append(zero, v.series.zero(countAgent(a, label, &metric.Reading{}))...)
		if label == "" {
			continue
		}
		r.Gauges.Samples = translate.AppendMeasured(r.Gauges.Samples, agentPending, a.PendingAnswer, 1, label)
		r.Gauges.Samples = translate.AppendMeasured(r.Gauges.Samples, agentAvailable, a.Available, 1, label)
	}
	return r, zero
}

// window asks what a window adds.
func (v *agentView) window(ctx context.Context, from, to time.Time, r *metric.Reading) (list []metric.Interval, requests int, err error) {
	q := liveperson.AgentViewQuery{From: from, To: to, Names: liveperson.MetricNames{ByTime: agentWindowNames}, Status: everyStatus}
	answer, err := clientOf(v.Setup).AgentView(ctx, q, &v.known)
	if err != nil {
		return nil, 0, err
	}
	translate.Note(r, answer.Extent)
	for i, label := range agentLabels(statusesOf(answer).Agents, v.Identity) {
		a := &answer.Agents[i]
		if add := countAgent(a, label, r); len(add) > 0 {
			list = append(list, metric.Interval{Key: string(a.AgentID), End: to, Add: add})
		}
	}
	return list, answer.Pages, nil
}

// countAgent returns what a window adds to the counters of an agent.
func countAgent(a *liveperson.AgentView, label string, r *metric.Reading) (add []metric.Sample) {
	for _, by := range []struct {
		label string
		n     api.Number
	}{{"agent", a.ClosedByAgent}, {"consumer", a.ClosedByConsumer}, {"system", a.AutoClosed}} {
		add = translate.AppendMeasured(add, agentClosed, by.n, 1, label, by.label)
	}
	add = translate.AppendMeasured(add, agentTransfers, a.Transfers, 1, label)
	add = translate.AppendMeasured(add, agentReturns, a.BackToQueue, 1, label)
	r.Skipped += a.Durations.Skipped
	for _, d := range a.Durations.Items {
		if !translate.Measured(d.Duration) || d.Status == "" {
			continue
		}
		status, reason := statusLabel("agentStatus", string(d.Status), r), cmp.Or(reasonID(string(d.ReasonID)), translate.None)
		add = translate.AppendMeasured(add, messagingSeconds, d.Duration, translate.Milliseconds, label, status, reason)
	}
	return add
}
