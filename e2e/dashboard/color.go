package dashboard

import (
	"maps"
	"slices"
)

// Colours that stay apart for people who see no red or no green, on a dark and on a light page: color_test.go computes how far. They
// are fixed, because a palette's yellow is hardly seen on white.
const (
	good   = "#2d736a"
	warn   = "#f5a61a"
	bad    = "#c50803"
	busy   = "#799cfa"
	after  = "#7523dd"
	paused = warn
	gone   = "#b6b7b7"
	scarce = "#f3ebca" // between warn and good
)

// limits colours a number of which less is better.
func limits(from, over float64) []Step { return []Step{{0, good}, {from, warn}, {over, bad}} }

// few colours a number of agents. None of them is no alarm by itself: perhaps no contact waits.
func few() []Step { return []Step{{0, warn}, {1, scarce}, {3, good}} }

// share colours a service level: the default target is 80 %.
func share() []Step { return []Step{{0, bad}, {0.7, warn}, {0.8, good}} }

// byState is the colour of a state, the same wherever it is shown. Red is left to what is wrong.
func byState() map[string]string {
	return map[string]string{
		"available": good, "ready": good, "online": good,
		"on_contact": busy, "in_call": busy, "hold": "#05377f", "transferring": "#c6cbf2", "reserved": "#6096aa",
		"manual_dial": "#e81780", "preview_dial": "#c8033c", "dialing": "#75183c",
		"wrap_up": after, "unavailable": paused, "not_ready": paused, "away": paused, "back_soon": "#997a00",
		"offline": gone, "logged_on": "#c8bd97", "registering": "#494b0a", "other": "#d37c51",
	}
}

// only keeps the colours of the names that a panel has.
func only(colors map[string]string, names ...string) map[string]string {
	maps.DeleteFunc(colors, func(name, _ string) bool { return !slices.Contains(names, name) })
	return colors
}
