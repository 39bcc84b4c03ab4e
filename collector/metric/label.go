package metric

import (
	"strings"
	"unicode/utf8"
)

// MaxLabelRunes bounds a label value: vendors do not bound what a user may type.
const MaxLabelRunes = 256

// IsCleanLabel reports whether CleanLabel would leave value as it is.
func IsCleanLabel(value string) bool { return len(value) <= MaxLabelRunes && utf8.ValidString(value) }

// CleanLabel makes valid UTF-8 of a label value, of at most MaxLabelRunes runes.
func CleanLabel(value string) string {
	if IsCleanLabel(value) {
		return value
	}
	runes := []rune(strings.ToValidUTF8(value, string(utf8.RuneError)))
	return string(runes[:min(len(runes), MaxLabelRunes)])
}
