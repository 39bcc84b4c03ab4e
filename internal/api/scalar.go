package api

import (
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Text is an id, a name or another string that a vendor may write as a string,
// a number or a boolean. null and "null" are "". A number keeps its digits, without
// exponent or empty fraction, so that an id is the same whichever way it was
// written.
type Text string

func (t *Text) parse(text string, kind jsontext.Kind) bool {
	if kind == '0' {
		text = integer(text)
	}
	*t = Text(text)
	return isScalar(kind)
}

// ID is an id that a vendor writes as a number here and as a string there. It is
// kept as its digits, never as a float: some have more of them than a float holds.
type ID string

func (i *ID) parse(text string, kind jsontext.Kind) bool {
	*i = NewID(text)
	return isScalar(kind)
}

// NewID returns the canonical form of an id: without blanks, and for a number
// without leading zeros, exponent or empty fraction.
func NewID(s string) ID {
	if isDigits(s) && s[0] != '0' {
		return ID(s) // as a rule
	}
	s = integer(strings.TrimSpace(s))
	if isDigits(s) {
		if s = strings.TrimLeft(s, "0"); s == "" {
			s = "0"
		}
	}
	return ID(s)
}

// Number is a number that a vendor may write as a number or as a string, or
// leave out. The zero value means that there is none: null is not zero.
type Number struct {
	Value float64
	Valid bool
}

func (n *Number) parse(text string, kind jsontext.Kind) bool {
	v, ok := parseNumber(text)
	*n = Number{Value: v, Valid: ok}
	return ok || isScalar(kind) && strings.TrimSpace(text) == ""
}

// parseNumber reads a decimal number with or without sign, fraction and exponent,
// and blanks around it. What is written for people ("1,004", "12%"), for Go ("1_000",
// "0x1p-2") or is not finite is no number.
func parseNumber(s string) (v float64, ok bool) {
	s = strings.TrimSpace(s)
	for _, c := range []byte(s) {
		if !numeral(c) {
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, false
	}
	return v, true
}

// Bool is a boolean that a vendor may write as a boolean, as "true" or as 0 or
// 1, or leave out.
type Bool struct {
	Value bool
	Valid bool
}

func (b *Bool) parse(text string, kind jsontext.Kind) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	v, err := strconv.ParseBool(text)
	*b = Bool{Value: v, Valid: err == nil}
	return err == nil || isScalar(kind) && text == ""
}

func isScalar(kind jsontext.Kind) bool { return kind != '{' && kind != '[' }

func isNull(text string) bool {
	return len(text) == len("null") && text[0]|0x20 == 'n' && strings.EqualFold(text, "null")
}

// maxExponent bounds how many zeros an id may have for its exponent.
const maxExponent = 30

// integer returns the digits of a number that is whole, however it is written:
// 3.8E4 is 38000, 12.0 is 12. Anything else stays as it is.
func integer(s string) string {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(s), "e")
	shift, err := strconv.Atoi(exponent)
	if !hasExponent {
		shift, err = 0, nil
	}
	sign := ""
	if strings.HasPrefix(mantissa, "-") {
		sign, mantissa = "-", mantissa[1:]
	}
	whole, fraction, hasFraction := strings.Cut(mantissa, ".")
	if err != nil || shift < 0 || shift > maxExponent || !hasExponent && !hasFraction || !isDigits(whole) || hasFraction && fraction != "" && !isDigits(fraction) {
		return s
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > shift {
		return s
	}
	digits := whole + fraction + strings.Repeat("0", shift-len(fraction))
	if hasExponent {
		if digits = strings.TrimLeft(digits, "0"); digits == "" {
			return "0"
		}
	}
	return sign + digits
}

// isDigits reports whether s has digits and nothing else.
func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func numeral(c byte) bool {
	return '0' <= c && c <= '9' || c == '-' || c == '.' || c == '+' || c|0x20 == 'e'
}
