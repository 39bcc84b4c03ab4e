package dashboard

import (
	"fmt"
	"strings"
)

// The choices that dashboards have in common.

func account(vendor string) Variable {
	selector := ""
	if vendor != "" {
		selector = `{vendor="` + vendor + `"}`
	}
	return Variable{Name: "account", Label: "Account", Query: "label_values(contactcenter_source_up" + selector + ", account)"}
}

func group(vendor, label string) Variable {
	selector := `account=~"$account"`
	if vendor != "" {
		selector += `, vendor="` + vendor + `"`
	}
	return Variable{
		Name: "group", Label: label,
		Query: "query_result(contactcenter:group:seen_timestamp_seconds{" + selector + "})",
		Regex: `/group_id="(?<value>[^"]*)".*group_name="(?<text>[^"]*)"/`,
	}
}

// bad colours a number of which less is better.
func bad(warn, from float64) []Step { return []Step{{0, "green"}, {warn, "yellow"}, {from, "red"}} }

// few colours a number of agents. None of them is no alarm by itself: perhaps no contact waits.
func few() []Step { return []Step{{0, "orange"}, {1, "yellow"}, {3, "green"}} }

const (
	busy   = "blue"
	after  = "purple"
	paused = "orange"
	gone   = "#6e7687"
)

// byState is the colour of a state, the same wherever it is shown. Red is left to what is wrong.
func byState() map[string]string {
	return map[string]string{
		"available": "green", "ready": "green", "online": "green",
		"on_contact": busy, "in_call": busy, "hold": "light-blue", "transferring": "dark-blue", "reserved": "super-light-blue",
		"manual_dial": "semi-dark-blue", "preview_dial": "semi-dark-blue", "dialing": "semi-dark-blue",
		"wrap_up": after, "unavailable": paused, "not_ready": paused, "away": paused, "back_soon": "yellow",
		"offline": gone, "logged_on": "light-yellow", "registering": "light-yellow", "other": "#9fa7b3",
	}
}

// most keeps the 15 series of a selector that were highest in the chosen period, the same at every point of the axis. A
// ratio of no calls is not a number, and left out.
func most(selector string) string {
	return fmt.Sprintf("%s >= 0 and topk(15, max_over_time(%s[$__range] @ end()))", selector, selector)
}

// least keeps the n series of a selector that were lowest on average in the chosen period.
func least(n int, selector string) string {
	return fmt.Sprintf("%s and bottomk(%d, avg_over_time(%s[$__range] @ end()))", selector, n, selector)
}

// current numbers the states of a StateSet, from first on: one series tells in which of them something is.
func current(metric, label, selector string, states []string, first int) string {
	terms := []string{}
	for i, s := range states {
		terms = append(terms, fmt.Sprintf(`%d * max(%s{%s, %s="%s"} == 1)`, first+i, metric, selector, label, s))
	}
	return strings.Join(terms, " or ")
}

// numbered are the texts of what current returns, from 1 on.
func numbered(states []string) map[int]Text {
	out, colors := map[int]Text{}, byState()
	for i, s := range states {
		out[i+1] = Text{strings.ReplaceAll(s, "_", " "), colors[s]}
	}
	return out
}

// All lists the dashboards.
func All() []Dashboard {
	return []Dashboard{overview(), liveperson(), livevox(), agent(), exporter()}
}
