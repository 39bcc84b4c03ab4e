package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// OpenTimes are times of the week at which something is open, written as days and times:
// mon-fri 08:00-20:00. One that ends before it begins ends on the next day.
type OpenTimes string

// UnmarshalYAML reads times; the error says how they are written.
func (o *OpenTimes) UnmarshalYAML(n *yaml.Node) error {
	text, err := textOf(n)
	if err != nil {
		return err
	}
	*o = OpenTimes(text)
	if _, _, _, err := o.parse(); err != nil {
		return fmt.Errorf("must be days and times such as mon-fri 08:00-20:00, not %s: %w", given(n), err)
	}
	return nil
}

var (
	errNoTimes = errors.New("there are no days, or no time from one to another")
	errNoTime  = errors.New("it ends when it begins; a whole day is 00:00-24:00")
)

// parse returns the weekdays, and the begin and end in minutes after midnight; the end
// may be on the next day.
func (o OpenTimes) parse() (weekdays [7]bool, from, to int, err error) {
	days, times, spaced := strings.Cut(strings.ToLower(strings.TrimSpace(string(o))), " ")
	begin, end, cut := strings.Cut(strings.TrimSpace(times), "-")
	if !spaced || !cut {
		return weekdays, 0, 0, errNoTimes
	}
	for part := range strings.SplitSeq(days, ",") {
		if err := addDays(&weekdays, part); err != nil {
			return weekdays, 0, 0, err
		}
	}
	if from, err = minutes(begin, endOfDay-1); err != nil {
		return weekdays, 0, 0, err
	}
	if to, err = minutes(end, endOfDay); err != nil {
		return weekdays, 0, 0, err
	}
	if from == to {
		return weekdays, 0, 0, errNoTime
	}
	if to < from {
		to += endOfDay
	}
	return weekdays, from, to, nil
}

// addDays adds a weekday, or those from one to another.
func addDays(weekdays *[7]bool, text string) error {
	first, last, ranged := strings.Cut(text, "-")
	if !ranged {
		last = first
	}
	names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	from, to := slices.Index(names, first), slices.Index(names, last)
	for _, day := range []string{first, last} {
		if !slices.Contains(names, day) {
			return fmt.Errorf("%q is none of %s", day, strings.Join(names, ", "))
		}
	}
	for day := from; ; day = (day + 1) % len(names) {
		weekdays[day] = true
		if day == to {
			return nil
		}
	}
}

// endOfDay is 24:00 in minutes.
const endOfDay = 24 * 60

// minutes reads a time of day from 00:00 to a last one.
func minutes(text string, last uint64) (int, error) {
	hour, minute, cut := strings.Cut(text, ":")
	h, err := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(minute, 10, 8)
	if !cut || err != nil || err2 != nil || len(hour) > 2 || len(minute) != 2 || m > 59 || 60*h+m > last {
		return 0, fmt.Errorf("%q is no time from 00:00 to %02d:%02d", text, last/60, last%60)
	}
	return int(60*h + m), nil
}

// Date is a day, written as 2026-12-25.
type Date string

// UnmarshalYAML reads a date; the error says how one is written.
func (d *Date) UnmarshalYAML(n *yaml.Node) error {
	text, err := textOf(n)
	if err != nil {
		return err
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return fmt.Errorf("must be a date such as 2026-12-25, not %s", given(n))
	}
	*d = Date(text)
	return nil
}
