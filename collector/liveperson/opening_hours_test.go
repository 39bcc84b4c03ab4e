package liveperson

import (
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// span is an event of a calendar in Zurich.
func span(from, to string, rules ...string) liveperson.CalendarEvent {
	at := func(s string) api.Object[liveperson.CalendarTime] {
		return api.Object[liveperson.CalendarTime]{Value: liveperson.CalendarTime{DateTime: api.Text(s), Zone: "Europe/Zurich"}}
	}
	return liveperson.CalendarEvent{Start: at(from), End: at(to), Recurrence: rules}
}

// Opening hours keep their local time where clocks change, and last over midnight.
func TestOpeningHoursKeepTheLocalTime(t *testing.T) {
	weekdays := "RRULE:FREQ=WEEKLY;BYDAY=SA,SU,MO"
	day := span("2030-01-05T08:00:00", "2030-01-05T18:00:00", weekdays)
	night := span("2030-01-05T22:00:00", "2030-01-06T06:00:00", weekdays)
	for now, want := range map[string]struct {
		event liveperson.CalendarEvent
		open  bool
		next  string
	}{
		"2030-01-06T06:59:59Z": {day, false, "2030-01-06T07:00:00Z"},
		"2030-01-06T07:00:00Z": {day, true, "2030-01-06T17:00:00Z"},
		"2030-01-06T17:00:00Z": {day, false, "2030-01-07T07:00:00Z"},
		"2030-01-07T18:00:00Z": {day, false, "2030-01-12T07:00:00Z"},
		"2030-03-30T12:00:00Z": {day, true, "2030-03-30T17:00:00Z"},
		"2030-03-31T05:59:00Z": {day, false, "2030-03-31T06:00:00Z"}, // summer time began at night
		"2030-03-31T03:30:00Z": {night, true, "2030-03-31T04:00:00Z"},
		"2030-01-04T12:00:00Z": {day, false, "2030-01-05T07:00:00Z"}, // before the first
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		spans, known := occurrences(want.event, at, &metric.Reading{})
		for i := range spans {
			spans[i].working = true
		}
		open := isOpen(spans, nil, at)
		if next := nextChange(spans, nil, at, open).UTC().Format(time.RFC3339); !known || open != want.open || next != want.next {
			t.Errorf("%s: open %v, change at %s; want %v, %s", now, open, next, want.open, want.next)
		}
	}
}

func TestRecurrencesThatAreNotWeekly(t *testing.T) {
	for rule, want := range map[string]bool{
		"RRULE:FREQ=WEEKLY;BYDAY=SU": true, "rrule:freq=weekly;byday=su,mo": true, "FREQ=WEEKLY": true, "RRULE:FREQ=WEEKLY;INTERVAL=1;WKST=MO;BYDAY=FR": true,
		"RRULE:FREQ=DAILY": false, "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU": false, "RRULE:FREQ=WEEKLY;BYDAY=1SU": false, "": false,
		"RRULE:FREQ=WEEKLY;BYDAY=SU;UNTIL=20300101T000000Z": false, "EXDATE:20300101": false,
	} {
		if _, ok := weekly(rule, time.Monday); ok != want {
			t.Errorf("%q: %v, want %v", rule, ok, want)
		}
	}
}
