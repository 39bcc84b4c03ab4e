package config

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// openingHours reads hours as a file has them.
func openingHours(t *testing.T, entry string) ([]Hours, error) {
	t.Helper()
	c, err := Parse(filepath.Join(t.TempDir(), "test.yml"), []byte("accounts: [{name: a, vendor: liveperson, account_id: '1', auth: {bearer_token: t}, hours: ["+entry+"]}]"), testVendors())
	if err != nil {
		return nil, err
	}
	return c.Accounts[0].Hours, nil
}

func TestOpeningHoursAreThoseOfTheClockOnTheWall(t *testing.T) {
	for _, c := range []struct{ hours, at, want string }{
		{"{timezone: Europe/Berlin, open: [mon-fri 08:00-20:00]}", "2026-03-27T07:00:00Z", "open"}, // Friday, 8:00
		{"{timezone: Europe/Berlin, open: [mon-fri 08:00-20:00]}", "2026-03-27T06:59:59Z", "closed"},
		{"{timezone: Europe/Berlin, open: [mon-fri 08:00-20:00]}", "2026-03-27T19:00:00Z", "closed"}, // 20:00
		{"{timezone: Europe/Berlin, open: [mon-fri 08:00-20:00]}", "2026-03-28T10:00:00Z", "closed"}, // Saturday
		{"{timezone: Europe/Berlin, open: [mon-fri 08:00-20:00]}", "2026-03-30T06:00:00Z", "open"},   // after clocks have changed
		{"{timezone: Europe/Berlin, open: [mon-fri 08:00-20:00]}", "2026-03-30T18:00:00Z", "closed"},
		{"{timezone: America/New_York, open: ['fri-mon 22:00-06:00']}", "2026-03-31T09:59:59Z", "open"}, // Tuesday, from Monday on
		{"{timezone: America/New_York, open: ['fri-mon 22:00-06:00']}", "2026-03-31T10:00:00Z", "closed"},
		{"{timezone: America/New_York, open: ['fri-mon 22:00-06:00']}", "2026-03-27T05:00:00Z", "closed"}, // Friday, from Thursday on
		{"{timezone: Europe/Berlin, open: [sun 00:00-24:00]}", "2026-03-29T21:59:59Z", "open"},            // a day of 23 hours
		{"{timezone: Europe/Berlin, open: [sun 00:00-24:00]}", "2026-03-29T22:00:00Z", "closed"},
		{"{timezone: Europe/Berlin, open: [sun 00:00-24:00]}", "2026-10-25T22:59:59Z", "open"}, // and of 25
		{"{timezone: Europe/Berlin, open: [sun 00:00-24:00]}", "2026-10-25T23:00:00Z", "closed"},
		{"{timezone: Europe/Berlin, open: ['sun 01:00-02:30']}", "2026-03-29T01:15:00Z", "open"}, // 3:15: 2:30 is left out
		{"{timezone: UTC, open: ['MON,wed 8:00-12:00', 'mon 13:00-17:00']}", "2026-03-30T12:30:00Z", "closed"},
		{"{timezone: UTC, open: ['MON,wed 8:00-12:00', 'mon 13:00-17:00']}", "2026-03-30T13:30:00Z", "open"},
		{"{timezone: UTC, open: [mon-sun 00:00-24:00], holidays: [2026-12-25]}", "2026-12-25T12:00:00Z", "closed"},
		{"{timezone: UTC, open: [mon-sun 00:00-24:00], holidays: [2026-12-25]}", "2026-12-26T00:00:00Z", "open"},
		{"{timezone: UTC, open: [mon-sun 22:00-06:00], holidays: [2026-12-25]}", "2026-12-25T05:00:00Z", "open"}, // from the 24th on
		{"{timezone: UTC, open: [mon-sun 22:00-06:00], holidays: [2026-12-25]}", "2026-12-26T05:00:00Z", "closed"},
		// There is no 00:00 in Chile on 6 September 2026, nor in Cuba on 8 March.
		{"{timezone: America/Santiago, open: [mon-sun 00:00-24:00]}", "2026-09-06T03:30:00Z", "open"},
		{"{timezone: America/Santiago, open: [mon-sun 00:00-24:00]}", "2026-09-06T04:00:00Z", "open"},
		{"{timezone: America/Santiago, open: [sat 00:00-24:00]}", "2026-09-06T03:59:59Z", "open"},
		{"{timezone: America/Santiago, open: [sat 00:00-24:00]}", "2026-09-06T04:00:00Z", "closed"},
		{"{timezone: America/Santiago, open: [sun 00:00-24:00]}", "2026-09-06T03:59:59Z", "closed"},
		{"{timezone: America/Santiago, open: [sun 22:00-06:00]}", "2026-09-07T03:30:00Z", "open"}, // Monday, 0:30
		{"{timezone: America/Havana, open: [mon-sun 00:00-24:00]}", "2026-03-08T04:30:00Z", "open"},
		{"{timezone: UTC}", "2026-12-26T05:00:00Z", "closed"},
	} {
		hours, err := openingHours(t, c.hours)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := map[bool]string{true: "open", false: "closed"}[hours[0].IsOpen(at)]; got != c.want {
			t.Errorf("%s is %s at %s", c.hours, got, c.at)
		}
	}
}

func TestHolidaysOfAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "holidays.ics")
	event := func(lines string) string { return "BEGIN:VEVENT\r\n" + lines + "\r\nEND:VEVENT\r\n" }
	content := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + event("UID:1\r\nDTSTART;VALUE=DATE:20201224\r\nDTEND;VALUE=DATE:20201227\r\nRRULE:FREQ=YEARLY") +
		event("UID:2\r\nDTSTART:20260105T120000Z\r\nDTEND:20260105T130000Z") + "END:VCALENDAR\r\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	hours, err := openingHours(t, "{timezone: UTC, open: [mon-sun 00:00-24:00], holidays_file: "+file+"}")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]bool{"2026-12-23": true, "2026-12-24": false, "2031-12-26": false, "2031-12-27": true, "2026-01-05": true} {
		if noon, _ := time.Parse("2006-01-02 15", at+" 12"); hours[0].IsOpen(noon) != want {
			t.Errorf("open on %s: %v", at, !want)
		}
	}
	if err := os.WriteFile(file, []byte("no calendar"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{file: "is no iCalendar file", file + ".missing": "no such file"} {
		_, err := openingHours(t, "{timezone: UTC, holidays_file: "+path+"}")
		if err == nil || !contains(err, "accounts[0].hours[0].holidays_file", want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func contains(err error, parts ...string) bool {
	for _, p := range parts {
		if !Pattern("*" + p + "*").Matches(fmt.Sprint(err)) {
			return false
		}
	}
	return true
}

func TestBadHoursAreErrorsThatSayHowTheyAreWritten(t *testing.T) {
	for entry, want := range map[string]string{
		"{open: [mon 08:00-20:00]}":                       "hours?0?.timezone: is missing",
		"{timezone: UTC, open: [monday 08:00-20:00]}":     `hours?0?.open?0?: must be days and times such as mon-fri 08:00-20:00, not "monday 08:00-20:00": "monday" is none of sun, mon, tue, wed, thu, fri, sat`,
		"{timezone: UTC, open: [mon-xyz 08:00-20:00]}":    `: "xyz" is none of sun, mon`,
		"{timezone: UTC, open: [mon 08:00-25:00]}":        `not "mon 08:00-25:00": "25:00" is no time from 00:00 to 24:00`,
		"{timezone: UTC, open: [mon 08:60-20:00]}":        `"08:60" is no time from 00:00 to 23:59`,
		"{timezone: UTC, open: [mon 08:00]}":              "must be days and times such as mon-fri 08:00-20:00, not ?mon 08:00?: there are no days, or no time from one to another",
		"{timezone: UTC, open: ['mon-fri 20:00-20:00']}":  "it ends when it begins; a whole day is 00:00-24:00",
		"{timezone: UTC, open: ['mon 24:00-06:00']}":      `"24:00" is no time from 00:00 to 23:59`,
		"{timezone: UTC, open: mon}":                      "hours?0?.open: must be a list such as ?a, b?, not ?mon?",
		"{timezone: UTC, open: [{}]}":                     "must be text, not a mapping",
		"{timezone: UTC, holidays: [25.12.2026]}":         "must be a date such as 2026-12-25, not",
		"{timezone: UTC, holidays: [2026-02-30]}":         "must be a date",
		"{timezone: UTC, opens: [mon 08:00-20:00]}":       "unknown key; did you mean open?",
		"{timezone: Europe/Bonn, open: [mon 08:00-9:00]}": "must be a time zone",
	} {
		if _, err := openingHours(t, entry); err == nil || !contains(err, want) {
			t.Errorf("%s: %v, want %s", entry, err, want)
		}
	}
}
