package config

import "strings"

// Pattern is a text in which * stands for any characters and ? for one. Upper and lower
// case are the same.
type Pattern string

// Matches reports whether the whole of text fits.
func (p Pattern) Matches(text string) bool {
	return matches([]rune(strings.ToLower(string(p))), []rune(strings.ToLower(text)))
}

// matches goes back to the newest * only: what an earlier one has taken never needs to
// change, so that the time is bounded by the product of the lengths.
func matches(p, text []rune) bool {
	star, resume := -1, 0
	i, j := 0, 0
	for j < len(text) {
		switch {
		case i < len(p) && p[i] == '*':
			star, resume = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == text[j]):
			i, j = i+1, j+1
		case star >= 0:
			resume++
			i, j = star+1, resume
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}

// MatchesAny reports whether a pattern fits one of the texts; no patterns fit all.
func MatchesAny(patterns []Pattern, texts ...string) bool {
	if len(patterns) == 0 {
		return true
	}
	for _, p := range patterns {
		for _, text := range texts {
			if p.Matches(text) {
				return true
			}
		}
	}
	return false
}
