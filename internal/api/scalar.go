package api

import (
	"math"
	"math/big"
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
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) || !isNumeral(s) {
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

// What has more characters, or an exponent of more, is no id of a vendor.
const (
	maxIDLength = 64
	maxExponent = 30
)

// integer returns the digits of a number that is whole, however it is written:
// 3.8E4 is 38000, 12.0 is 12. Anything else stays as it is.
func integer(s string) string {
	if !strings.ContainsAny(s, ".eE") || len(s) > maxIDLength || !isNumeral(s) {
		return s
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		if shift, err := strconv.Atoi(s[i+1:]); err != nil || max(shift, -shift) > maxExponent {
			return s
		}
	}
	n, ok := new(big.Rat).SetString(s)
	if !ok || !n.IsInt() {
		return s
	}
	return n.Num().String()
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

// isNumeral reports whether s has nothing but what decimal numbers are written with.
func isNumeral(s string) bool { return strings.Trim(s, "0123456789-+.eE") == "" }
