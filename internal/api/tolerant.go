package api

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Text is an id, a name or another string that a vendor may write as a string,
// a number or a boolean. null and "null" are "". A number keeps its digits, so
// that an id is the same whichever way it was written.
type Text string

// UnmarshalJSON fails on objects and arrays only.
func (t *Text) UnmarshalJSON(b []byte) error {
	s, err := scalar(b)
	if err != nil {
		return err
	}
	*t = Text(s)
	return nil
}

// Number is a number that a vendor may write as a number or as a string, or
// leave out. The zero value means that there is none: null is not zero.
type Number struct {
	Value float64
	Valid bool
}

// UnmarshalJSON fails on objects and arrays only; what is not a finite number
// is no number.
func (n *Number) UnmarshalJSON(b []byte) error {
	s, err := scalar(b)
	if err != nil {
		return err
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	*n = Number{Value: v, Valid: err == nil && !math.IsInf(v, 0) && !math.IsNaN(v)}
	if !n.Valid {
		n.Value = 0
	}
	return nil
}

// Bool is a boolean that a vendor may write as a boolean, as "true" or as 0 or
// 1, or leave out.
type Bool struct {
	Value bool
	Valid bool
}

// UnmarshalJSON fails on objects and arrays only.
func (v *Bool) UnmarshalJSON(b []byte) error {
	s, err := scalar(b)
	if err != nil {
		return err
	}
	value, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(s)))
	*v = Bool{Value: value, Valid: err == nil}
	return nil
}

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

// epochSeconds is where seconds of an epoch end and milliseconds begin: in
// seconds it lies in the year 5138, in milliseconds in 1973.
const epochSeconds = 1e11

// ParseTime reads a time in any of the forms of Time; the zero time if it is
// none of them.
func ParseTime(s string) time.Time {
	s = strings.TrimSpace(s)
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

// List is an array whose records are read one by one: one that can't be read
// is skipped and counted, the others stay. null and an object instead of the
// array are an empty list.
type List[T any] struct {
	Items   []T
	Skipped int
}

// mostExpected bounds the records that room is made for in advance, at a guess.
const mostExpected = 1000

// UnmarshalJSON fails only if b is neither array, object nor null.
func (l *List[T]) UnmarshalJSON(b []byte) error {
	*l = List[T]{}
	if b = bytes.TrimSpace(b); len(b) > 0 && (b[0] == '{' || b[0] == 'n') {
		return nil
	}
	if len(b) == 0 || b[0] != '[' {
		return &json.UnmarshalTypeError{Value: "something else than an array"}
	}
	l.Items = make([]T, 0, min(bytes.Count(b, []byte("},"))+1, mostExpected))
	elements(b, func(r []byte) {
		var none T
		l.Items = append(l.Items, none)
		last := len(l.Items) - 1
		if err := ReadRecord(r, &l.Items[last]); err != nil || string(r) == "null" {
			l.Items = l.Items[:last]
			l.Skipped++
		}
	})
	return nil
}

// scalar returns the text of a JSON string, number or boolean; "" for null and
// for the text "null".
func scalar(b []byte) (string, error) {
	b = bytes.TrimSpace(b)
	if len(b) > 0 && (b[0] == '{' || b[0] == '[') {
		return "", &json.UnmarshalTypeError{Value: "object or array"}
	}
	s := string(b)
	if len(b) > 1 && b[0] == '"' {
		if s = s[1 : len(s)-1]; strings.Contains(s, `\`) || !utf8.ValidString(s) {
			if err := json.Unmarshal(b, &s); err != nil {
				return "", err
			}
		}
	}
	if strings.EqualFold(s, "null") {
		return "", nil
	}
	return s, nil
}
