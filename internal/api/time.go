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

// parseDateTime reads a date and a time. The layouts of package time would take
// ten tries and ten times as long.
func parseDateTime(s string) (time.Time, bool) {
	in := scanner{s}
	year, dashed := in.number(4), in.skip("-")
	month := in.number(2)
	if dashed && !in.skip("-") {
		return time.Time{}, false
	}
	day := in.number(2)
	if !in.skip("Tt ") {
		return time.Time{}, false
	}
	hour, minute, second := in.number(2), in.after(":", 2), 0
	nanos := 0
	if in.skip(":") {
		second = in.number(2)
		nanos = in.fraction()
	}
	offset, ok := in.zone()
	if !ok || min(year, month, day, hour, minute, second) < 0 || hour > 23 || minute > 59 || second > 60 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, 0, nanos, time.UTC)
	if t.Day() != day || t.Month() != time.Month(month) {
		return time.Time{}, false
	}
	return t.Add(time.Duration(second)*time.Second - offset), true
}

// scanner reads a text from its beginning. A number that isn't there is -1.
type scanner struct{ rest string }

func (s *scanner) number(length int) int {
	if len(s.rest) < length || !isDigits(s.rest[:length]) {
		return -1
	}
	n := 0
	for _, c := range []byte(s.rest[:length]) {
		n = 10*n + int(c-'0')
	}
	s.rest = s.rest[length:]
	return n
}

// skip passes over one byte if it is one of those given.
func (s *scanner) skip(one string) bool {
	if s.rest == "" || strings.IndexByte(one, s.rest[0]) < 0 {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// after reads a number behind a byte.
func (s *scanner) after(one string, length int) int {
	if !s.skip(one) {
		return -1
	}
	return s.number(length)
}

// fraction reads the part of a second in nanoseconds; 0 if there is none. Digits
// beyond the ninth are passed over.
func (s *scanner) fraction() int {
	if len(s.rest) < 2 || !isDigits(s.rest[1:2]) || !s.skip(".,") {
		return 0
	}
	nanos, unit := 0, int(time.Second)
	for {
		digit := s.number(1)
		if digit < 0 {
			return nanos
		}
		unit /= 10
		nanos += digit * unit
	}
}

// zone reads the end of a time: Z, +hh, +hhmm, +hh:mm or nothing.
func (s *scanner) zone() (time.Duration, bool) {
	s.skip(" ") // some write one before it
	if s.rest == "" || s.rest == "Z" || s.rest == "z" {
		return 0, true
	}
	sign := time.Duration(1)
	if s.rest[0] == '-' {
		sign = -1
	}
	if !s.skip("+-") {
		return 0, false
	}
	hours, minutes := s.number(2), 0
	if s.skip(":") || s.rest != "" {
		minutes = s.number(2)
	}
	if s.rest != "" || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 {
		return 0, false
	}
	return sign * (time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute), true
}
