package ical

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // this system may have no time zones
)

func TestWindowsZonesExist(t *testing.T) {
	for line := range strings.SplitSeq(strings.TrimSpace(windowsZones), "\n") {
		windows, iana, _ := strings.Cut(line, "=")
		if zone := loadZone(windows); zone == nil || zone.String() != iana {
			t.Errorf("%s is %v, want %s", windows, zone, iana)
		}
	}
	for _, name := range []string{"", "Local", "../etc/passwd", "Mars/Base"} {
		if zone := loadZone(name); zone != nil {
			t.Errorf("%q is %v", name, zone)
		}
	}
}

const rulesOfEurope = `BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
`

const rulesOfAmerica = `BEGIN:STANDARD
DTSTART:20071104T020000
TZOFFSETFROM:-0330
TZOFFSETTO:-0430
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
TZOFFSETFROM:-043000
TZOFFSETTO:-033000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
`

const oneOffset = "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0530\nEND:STANDARD\n"

// inZone returns a calendar with one event of an hour in a zone that it defines.
func inZone(definition, local string) []byte {
	text := "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:Our zone\n" + definition + "END:VTIMEZONE\nBEGIN:VEVENT\nUID:1\n" +
		"DTSTART;TZID=Our zone:" + local + "\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n"
	return []byte(strings.ReplaceAll(text, "\n", "\r\n"))
}

func TestACalendarMayDefineItsZone(t *testing.T) {
	for name, c := range map[string]struct {
		definition, local, utc string // utc is empty for an event that is skipped
	}{
		"winter":              {rulesOfEurope, "20260329T015959", "20260329T005959Z"},
		"summer":              {rulesOfEurope, "20260329T030000", "20260329T010000Z"},
		"the last of summer":  {rulesOfEurope, "20261025T015959", "20261024T235959Z"},
		"winter again":        {rulesOfEurope, "20261025T030000", "20261025T020000Z"},
		"the second Sunday":   {rulesOfAmerica, "20260308T030000", "20260308T063000Z"},
		"the day before":      {rulesOfAmerica, "20260307T030000", "20260307T073000Z"},
		"the first Sunday":    {rulesOfAmerica, "20261101T023000", "20261101T070000Z"},
		"one offset":          {oneOffset, "20260701T120000", "20260701T063000Z"},
		"a name":              {"X-LIC-LOCATION:Europe/Berlin\n" + oneOffset, "20260701T120000", "20260701T100000Z"},
		"two rules of winter": {oneOffset + rulesOfEurope, "20260701T120000", ""},
		"no rule":             {"", "20260701T120000", ""},
		"no offset":           {strings.Replace(oneOffset, "TZOFFSETTO", "X-NONE", 1), "20260701T120000", ""},
		"a date of its own":   {strings.Replace(rulesOfEurope, "BYDAY=-1SU;BYMONTH=10", "BYMONTHDAY=25;BYMONTH=10", 1), "20260701T120000", ""},
		"a rule that ended":   {strings.Replace(rulesOfEurope, "BYMONTH=10", "BYMONTH=10;UNTIL=20100101T000000Z", 1), "20260701T120000", ""},
	} {
		events, skipped, err := Read(inZone(c.definition, c.local), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC)
		switch {
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case c.utc == "":
			if len(events) != 0 || len(skipped) != 1 || !strings.Contains(skipped[0].Error(), "time zone") || strings.Contains(skipped[0].Error(), "Our") {
				t.Errorf("%s: %v, skipped: %v", name, events, skipped)
			}
		case len(events) != 1 || events[0].Start.UTC().Format("20060102T150405Z") != c.utc:
			t.Errorf("%s: %v, skipped: %v; want %s", name, events, skipped, c.utc)
		}
	}
}

func TestTheZoneOfTheCalendarIsThatOfFloatingTimes(t *testing.T) {
	for zone, want := range map[string]int{"America/New_York": 12, "W. Europe Standard Time": 7, "Mars/Base": 8} {
		data := strings.Replace(string(calendar("DTSTART:20260327T080000\nDURATION:PT1H")), "PRODID", "X-WR-TIMEZONE:"+zone+"\r\nPRODID", 1)
		events, _, err := Read([]byte(data), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), time.UTC)
		if err != nil || len(events) != 1 || events[0].Start.UTC().Hour() != want {
			t.Errorf("%s: %v, %v", zone, events, err)
		}
	}
}
