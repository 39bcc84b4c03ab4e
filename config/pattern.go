package config

import (
	"slices"
	"unicode"
)

// Pattern is a text in which * stands for any characters and ? for one. Upper and lower
// case are the same.
type Pattern string

// Matches reports whether the whole of text fits. It compares at most the product of the
// two lengths: a roster is matched line by line.
func (p Pattern) Matches(text string) bool {
	pattern, rest := []rune(p), []rune(text)
	star, again := -1, 0 // the last * and where in text what follows it is tried
	i, at := 0, 0
	for at < len(rest) {
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, again = i, at
			i++
		case i < len(pattern) && (pattern[i] == '?' || fold(pattern[i]) == fold(rest[at])):
			i++
			at++
		case star >= 0:
			again++
			i, at = star+1, again
		default:
			return false
		}
	}
	return !slices.ContainsFunc(pattern[i:], func(r rune) bool { return r != '*' })
}

// fold returns the first letter that is the same as r but for its case.
func fold(r rune) rune {
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		if next < r {
			return fold(next)
		}
	}
	return r
}

// MatchesAny reports whether a pattern fits one of the texts; no patterns fit all.
func MatchesAny(patterns []Pattern, texts ...string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p Pattern) bool { return slices.ContainsFunc(texts, p.Matches) })
}
