package api

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Time is a moment in any of the forms that the vendors write: epoch
// milliseconds or seconds as a number or string, RFC 3339 with or without
// seconds and zone, "2006-01-02 15:04:05.000-0700". The zero time means none.
type Time struct{ time.Time }

// UnmarshalJSON fails on objects and arrays only; what is no time is the zero
// time.
func (t *Time) UnmarshalJSON(b []byte) error {
	s, err := scalar(b)
	if err != nil {
		return err
	}
	t.Time = ParseTime(s)
	return nil
}

// Read takes the time from d. It fails on objects and arrays only.
func (t *Time) Read(d *Decoder) error {
	b, err := d.scalar()
	if v, ok := small(b); ok {
		t.Time = epoch(float64(v))
	} else if v, ok := usual(b); ok {
		t.Time = v
	} else {
		t.Time = ParseTime(string(b))
	}
	return err
}

// usual reads the form that nearly all times have, and is a tenth of the work of
// trying layouts: 2006-01-02T15:04:05 or with a blank, up to nine digits of a
// second, and Z or a zone of four digits with or without colon.
func usual(b []byte) (time.Time, bool) {
	const form = "2006-01-02T15:04:05"
	if len(b) <= len(form) || b[4] != '-' || b[7] != '-' || b[10] != 'T' && b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return time.Time{}, false
	}
	var v [6]int64
	for i, digits := range [][]byte{b[:4], b[5:7], b[8:10], b[11:13], b[14:16], b[17:19]} {
		n, ok := small(digits)
		if !ok {
			return time.Time{}, false
		}
		v[i] = n
	}
	nanos, rest := fraction(b[len(form):])
	offset, ok := zone(rest)
	t := time.Date(int(v[0]), time.Month(v[1]), int(v[2]), int(v[3]), int(v[4]), int(v[5]), nanos, time.UTC)
	if !ok || v[3] > 23 || v[4] > 59 || v[5] > 59 || t.Day() != int(v[2]) || t.Month() != time.Month(v[1]) {
		return time.Time{}, false
	}
	return t.Add(-offset), true
}

// fraction reads the part of a second that b may begin with, in nanoseconds.
func fraction(b []byte) (nanos int, rest []byte) {
	if len(b) == 0 || b[0] != '.' {
		return 0, b
	}
	digits := run(b[1:])
	n, ok := small(b[1 : 1+digits])
	if !ok || digits > 9 {
		return 0, b // no zone begins so
	}
	for range 9 - digits {
		n *= 10
	}
	return int(n), b[1+digits:]
}

// zone reads Z, +hhmm or +hh:mm.
func zone(b []byte) (time.Duration, bool) {
	if len(b) == 1 && b[0] == 'Z' {
		return 0, true
	}
	if len(b) < len("+hhmm") || b[0] != '+' && b[0] != '-' {
		return 0, false
	}
	first, second := b[1:3], b[3:]
	if second[0] == ':' {
		second = second[1:]
	}
	hours, ok := small(first)
	minutes, fine := small(second)
	if !ok || !fine || len(second) != 2 || hours > 23 || minutes > 59 {
		return 0, false
	}
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if b[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// epochSeconds is where seconds of an epoch end and milliseconds begin: in
// seconds it lies in the year 5138, in milliseconds in 1973.
const epochSeconds = 1e11

// ParseTime reads a time in any of the forms of Time; the zero time if it is
// none of them.
func ParseTime(s string) time.Time {
	s = strings.TrimSpace(s)
	if t, ok := usual([]byte(s)); ok {
		return t
	}
	if s == "" {
		return time.Time{}
	}
	if !strings.Contains(s, ":") { // else it can't be a number
		if n, err := strconv.ParseFloat(s, 64); err == nil {
			return epoch(n)
		}
	}
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05.999999999Z0700",
		"2006-01-02T15:04:05.999999999", "2006-01-02T15:04",
		"2006-01-02 15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07:00",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

func epoch(n float64) time.Time {
	if n <= 0 || n > 1e15 || math.IsNaN(n) {
		return time.Time{}
	}
	if n < epochSeconds {
		return time.UnixMilli(int64(n * 1e3)).UTC()
	}
	return time.UnixMilli(int64(n)).UTC()
}
