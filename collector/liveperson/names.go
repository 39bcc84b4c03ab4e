package liveperson

import (
	"cmp"
	"context"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// The metrics of the account's configuration.
var (
	// awayReasonInfo is filled by names, and by status_changes while that is off.
	awayReasonInfo = metric.Gauge.Desc("liveperson_away_reason_info", "",
		"Always 1: the text of a reason for being away, by its id, and the status that it is for. Of all reasons (status-reasons: id, text, state) where the source names is on, else of those met in status changes since the start (statusReasonId, statusReasonText, statusSubType).",
		"reason_id", "reason", "status").Bounded("reason")
	skillInfo = metric.Gauge.Desc("liveperson_skill_info", "",
		"Always 1: the name of a skill (id, name).", "skill_id", "skill_name").Experimental()
	groupInfo = metric.Gauge.Desc("liveperson_group_info", "",
		"Always 1: the name of an agent group and the group that it belongs to (id, name, parentGroupId).", "group_id", "group_name", "parent_group_id").Experimental()
	responseTarget = metric.Gauge.Desc("liveperson_skill_response_target_seconds", "s",
		"Seconds within which the skill's conversations are to be answered, by kind: default, urgent and first (slaDefaultResponseTime, slaUrgentResponseTime, slaFirstTimeResponseTime). Absent where the skill has none.",
		"skill_id", "kind").Experimental()
	skillIsOpen = metric.Gauge.Desc("liveperson_skill_open", "",
		"1 within the skill's working hours, else 0: workingHoursId, else the account's default, and specialOccasionId, at the time of the newest poll. Absent where the hours have a form that the exporter doesn't know.",
		"skill_id").Experimental()
	hoursChange = &metric.Desc{
		Name:      "liveperson_skill_hours_change_timestamp_seconds",
		Help:      "Unix time in seconds at which the skill opens or closes next; absent if that is more than two weeks away.",
		Unit:      "s",
		Ahead:     true,
		Labels:    []string{"skill_id"},
		Stability: metric.Experimental,
	}
)

// namesSource is the source names.
func namesSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name:     "names",
			Interval: 15 * time.Minute,
			MaxAge:   6 * time.Hour,
			Help:     "Names of away reasons, skills and agent groups, response targets and opening hours: Account Configuration API, read only.",
		},
		Service: liveperson.ReadOnly,
		Advice: permissions{
			application: "The application needs a scope for reading the account's configuration (Account Configuration: users and skills), which LivePerson's account team tells. Everything else works without it.",
			key:         "The key needs the permission Administration > Account Configuration (read). Everything else works without it.",
		}.advice,
		Descs: []*metric.Desc{awayReasonInfo, skillInfo, groupInfo, responseTarget, skillIsOpen, hoursChange},
		Cost:  func(config.Account, config.Source, collector.Load) float64 { return namesRequests },
		Open:  openNames,
	}
}

// namesRequests are five lists and, as a rule, two calendars of working hours and one of
// special days.
const namesRequests = 8

func openNames(s collector.Setup) collector.Collect {
	reader, known := clientOf(s).Names(), s.Client.(shared).names
	return func(ctx context.Context, at collector.Position) (metric.Reading, error) {
		answer, err := reader.Read(ctx)
		if err != nil {
			return metric.Reading{}, err
		}
		known.learn(answer)
		return namesReading(answer, at.Now), nil
	}
}

// namesReading translates the configuration of an account as it is at a time.
func namesReading(answer liveperson.Names, now time.Time) metric.Reading {
	r := translate.Reading(answer.Extent)
	seen := map[string]bool{}
	once := func(kind string, id api.Text) bool {
		fresh := id != "" && !seen[kind+string(id)]
		seen[kind+string(id)] = true
		if id == "" {
			r.Skipped++
		}
		return fresh
	}
	for _, reason := range answer.Reasons {
		if once("reason ", reason.ID) {
			r.Gauges.Samples = append(r.Gauges.Samples, awayReasonInfo.Of(1, string(reason.ID), string(reason.Text), statusLabel("state", string(cmp.Or(reason.State, reason.Type)), &r)))
		}
	}
	for _, g := range answer.Groups {
		if once("group ", g.ID) && !g.Deleted.Value {
			r.Gauges.Samples = append(r.Gauges.Samples, groupInfo.Of(1, string(g.ID), liveperson.Name(g.Name), string(g.ParentID)))
		}
	}
	open := newOpening(answer, now, &r)
	for _, skill := range answer.Skills {
		if once("skill ", skill.ID) && !skill.Deleted.Value {
			r.Gauges.Samples = appendSkill(r.Gauges.Samples, skill)
			r.Gauges.Samples = open.append(r.Gauges.Samples, skill)
		}
	}
	return r
}

// appendSkill appends the name and the response targets of a skill.
func appendSkill(samples []metric.Sample, s liveperson.ConfiguredSkill) []metric.Sample {
	id := string(s.ID)
	samples = append(samples, skillInfo.Of(1, id, liveperson.Name(s.Name)))
	for _, target := range []struct {
		kind  string
		value api.Number
	}{{"default", s.DefaultResponse}, {"urgent", s.UrgentResponse}, {"first", s.FirstResponse}} {
		if target.value.Valid && target.value.Value > 0 {
			samples = append(samples, responseTarget.Of(target.value.Value, id, target.kind))
		}
	}
	return samples
}
