package liveperson

import (
	"cmp"
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// The metrics of status-changes.
var (
	statusChangesDesc = metric.Counter.Desc("liveperson_agent_status_changes_total", "{change}",
		"Changes of an agent's status (statusType 1) by the new status (statusSubType) and reason: statusReasonText, else statusReasonId, else none. Each change is counted once, whenever it is delivered.",
		"agent_id", "status", "reason").Bounded("reason")
	logins = metric.Counter.Desc("liveperson_agent_logins_total", "{login}",
		"Logins of an agent (statusType 3).", "agent_id")
	logouts = metric.Counter.Desc("liveperson_agent_logouts_total", "{logout}",
		"Logouts of an agent (statusType 4).", "agent_id")
	statusSeconds = &metric.Desc{
		Name:     "liveperson_agent_status_seconds_total",
		OTLPName: "liveperson_agent_status_seconds", // liveperson_agent_status is the state
		Help:     "Seconds that an agent spent in a status, by its reason: the time between changes (time), from the login on and until the logout. It grows up to liveperson_status_changes_settled_timestamp_seconds.",
		Unit:     "s",
		Kind:     metric.Counter,
		Labels:   []string{"agent_id", "status", "reason"},
		Open:     []string{"reason"},
	}
	changesSettled = metric.Gauge.Desc("liveperson_status_changes_settled_timestamp_seconds", "s",
		"Unix time in seconds up to which the counters of status changes are final: the end of the newest window asked for (to) less settle.")
	changesAgentInfo = metric.Gauge.Desc("liveperson_status_changes_agent_info", "",
		"Always 1: the agent group (agentGroupId) of each agent with a change in the last day, if it was met since the start. With personal_data also employeeId.",
		"agent_id", "group_id", "employee_id").Experimental()
	changesLate = metric.Counter.Desc("liveperson_status_changes_late_total", "{change}",
		"Status changes that arrived after their time was settled: counted as changes all the same; the time that the status before was given until then stays its own.")
)

// statusChangesSource is the source status_changes.
func statusChangesSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name:     "status_changes",
			Interval: 10 * time.Minute,
			MaxAge:   time.Hour,
			Default:  true,
			Help:     "Logins, logouts and changes of status, for messaging and chat: status-changes of the Agent Activity API, which may be an hour late.",
			Options: func() any {
				return &statusChangesOptions{
					Overlap:  config.Duration(2 * time.Hour),
					Settle:   config.Duration(time.Hour),
					Lookback: config.Duration(24 * time.Hour),
					Version:  2,
				}
			},
		},
		Follows: true,
		Service: liveperson.Activity,
		Advice: permissions{
			application: "The application needs the scope wfm.agent.activity.read.external.",
			key:         "The key needs the permission Data > Workforce Management > Agent Status Changes.",
		}.advice,
		Descs: []*metric.Desc{statusChangesDesc, logins, logouts, statusSeconds, changesSettled, changesAgentInfo, changesLate, awayReasonInfo},
		Cost:  statusChangesCost,
		Open:  openStatusChanges,
		Past:  openPastChanges,
	}
}

// changesPerHour is how many records an agent makes in an hour, as a rule.
const changesPerHour = 6

// statusChangesCost is the number of pages of a window, of which each one goes
// back by the overlap.
func statusChangesCost(_ config.Account, c config.Source, l collector.Load) float64 {
	o := c.Options.(*statusChangesOptions)
	limit := o.query(time.Time{}, time.Time{}).Limit
	if o.Version == 1 {
		return pages(l.Agents, limit)
	}
	hours := (c.Interval + time.Duration(max(o.Overlap, o.Settle))).Hours()
	return pages(int(hours*changesPerHour*float64(l.Agents)), limit)
}

func openStatusChanges(s collector.Setup) collector.Collect {
	options := s.Config.Options.(*statusChangesOptions)
	_, named := s.Account.Sources["names"]
	agents, reasons := changedAgents{}, learntReasons{}
	return func(ctx context.Context, at collector.Position) (metric.Reading, error) {
		asked := options.poll(clientOf(s).Earlier(at.Now), parseCursor(at.Cursor))
		answer, to, err := askChanges(ctx, clientOf(s), options, asked, maxChanges)
		r := changesReading(answer, s.Identity)
		agents.learn(answer.Changes, s.Identity, to)
		r.Gauges.Samples = agents.append(r.Gauges.Samples, s.Account.PersonalData)
		if !named {
			reasons.learn(answer.Changes)
			r.Gauges.Samples = reasons.append(r.Gauges.Samples)
		}
		r.Events.Earliest, r.Events.Latest = asked.from.Add(-changesBefore), to
		if err != nil {
			return r, err
		}
		settled := to.Add(-time.Duration(options.Settle))
		r.Events.FinalUntil, r.Events.Running = settled, true
		r.Gauges.Samples = metric.AppendTime(r.Gauges.Samples, changesSettled, settled)
		r.Events.From = asked.from
		r.Events.Cursor, r.Events.Gap = cursorAt(to), asked.gap
		r.Events.Horizon = earliest(answer.Changes, asked.from).Add(-changesBefore)
		return r, nil
	}
}

// changesBefore is how long before the window a change may be that the vendor
// delivers in it.
const changesBefore = 24 * time.Hour

// askChanges asks for the changes in requests that the vendor permits, and
// returns up to when they are complete: not always to the end, where many are
// to be caught up.
func askChanges(ctx context.Context, c *liveperson.Client, o *statusChangesOptions, asked timeRange, most int) (liveperson.StatusChanges, time.Time, error) {
	var all liveperson.StatusChanges
	to := asked.from
	for to.Before(asked.to) && len(all.Changes) < most {
		// Whether to is part of the window isn't documented: a second is asked for twice.
		begin := to
		if begin.After(asked.from) {
			begin = begin.Add(-time.Second)
		}
		to = to.Add(chunk)
		if to.After(asked.to) {
			to = asked.to
		}
		answer, err := c.StatusChanges(ctx, o.query(begin, to))
		all.Changes = append(all.Changes, answer.Changes...)
		all.Extent.Add(answer.Extent)
		if err != nil {
			return all, to, err
		}
	}
	return all, to, nil
}

// earliest returns the time of the oldest change, at the latest from. The vendor
// delivers changes outside of the window as well; while it does they must be
// recognised.
func earliest(changes []liveperson.StatusChange, from time.Time) time.Time {
	for _, c := range changes {
		if c.Time.Before(from) {
			from = c.Time.Time
		}
	}
	return from
}

// changesReading translates changes into events.
func changesReading(answer liveperson.StatusChanges, identity collector.Identity) metric.Reading {
	r := translate.Reading(answer.Extent)
	r.Events.Zero = []metric.Sample{changesLate.Of(0)}
	seen := map[string]bool{}
	for _, c := range answer.Changes {
		id := identity(string(c.AgentID), string(c.AgentUserName))
		if !seen[id] {
			seen[id] = true
			r.Events.Zero = append(r.Events.Zero, logins.Of(0, id), logouts.Of(0, id))
		}
		r.Events.List = append(r.Events.List, changeEvent(c, id))
	}
	return r
}

// changeEvent translates one change. A type that the exporter doesn't know is
// counted as a change to other, but ends and begins nothing.
func changeEvent(c liveperson.StatusChange, id string) metric.Event {
	e := metric.Event{
		Key:     changeKey(c),
		Time:    c.Time.Time,
		Order:   int64(c.Sequence.Value),
		Late:    []metric.Sample{changesLate.Of(1)},
		Subject: string(c.AgentID),
	}
	switch c.Type {
	case liveperson.LoggedOn:
		e.Order = -1 // before the default state of the same instant
		e.Add = []metric.Sample{logins.Of(1, id)}
	case liveperson.LoggedOff:
		e.Order = math.MaxInt64 // after the change to offline of the same instant
		e.Add = []metric.Sample{logouts.Of(1, id)}
	case liveperson.StatusChanged:
		status, reason := changedTo(c, &e), changeReason(c)
		e.Add = []metric.Sample{statusChangesDesc.Of(1, id, status, reason)}
		e.Begin = []metric.Sample{statusSeconds.Of(0, id, status, reason)}
	default:
		e.Unknown = append(e.Unknown, translate.Unknown("statusType", string(c.Type)))
		e.Add = []metric.Sample{statusChangesDesc.Of(1, id, translate.Other, changeReason(c))}
		e.Subject, e.Late = "", nil
	}
	return e
}

// changeKey identifies a change. The session is no part of it: it may be -1 at
// first and the real one later.
func changeKey(c liveperson.StatusChange) string {
	return strings.Join([]string{
		string(c.AgentID),
		strconv.FormatInt(c.Time.UnixMilli(), 10),
		string(c.Type),
		string(c.SubType),
		strconv.FormatFloat(c.Sequence.Value, 'f', -1, 64),
		cmp.Or(reasonID(string(c.ReasonID)), translate.None),
	}, "|")
}

// changedTo returns the status that a change is to. One that isn't given is other, but
// no value that the exporter doesn't know.
func changedTo(c liveperson.StatusChange, e *metric.Event) string {
	switch c.SubType {
	case liveperson.ToOffline:
		return "offline"
	case liveperson.ToOnline:
		return "online"
	case liveperson.ToBackSoon:
		return "back_soon"
	case liveperson.ToAway:
		return "away"
	case "":
		return translate.Other
	}
	e.Unknown = append(e.Unknown, translate.Unknown("statusSubType", string(c.SubType)))
	return translate.Other
}

// changeReason returns the reason's text, else its id, else none.
func changeReason(c liveperson.StatusChange) string {
	if text := strings.TrimSpace(string(c.ReasonText)); text != "" {
		return text
	}
	return cmp.Or(reasonID(string(c.ReasonID)), translate.None)
}
