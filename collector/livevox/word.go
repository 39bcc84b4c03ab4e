package livevox

import (
	"strings"
	"unicode"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// word returns the form in which the vendor's enumerations are compared: it
// writes one value as "Not Ready", NOTREADY and NOT_READY.
func word(s string) string {
	if isWord(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '-' {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

// isWord reports whether a text is its own word, as most are.
func isWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; !('A' <= c && c <= 'Z' || '0' <= c && c <= '9') {
			return false
		}
	}
	return true
}

// labelOf returns the label that pairs, words and their labels in turn, have for a
// word; none for no word.
func labelOf(w string, pairs ...string) (label string, known bool) {
	if w == "" {
		return translate.None, true
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == w {
			return pairs[i+1], true
		}
	}
	return translate.Other, false
}
