package ical

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func calendar(events ...string) []byte {
	text := "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n"
	for i, e := range events {
		if !strings.HasPrefix(e, "UID:") {
			e = fmt.Sprintf("UID:%d\n%s", i, e)
		}
		text += "BEGIN:VEVENT\n" + e + "\nEND:VEVENT\n"
	}
	return []byte(strings.ReplaceAll(text+"END:VCALENDAR\n", "\n", "\r\n"))
}

func TestEventsAreThoseOfTheCalendar(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("this system has no time zones")
	}
	from, to := time.Date(2026, 3, 26, 0, 0, 0, 0, berlin), time.Date(2026, 4, 2, 0, 0, 0, 0, berlin)
	for name, c := range map[string]struct {
		events  []string
		want    string // begin and end, in UTC
		skipped int
	}{
		"a time in UTC":       {[]string{"DTSTART:20260327T080000Z\nDTEND:20260327T160000Z"}, "27 08:00-27 16:00", 0},
		"a time in a zone":    {[]string{"DTSTART;TZID=America/New_York:20260327T080000\nDTEND;TZID=America/New_York:20260327T160000"}, "27 12:00-27 20:00", 0},
		"a floating time":     {[]string{"DTSTART:20260327T080000\nDTEND:20260327T160000"}, "27 07:00-27 15:00", 0},
		"a day":               {[]string{"DTSTART;VALUE=DATE:20260329"}, "28 23:00-29 22:00", 0}, // clocks change
		"days":                {[]string{"DTSTART;VALUE=DATE:20260320\nDTEND;VALUE=DATE:20260327"}, "19 23:00-26 23:00", 0},
		"outside":             {[]string{"DTSTART;VALUE=DATE:20260325", "DTSTART;VALUE=DATE:20260402"}, "", 0},
		"every day":           {[]string{"DTSTART:20250101T220000\nDTEND:20250102T060000\nRRULE:FREQ=DAILY;UNTIL=20260329T200000Z"}, "25 21:00-26 05:00 26 21:00-27 05:00 27 21:00-28 05:00 28 21:00-29 04:00 29 20:00-30 04:00", 0},
		"a day left out":      {[]string{"DTSTART:20260327T080000\nDTEND:20260327T090000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260328T080000"}, "27 07:00-27 08:00 29 06:00-29 07:00", 0},
		"days left out":       {[]string{"DTSTART:20260327T080000\nDTEND:20260327T090000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260328T080000,20260327T080000"}, "29 06:00-29 07:00", 0},
		"a day moved":         {[]string{"DTSTART:20260327T080000\nDTEND:20260327T090000\nRRULE:FREQ=DAILY;COUNT=2", "UID:0\nRECURRENCE-ID:20260328T080000\nDTSTART:20260328T100000\nDTEND:20260328T110000"}, "27 07:00-27 08:00 28 09:00-28 10:00", 0},
		"every year":          {[]string{"DTSTART;VALUE=DATE:19990328\nRRULE:FREQ=YEARLY"}, "27 23:00-28 23:00", 0},
		"cancelled":           {[]string{"DTSTART;VALUE=DATE:20260328\nSTATUS:CANCELLED"}, "", 0},
		"no end":              {[]string{"DTSTART:20260327T080000Z", "DTSTART;VALUE=DATE:20260328"}, "27 23:00-28 23:00", 1},
		"a duration":          {[]string{"DTSTART:20260327T080000Z\nDURATION:PT8H30M", "DTSTART:20260328T080000Z\nDURATION:+P1DT1H"}, "27 08:00-27 16:30 28 08:00-29 09:00", 0},
		"nights of 8 hours":   {[]string{"DTSTART:20260327T220000\nDURATION:PT8H\nRRULE:FREQ=DAILY;COUNT=2"}, "27 21:00-28 05:00 28 21:00-29 04:00", 0},
		"days of a duration":  {[]string{"DTSTART;VALUE=DATE:20260320\nDURATION:P1W", "DTSTART;VALUE=DATE:20260327\nDURATION:P2D"}, "19 23:00-26 23:00 26 23:00-28 23:00", 0},
		"bad durations":       {[]string{"DTSTART:20260327T080000Z\nDURATION:8H", "DTSTART:20260327T080000Z\nDURATION:PT0S", "DTSTART:20260327T080000Z\nDURATION:-PT8H", "DTSTART:20260327T080000Z\nDURATION:PT-8H", "DTSTART:20260327T080000Z\nDURATION:P8", "DTSTART:20260327T080000Z\nDURATION:P5M", "DTSTART:20260327T080000Z\nDURATION:P8H", "DTSTART:20260327T080000Z\nDURATION:P"}, "", 8},
		"an end before":       {[]string{"DTSTART:20260327T080000Z\nDTEND:20260327T070000Z"}, "", 1},
		"an unknown zone":     {[]string{"DTSTART;TZID=Mars/Base:20260327T080000\nDTEND:20260327T160000"}, "", 1},
		"a zone of Windows":   {[]string{"DTSTART;TZID=\"Eastern Standard Time\":20260327T080000\nDTEND;TZID=Eastern Standard Time:20260327T160000"}, "27 12:00-27 20:00", 0},
		"an end in no zone":   {[]string{"DTSTART:20260327T080000\nDTEND;TZID=Mars/Base:20260327T160000"}, "", 1},
		"every second":        {[]string{"DTSTART:19700101T000000Z\nDTEND:19700101T000001Z\nRRULE:FREQ=SECONDLY"}, "", 1},
		"a rule that isn't":   {[]string{"DTSTART:20260327T080000Z\nDTEND:20260327T090000Z\nRRULE:often"}, "", 1},
		"dates of its own":    {[]string{"DTSTART:20260327T080000Z\nDTEND:20260327T090000Z\nRDATE:20260328T080000Z"}, "", 1},
		"a day that never is": {[]string{"DTSTART;VALUE=DATE:20260327\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "", 0},
	} {
		events, skipped, err := Read(calendar(c.events...), from, to, berlin)
		var got []string
		for _, e := range events {
			got = append(got, e.Start.UTC().Format("02 15:04")+"-"+e.End.UTC().Format("02 15:04"))
		}
		if text := strings.Join(got, " "); err != nil || len(skipped) != c.skipped || text != c.want {
			t.Errorf("%s: %v, skipped: %v\ngot  %s\nwant %s", name, err, skipped, text, c.want)
		}
	}
}

func TestWhatIsNoCalendarIsAnErrorWithoutItsContent(t *testing.T) {
	for _, data := range []string{"", "agent_id,start\n1,Ms Private", "BEGIN:VCARD\r\nEND:VCARD\r\n", "\x00\xff"} {
		_, _, err := Read([]byte(data), time.Time{}, time.Now(), time.UTC)
		if err == nil || strings.Contains(err.Error(), "Private") {
			t.Errorf("%q: %v", data, err)
		}
	}
}

func TestTextIsThatOfTheProperty(t *testing.T) {
	events, _, err := Read(calendar("DTSTART;VALUE=DATE:20260328\nSUMMARY:Calls\\, loud\nX-AGENT-ID:7"), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), time.UTC)
	if err != nil || len(events) != 1 || events[0].Text("X-AGENT-ID") != "7" || events[0].Text("SUMMARY") != "Calls, loud" || events[0].Text("LOCATION") != "" {
		t.Errorf("%v, %v", events, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(calendar("DTSTART;VALUE=DATE:20260328\nRRULE:FREQ=DAILY;COUNT=3"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _, _ = Read(data, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), time.UTC)
	})
}
