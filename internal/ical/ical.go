// Package ical reads the events of a calendar (RFC 5545), those that recur included.
package ical

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
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

// IsCalendar reports whether data begins as a calendar does.
func IsCalendar(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data, "\ufeff\r\n\t "), []byte("BEGIN:VCALENDAR"))
}

// maxOccurrences bounds what a calendar may hold within the time that is asked for.
const maxOccurrences = 100_000

// Read returns the events of a calendar that touch a span of time, in the order of their
// begin. Times without a zone are of the given one. skipped counts events without the
// times that they need, and those that recur in a way that can't be read. The error holds
// nothing of the content.
func Read(data []byte, from, to time.Time, zone *time.Location) (events []Event, skipped int, err error) {
	calendar, err := ics.ParseCalendar(bytes.NewReader(data))
	if err != nil || !IsCalendar(data) {
		return nil, 0, errNoCalendar
	}
	all := calendar.Events()
	replaced := replacements(all, zone)
	for _, e := range all {
		if text(e, ics.ComponentPropertyStatus) == "CANCELLED" {
			continue
		}
		list, ok := occurrences(e, replaced, from, to, zone)
		if !ok || len(events)+len(list) > maxOccurrences {
			skipped++
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
func replacements(all []*ics.VEvent, zone *time.Location) map[occurrence]bool {
	replaced := map[occurrence]bool{}
	for _, e := range all {
		if at, _, ok := timeOf(e.GetProperty(ics.ComponentPropertyRecurrenceId), zone); ok {
			replaced[occurrence{e.Id(), at.Unix()}] = true
		}
	}
	return replaced
}

// occurrences returns when an event is within a span of time.
func occurrences(e *ics.VEvent, replaced map[occurrence]bool, from, to time.Time, zone *time.Location) ([]Event, bool) {
	start, allDay, ok := timeOf(e.GetProperty(ics.ComponentPropertyDtStart), zone)
	if !ok {
		return nil, false
	}
	length, ok := lengthOf(e, start, allDay, zone)
	if !ok {
		return nil, false
	}
	starts, ok := recurrences(e, start, from.Add(-length), to, zone)
	if !ok {
		return nil, false
	}
	single := e.GetProperty(ics.ComponentPropertyRecurrenceId) != nil
	var events []Event
	for _, s := range starts {
		end := fromWallClock(wallClock(s).Add(length), s.Location())
		if end.After(from) && s.Before(to) && (single || !replaced[occurrence{e.Id(), s.Unix()}]) {
			events = append(events, Event{Start: s, End: end, AllDay: allDay, source: e})
		}
	}
	return events, true
}

// lengthOf returns how long an event is by the clock: until its end, or for its duration; a
// day that has neither is one day.
func lengthOf(e *ics.VEvent, start time.Time, allDay bool, zone *time.Location) (time.Duration, bool) {
	end, _, ok := timeOf(e.GetProperty(ics.ComponentPropertyDtEnd), zone)
	switch duration := text(e, ics.ComponentPropertyDuration); {
	case ok:
		return wallClock(end).Sub(wallClock(start)), end.After(start)
	case duration != "":
		return durationOf(duration)
	}
	return 24 * time.Hour, allDay
}

// durationOf reads a length such as PT8H30M, P1DT12H or P2W.
func durationOf(text string) (length time.Duration, ok bool) {
	text, ok = strings.CutPrefix(strings.TrimPrefix(text, "+"), "P")
	days, hours, timed := strings.Cut(text, "T")
	unit := 24 * time.Hour
	number, weeks := strings.CutSuffix(days, "W")
	if weeks {
		unit *= 7
	} else {
		number = strings.TrimSuffix(days, "D")
	}
	if days != "" {
		n, err := strconv.ParseUint(number, 10, 12)
		length, ok = time.Duration(n)*unit, ok && err == nil && number != days
	}
	if timed {
		clock, err := time.ParseDuration(strings.ToLower(hours))
		length, ok = length+clock, ok && err == nil && clock >= 0
	}
	return length, ok && length > 0
}

// recurrences returns the begins of an event from one time to another.
func recurrences(e *ics.VEvent, start, from, to time.Time, zone *time.Location) ([]time.Time, bool) {
	if e.GetProperty(ics.ComponentPropertyRdate) != nil {
		return nil, false
	}
	rules := e.GetProperties(ics.ComponentPropertyRrule)
	if len(rules) == 0 {
		return []time.Time{start}, true
	}
	var set rrule.Set
	for _, p := range rules {
		option, err := rrule.StrToROptionInLocation(p.Value, start.Location())
		if err != nil || option.Freq > rrule.DAILY {
			return nil, false
		}
		option.Dtstart = start
		rule, err := rrule.NewRRule(*option)
		if err != nil {
			return nil, false
		}
		set.RRule(rule)
	}
	for _, p := range e.GetProperties(ics.ComponentPropertyExdate) {
		at, _, ok := timeOf(p, zone)
		if !ok {
			return nil, false
		}
		set.ExDate(at)
	}
	return set.Between(from, to, true), true
}

// timeOf reads a property that is a date, or a time in UTC, in a zone that it names, or in
// the given one.
func timeOf(p *ics.IANAProperty, zone *time.Location) (at time.Time, allDay, ok bool) {
	if p == nil {
		return time.Time{}, false, false
	}
	if names := p.ICalParameters["TZID"]; len(names) == 1 {
		named, err := time.LoadLocation(names[0])
		if err != nil {
			return time.Time{}, false, false
		}
		zone = named
	}
	if at, err := time.Parse("20060102T150405Z", p.Value); err == nil {
		return at, false, true
	}
	if at, err := time.ParseInLocation("20060102T150405", p.Value, zone); err == nil {
		return at, false, true
	}
	at, err := time.ParseInLocation("20060102", p.Value, zone)
	return at, true, err == nil
}

// wallClock returns what clocks show at a time, as if it were UTC: the length of an event
// is that of its clock, whether clocks change meanwhile or not.
func wallClock(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

func fromWallClock(t time.Time, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
}

func text(e *ics.VEvent, property ics.ComponentProperty) string {
	if p := e.GetProperty(property); p != nil {
		return p.Value
	}
	return ""
}
