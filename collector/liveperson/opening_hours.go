package liveperson

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

const (
	// spanBehind and spanAhead are how far around now events of calendars matter.
	spanBehind = 8 * 24 * time.Hour
	spanAhead  = 15 * 24 * time.Hour
)

// hours is a span of time in which people work, or on a special day don't.
type hours struct {
	from, to time.Time
	working  bool
}

func (h hours) contains(t time.Time) bool { return !t.Before(h.from) && t.Before(h.to) }

// opening knows the hours of every calendar around a time.
type opening struct {
	now         time.Time
	weeks, days map[api.Text][]hours // nil where the calendar has an unknown form
	standard    api.Text             // the account's default working hours
	special     api.Text             // and special days
}

func newOpening(answer liveperson.Names, now time.Time, r *metric.Reading) opening {
	o := opening{now: now}
	o.weeks, o.standard = calendarHours(answer.Hours, false, now, r)
	o.days, o.special = calendarHours(answer.Days, true, now, r)
	return o
}

// calendarHours returns the hours of each calendar, and the id of the default. Events of
// special days say whether people work.
func calendarHours(all map[api.Text]liveperson.Calendar, special bool, now time.Time, r *metric.Reading) (map[api.Text][]hours, api.Text) {
	out, standard := map[api.Text][]hours{}, api.Text("")
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if all[id].IsDefault.Value {
			standard = id
		}
		list := []hours{}
		for _, e := range all[id].Events.Items {
			spans, known := occurrences(e, now, r)
			if !known {
				list = nil
				break
			}
			for i := range spans {
				spans[i].working = !special || e.Meta.Value.Working.Value
			}
			list = append(list, spans...)
		}
		out[id] = list
	}
	return out, standard
}

// occurrences returns when an event is, around now. One without times is skipped; one
// that recurs in another way than weekly makes its calendar useless.
func occurrences(e liveperson.CalendarEvent, now time.Time, r *metric.Reading) (spans []hours, known bool) {
	from, ok := e.Start.Value.Local()
	to, good := e.End.Value.Local()
	if !ok || !good || !to.After(from) || to.Sub(from) > spanBehind && len(e.Recurrence) > 0 {
		r.Skipped++
		return nil, true
	}
	if len(e.Recurrence) == 0 {
		return []hours{{from: from, to: to}}, true
	}
	for _, rule := range e.Recurrence {
		weekdays, ok := weekly(rule, from.Weekday())
		if !ok {
			r.Unknown = append(r.Unknown, "recurrence")
			return nil, false
		}
		local := now.In(from.Location()) // in which no day is left out when clocks change
		for day := local.Add(-spanBehind); day.Before(local.Add(spanAhead)); day = day.AddDate(0, 0, 1) {
			begin := onDay(day, from, from)
			if weekdays[begin.Weekday()] && !begin.Before(from) {
				spans = append(spans, hours{from: begin, to: onDay(begin, to, from)})
			}
		}
	}
	return spans, true
}

// onDay moves a time from the days after first to the days after day: clocks that
// change between them keep the local time.
func onDay(day, t, first time.Time) time.Time {
	local := t.In(first.Location())
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	days := int(midnight(local).Sub(midnight(first)) / (24 * time.Hour))
	return time.Date(day.Year(), day.Month(), day.Day()+days, local.Hour(), local.Minute(), local.Second(), 0, first.Location())
}

// weekly reads RRULE:FREQ=WEEKLY;BYDAY=MO,TU; without BYDAY it is the weekday of the
// event itself. Nothing else is documented.
func weekly(rule string, own time.Weekday) (days map[time.Weekday]bool, ok bool) {
	names := map[string]time.Weekday{"SU": 0, "MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6}
	days = map[time.Weekday]bool{own: true}
	often := ""
	for part := range strings.SplitSeq(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(rule)), "RRULE:"), ";") {
		name, value, _ := strings.Cut(part, "=")
		switch {
		case name == "FREQ":
			often = value
		case name == "BYDAY":
			days = map[time.Weekday]bool{}
			for day := range strings.SplitSeq(value, ",") {
				weekday, known := names[day]
				if !known {
					return nil, false
				}
				days[weekday] = true
			}
		case name == "INTERVAL" && value == "1", name == "WKST", part == "":
		default:
			return nil, false
		}
	}
	return days, often == "WEEKLY"
}

// append appends whether a skill is open and when that changes. A skill without
// working hours, its own or the account's, is not judged.
func (o opening) append(samples []metric.Sample, s liveperson.ConfiguredSkill) []metric.Sample {
	week := o.weeks[orDefault(o.weeks, s.WorkingHoursID, o.standard)]
	id := orDefault(o.days, s.SpecialOccasionID, o.special)
	days, special := o.days[id]
	if week == nil || special && days == nil {
		return samples
	}
	now := isOpen(week, days, o.now)
	samples = append(samples, skillIsOpen.Of(metric.Truth(now), string(s.ID)))
	return metric.AppendTime(samples, hoursChange, nextChange(week, days, o.now, now), string(s.ID))
}

// orDefault returns the id of the skill's own calendar if there is one.
func orDefault(known map[api.Text][]hours, own, standard api.Text) api.Text {
	if _, ok := known[own]; ok && own != "" {
		return own
	}
	return standard
}

// isOpen reports whether people work: on a special day as that says, else by the week.
func isOpen(week, days []hours, at time.Time) bool {
	for _, h := range days {
		if h.contains(at) {
			return h.working
		}
	}
	return slices.ContainsFunc(week, func(h hours) bool { return h.contains(at) })
}

// nextChange returns when what is now ends; the zero time if that is too far away.
func nextChange(week, days []hours, at time.Time, now bool) time.Time {
	var bounds []time.Time
	for _, h := range slices.Concat(week, days) {
		bounds = append(bounds, h.from, h.to)
	}
	slices.SortFunc(bounds, time.Time.Compare)
	for _, b := range bounds {
		if b.After(at) && b.Before(at.Add(spanAhead-24*time.Hour)) && isOpen(week, days, b) != now {
			return b
		}
	}
	return time.Time{}
}
