package livevox

import (
	"strings"
	"unicode"
)

// word returns the form in which the vendor's enumerations are compared: it
// writes one value as "Not Ready", NOTREADY and NOT_READY.
func word(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '-' {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}
