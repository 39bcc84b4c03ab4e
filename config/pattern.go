package config

import (
	"regexp"
	"slices"
	"strings"
)

// Pattern is a text in which * stands for any characters and ? for one. Upper and lower
// case are the same.
type Pattern string

// Matches reports whether the whole of text fits.
func (p Pattern) Matches(text string) bool {
	valid := strings.ToValidUTF8(string(p), "\uFFFD") // a variable of the environment may hold any bytes
	form := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(valid))
	return regexp.MustCompile("(?is)^(" + form + ")$").MatchString(text)
}

// MatchesAny reports whether a pattern fits one of the texts; no patterns fit all.
func MatchesAny(patterns []Pattern, texts ...string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p Pattern) bool { return slices.ContainsFunc(texts, p.Matches) })
}
