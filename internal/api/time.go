package api

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Time is a moment in any of the forms that the vendors write or document: an
// epoch in seconds, milliseconds or microseconds as a number or string; a date as
// 2006-01-02 or 20060102, a T, t or blank, a time with or without seconds and their
// fraction, and Z, z, +07, +0700, +07:00 or no zone, which means UTC. The zero time
// means none.
type Time struct{ time.Time }

func (t *Time) parse(text string, kind jsontext.Kind) bool {
	text = strings.TrimSpace(text)
	t.Time = ParseTime(text)
	if !t.IsZero() || text == "" {
		return isScalar(kind)
	}
	n, ok := parseNumber(text)
	return ok && n <= 0 // 0 and -1 are ways to say that there is none
}

// ParseTime reads a time in any of the forms of Time; the zero time if it is
// none of them.
func ParseTime(s string) time.Time {
	s = strings.TrimSpace(s)
	if t, ok := parseDateTime(s); ok {
		return t
	}
	n, _ := parseNumber(s)
	return epoch(n)
}

// Where the seconds of an epoch end and the milliseconds begin, and so on: in
// seconds 1e11 lies in the year 5138, in milliseconds in 1973.
const (
	maxEpochSeconds = 1e11
	maxEpochMillis  = 1e14
	maxEpochMicros  = 1e17
)

func epoch(n float64) time.Time {
	switch {
	case n <= 0 || n >= maxEpochMicros:
		return time.Time{}
	case n < maxEpochSeconds:
		return time.UnixMilli(int64(n * 1e3)).UTC()
	case n < maxEpochMillis:
		return time.UnixMilli(int64(n)).UTC()
	}
	return time.UnixMicro(int64(n)).UTC()
}

// parseDateTime reads a date and a time by the one layout that its length and separators
// show: to try all layouts takes ten times as long.
func parseDateTime(s string) (time.Time, bool) {
	date, clock, zone := "2006-01-02", "15:04:05", ""
	if len(s) > len("20060102") && s[4] != '-' {
		date = "20060102"
	}
	if len(s) <= len(date) || strings.IndexByte("Tt ", s[len(date)]) < 0 {
		return time.Time{}, false
	}
	day, rest := s[:len(date)], s[len(date)+1:]
	if i := strings.IndexAny(rest, "Zz+-"); i >= 0 {
		rest, zone = strings.TrimSpace(rest[:i]), strings.ToUpper(rest[i:])
	}
	if strings.Count(rest, ":") == 1 {
		clock = "15:04"
	}
	t, err := time.Parse(date+" "+clock+zoneLayout(zone), day+" "+rest+zone)
	return t.UTC(), err == nil
}

// zoneLayout returns the layout of Z, +07, +0700 or +07:00, or of no zone; of another text
// one that it doesn't have.
func zoneLayout(zone string) string {
	switch len(zone) {
	case 0:
		return ""
	case len("Z"), len("+07"):
		return "Z07"
	case len("+0700"):
		return "Z0700"
	}
	return "Z07:00"
}
