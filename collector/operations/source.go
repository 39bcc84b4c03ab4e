// Package operations derives what supervisors ask from what the other sources of an
// account have counted: load, handle time, agents needed. It sends no request to a
// vendor. What a vendor's metrics mean for it, the vendor's package says: see Measure.
package operations

import (
	"context"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// Source returns the source operations of a vendor; measure and agents return those of an
// account.
func Source(measure func(collector.Setup) Measure, agents func(collector.Setup) AgentIDs) collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name: "operations", Interval: 30 * time.Second, MaxAge: 2 * time.Minute, Default: true,
			Help: "Whether each group is open, its load, handle time, agents needed and scheduled, and adherence, derived from what the other sources have counted. It sends no request to the vendor.",
		},
		Derived: true,
		Cost:    func(config.Account, config.Source, collector.Load) float64 { return 0 },
		Descs:   []*metric.Desc{groupOpen, handleTime, offeredLoad, agentsNeeded, utilization, answerWithin, agentsScheduled, groupAdherence, agentsAbsent, agentsLate, agentAdherent, groupScheduledTime, groupAdherentTime, agentScheduledTime, agentAdherentTime, rosterUp, rosterUpdated, rosterSkipped},
		Steps:   func(s collector.Setup) []collector.Step { return steps(s, agents(s)) },
		Open: func(s collector.Setup) collector.Collect {
			o := operations{shown: s.Shown, measure: measure(s), hours: s.Account.Hours, staffing: staffing{targets: s.Account.Targets}}
			o.adherence = adherence{
				roster:   roster{config: s.Account.Roster, client: s.RosterHTTP, read: s.RosterRead, agents: agents(s)},
				identity: rosterIdentity(s.Env, agents(s)), longest: max(2*s.Config.Interval, s.Config.MaxAge),
				groups: map[string]string{}, seen: map[string]time.Time{},
			}
			return o.collect
		},
	}
}

// operations derives the figures of one account.
type operations struct {
	shown     func(time.Time) []collector.Shown // nil in a check, which has nothing counted
	measure   Measure
	hours     []config.Hours
	staffing  staffing
	adherence adherence
}

func (o *operations) collect(ctx context.Context, at collector.Position) (metric.Reading, error) {
	var all []collector.Shown
	if o.shown != nil {
		all = o.shown(at.Now)
	}
	names := groupNames(all)
	current := fresh(all)
	m := o.measure(current)
	var r metric.Reading
	r.Gauges.Samples = o.staffing.append(nil, m, names)
	r.Gauges.Samples = appendOpen(r.Gauges.Samples, o.hours, m.open(at.Now), names, at.Now)
	o.adherence.append(ctx, &r, current, m, names, at.Now)
	return r, nil
}

// fresh returns the sources whose counters are those of now.
func fresh(all []collector.Shown) []collector.Shown {
	return slices.DeleteFunc(slices.Clone(all), func(s collector.Shown) bool { return !s.Fresh })
}
