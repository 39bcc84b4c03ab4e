package api

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Text is an id, a name or another string that a vendor may write as a string,
// a number or a boolean. null and "null" are "". A number keeps its digits, without
// an empty fraction, so that an id is the same whichever way it was written.
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

// Read takes the text from d. It fails on objects and arrays only.
func (t *Text) Read(d *Decoder) error {
	b, err := d.scalar()
	*t = Text(d.keep(b))
	return err
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
	*n = number([]byte(s))
	return nil
}

// Read takes the number from d. It fails on objects and arrays only.
func (n *Number) Read(d *Decoder) error {
	b, err := d.scalar()
	*n = number(b)
	return err
}

func number(b []byte) Number {
	if v, ok := small(b); ok {
		return Number{Value: float64(v), Valid: true}
	}
	v, err := strconv.ParseFloat(string(bytes.TrimSpace(b)), 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return Number{}
	}
	return Number{Value: v, Valid: true}
}

// small returns the whole number that b is, if it has no more than 15 digits,
// which a float holds.
func small(b []byte) (v int64, ok bool) {
	if len(b) == 0 || len(b) > 15 || run(b) < len(b) {
		return 0, false
	}
	for _, c := range b {
		v = 10*v + int64(c-'0')
	}
	return v, true
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
	*v = boolean(s)
	return nil
}

// Read takes the boolean from d. It fails on objects and arrays only.
func (v *Bool) Read(d *Decoder) error {
	b, err := d.scalar()
	*v = boolean(string(b))
	return err
}

func boolean(s string) Bool {
	value, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(s)))
	return Bool{Value: value, Valid: err == nil}
}

// whole returns a number without an empty fraction, and anything else as it is.
func whole(b []byte) []byte {
	at := bytes.IndexByte(b, '.')
	if at <= 0 || b[0] == '"' || len(bytes.Trim(b[at+1:], "0")) > 0 {
		return b
	}
	return b[:at]
}

// scalar returns the text of a JSON string, number or boolean; "" for null and
// for the text "null".
func scalar(b []byte) (string, error) {
	b = bytes.TrimSpace(b)
	if len(b) > 0 && (b[0] == '{' || b[0] == '[') {
		return "", &json.UnmarshalTypeError{Value: "object or array"}
	}
	s := string(whole(b))
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
