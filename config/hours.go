package config

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/ical"
)

// Hours are the opening hours of groups.
type Hours struct {
	Groups   []Pattern   `yaml:"groups" doc:"Ids or names of groups, as patterns with * and ?; without any the hours apply to all. A group has the first hours that fit it."`
	Timezone Zone        `yaml:"timezone" required:"true" doc:"IANA name of the zone of the hours."`
	Open     []OpenTimes `yaml:"open" doc:"Weekly times, such as mon-fri 08:00-20:00, or sat,sun 22:00-06:00 that end on the next day. A day ends at 24:00."`
	Holidays []Date      `yaml:"holidays" doc:"Dates on which no time begins, such as 2026-12-25."`
	// HolidaysFile is a path; its dates are in FileHolidays.
	HolidaysFile string `yaml:"holidays_file" doc:"iCalendar file (.ics) whose events of whole days are further holidays. It is read with the configuration."`
	FileHolidays []Date `yaml:"-"`
}

// IsOpen reports whether a time lies within the hours. What begins before midnight is
// open until its end, whatever day that is.
func (h Hours) IsOpen(at time.Time) bool {
	local := at.In(h.Timezone.Location())
	noon := clock(local, endOfDay/2) // a day earlier there is a noon too, unlike other times
	for _, day := range []time.Time{noon, noon.AddDate(0, 0, -1)} {
		if h.beginsOn(day, at) {
			return true
		}
	}
	return false
}

// beginsOn reports whether a time lies within hours that begin on a day.
func (h Hours) beginsOn(day, at time.Time) bool {
	date := Date(day.Format(time.DateOnly))
	if slices.Contains(h.Holidays, date) || slices.Contains(h.FileHolidays, date) {
		return false
	}
	for _, o := range h.Open {
		weekdays, from, to, err := o.parse()
		if err != nil || !weekdays[day.Weekday()] {
			continue
		}
		if !at.Before(clock(day, from)) && at.Before(clock(day, to)) {
			return true
		}
	}
	return false
}

// clock returns when clocks show a number of minutes after midnight of a day: on days on
// which they change too. A time that they leave out is as long after the change as it
// would be without one: time.Date may return one before it, even of the day before.
func clock(day time.Time, minutes int) time.Time {
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, minutes, 0, 0, day.Location())
	_, offset := at.Zone()
	shown := at.Add(time.Duration(offset) * time.Second)
	wanted := time.Date(day.Year(), day.Month(), day.Day(), 0, minutes, 0, 0, time.UTC)
	return at.Add(max(0, wanted.Sub(shown)))
}

// hours completes the opening hours of an account by the files that they name.
func (d *decoder) hours(path string, all []Hours) {
	for i := range all {
		h := &all[i]
		if len(h.Open) == 0 {
			d.warn(fmt.Sprintf("%s[%d]", path, i), "has no times in open: its groups are always closed, and their alerts silent")
		}
		if h.HolidaysFile == "" {
			continue
		}
		h.HolidaysFile = d.inFolder(h.HolidaysFile)
		at := fmt.Sprintf("%s[%d].holidays_file", path, i)
		data, err := readFile(h.HolidaysFile, maxFile)
		if err != nil {
			d.fail(at, "%v", err)
			continue
		}
		var skipped []error
		if h.FileHolidays, skipped, err = holidaysIn(data); err != nil {
			d.fail(at, "%s %v", h.HolidaysFile, err)
		} else if len(skipped) > 0 {
			d.warn(at, "%s: %d events close nothing; the first %v", h.HolidaysFile, len(skipped), skipped[0])
		}
	}
}

var errNoWholeDay = errors.New("is no whole day")

// holidaysIn returns the dates of a calendar's events of whole days in this century.
func holidaysIn(data []byte) (dates []Date, skipped []error, err error) {
	from, to := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	events, skipped, err := ical.Read(data, from, to, time.UTC)
	for _, e := range events {
		if !e.AllDay {
			skipped = append(skipped, errNoWholeDay)
			continue
		}
		for day := e.Start; day.Before(e.End) && day.Before(to); day = day.AddDate(0, 0, 1) {
			dates = append(dates, Date(day.Format(time.DateOnly)))
		}
	}
	slices.Sort(dates)
	return slices.Compact(dates), skipped, err
}
