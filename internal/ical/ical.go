// Package ical reads the events of a calendar (RFC 5545), those that recur included.
package ical

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/prometheus/common/model"
	"github.com/teambition/rrule-go"
)

// Event is one occurrence of an event.
type Event struct {
	Start, End time.Time
	// AllDay is true for whole days, from midnight to midnight.
	AllDay bool

	source *ics.VEvent
}

// Text returns the value of a property such as SUMMARY; "" where the event has none.
func (e Event) Text(property string) string {
	return text(e.source, ics.ComponentProperty(property))
}

var errNoCalendar = errors.New("is no iCalendar file")

// What is wrong with an event that is skipped.
var (
	errTime       = errors.New("has a time that is missing or can't be read")
	errZone       = errors.New("is in a time zone that isn't known: neither IANA's, nor one of Windows, nor defined by the calendar")
	errLength     = errors.New("has no end, or ends before it begins")
	errRecurrence = errors.New("recurs in a way that can't be read")
	errTooMany    = errors.New("has no room beside the others")
)

// IsCalendar reports whether data begins as a calendar does.
func IsCalendar(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data, "\ufeff\r\n\t "), []byte("BEGIN:VCALENDAR"))
}

// maxOccurrences bounds what a calendar may hold within the time that is asked for.
const maxOccurrences = 100_000

// Read returns the events of a calendar that touch a span of time, in the order of their
// begin. Times without a zone are of the calendar's, else of the given one. skipped says of
// each event that can't be used why. No error holds anything of the content.
func Read(data []byte, from, to time.Time, zone *time.Location) (events []Event, skipped []error, err error) {
	calendar, err := ics.ParseCalendar(bytes.NewReader(data))
	if err != nil || !IsCalendar(data) {
		return nil, nil, errNoCalendar
	}
	all := calendar.Events()
	zones := zonesOf(calendar, zone)
	replaced := replacements(all, zones)
	for _, e := range all {
		if text(e, ics.ComponentPropertyStatus) == "CANCELLED" {
			continue
		}
		list, err := occurrences(e, replaced, from, to, zones)
		if err == nil && len(events)+len(list) > maxOccurrences {
			err = errTooMany
		}
		if err != nil {
			skipped = append(skipped, err)
			continue
		}
		events = append(events, list...)
	}
	slices.SortStableFunc(events, func(a, b Event) int { return a.Start.Compare(b.Start) })
	return events, skipped, nil
}

// occurrence names one time of an event that recurs.
type occurrence struct {
	uid string
	at  int64
}

// replacements returns the occurrences that events of their own replace.
func replacements(all []*ics.VEvent, z *zones) map[occurrence]bool {
	replaced := map[occurrence]bool{}
	for _, e := range all {
		if at, _, err := timeOf(e.GetProperty(ics.ComponentPropertyRecurrenceId), z); err == nil {
			replaced[occurrence{e.Id(), at.Unix()}] = true
		}
	}
	return replaced
}

// occurrences returns when an event is within a span of time.
func occurrences(e *ics.VEvent, replaced map[occurrence]bool, from, to time.Time, z *zones) ([]Event, error) {
	start, allDay, err := timeOf(e.GetProperty(ics.ComponentPropertyDtStart), z)
	if err != nil {
		return nil, err
	}
	length, err := lengthOf(e, start, allDay, z)
	if err != nil {
		return nil, err
	}
	starts, err := recurrences(e, start, from.Add(-length), to, z)
	if err != nil {
		return nil, err
	}
	single := e.GetProperty(ics.ComponentPropertyRecurrenceId) != nil
	var events []Event
	for _, s := range starts {
		end := fromWallClock(wallClock(s).Add(length), s.Location())
		if end.After(from) && s.Before(to) && (single || !replaced[occurrence{e.Id(), s.Unix()}]) {
			events = append(events, Event{Start: s, End: end, AllDay: allDay, source: e})
		}
	}
	return events, nil
}

// lengthOf returns how long an event is by the clock: until its end, or for its duration; a
// day that has neither is one day.
func lengthOf(e *ics.VEvent, start time.Time, allDay bool, z *zones) (length time.Duration, err error) {
	until, duration := e.GetProperty(ics.ComponentPropertyDtEnd), text(e, ics.ComponentPropertyDuration)
	ok := allDay
	switch {
	case until != nil:
		var end time.Time
		if end, _, err = timeOf(until, z); err != nil {
			return 0, err
		}
		length, ok = wallClock(end).Sub(wallClock(start)), end.After(start)
	case duration != "":
		length, ok = durationOf(duration)
	default:
		length = 24 * time.Hour
	}
	if !ok {
		return 0, errLength
	}
	return length, nil
}

// durationOf reads a length such as PT8H30M, P1DT12H or P2W.
func durationOf(text string) (length time.Duration, ok bool) {
	text, ok = strings.CutPrefix(strings.TrimPrefix(text, "+"), "P")
	days, clock, _ := strings.Cut(text, "T")
	d, err := model.ParseDuration(strings.ToLower(days + clock))
	return time.Duration(d), ok && err == nil && d > 0 && !strings.ContainsAny(days, "YMHS")
}

// recurrences returns the begins of an event from one time to another.
func recurrences(e *ics.VEvent, start, from, to time.Time, z *zones) ([]time.Time, error) {
	if e.GetProperty(ics.ComponentPropertyRdate) != nil {
		return nil, errRecurrence
	}
	rules := e.GetProperties(ics.ComponentPropertyRrule)
	if len(rules) == 0 {
		return []time.Time{start}, nil
	}
	var set rrule.Set
	for _, p := range rules {
		option, err := rrule.StrToROptionInLocation(p.Value, start.Location())
		if err != nil || option.Freq > rrule.DAILY {
			return nil, errRecurrence
		}
		option.Dtstart = start
		rule, err := rrule.NewRRule(*option)
		if err != nil {
			return nil, errRecurrence
		}
		set.RRule(rule)
	}
	for _, p := range e.GetProperties(ics.ComponentPropertyExdate) {
		zone := z.of(p)
		if zone == nil {
			return nil, errZone
		}
		dates, err := rrule.StrToDatesInLoc(p.Value, zone)
		if err != nil {
			return nil, errTime
		}
		set.SetExDates(append(set.GetExDate(), dates...))
	}
	return set.Between(from, to, true), nil
}

// timeOf reads a property that is a date, or a time in UTC, in a zone that it names, or in
// that of times which name none.
func timeOf(p *ics.IANAProperty, z *zones) (at time.Time, allDay bool, err error) {
	if p == nil {
		return time.Time{}, false, errTime
	}
	zone := z.of(p)
	if zone == nil {
		return time.Time{}, false, errZone
	}
	if at, err = rrule.StrToDtStart(p.Value, zone); err != nil {
		return time.Time{}, false, errTime
	}
	return at, len(p.Value) == len(rrule.DateFormat), nil
}

// wallClock returns what clocks show at a time, as if it were UTC: the length of an event
// is that of its clock, whether clocks change meanwhile or not.
func wallClock(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

func fromWallClock(t time.Time, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
}

// component is an event, a time zone, or a part of one.
type component interface {
	GetProperty(property ics.ComponentProperty) *ics.IANAProperty
}

// text returns the value of a property; "" where there is none.
func text(of component, property ics.ComponentProperty) string {
	if p := of.GetProperty(property); p != nil {
		return p.Value
	}
	return ""
}
