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
	return Variable{Name: "account", Label: "Account", Vendor: vendor, Query: "label_values(contactcenter_source_up" + selector + ", account)"}
}

func group(vendor, label string) Variable {
	selector := `account=~"$account"`
	if vendor != "" {
		selector += `, vendor="` + vendor + `"`
	}
	return Variable{
		Name: "group", Label: label, Vendor: vendor,
		Query: "query_result(contactcenter:group:seen_timestamp_seconds{" + selector + "})",
		Regex: `/group_id="(?<value>[^"]*)".*group_name="(?<text>[^"]*)"/`,
	}
}

// state is a choice of agents' states: those of a vendor, or of both.
func state(vendor string) Variable {
	const liveperson, livevox = `liveperson_agents{account=~"$account"}`, `livevox_agents{account=~"$account"}`
	v := Variable{Name: "state", Label: "State", Vendor: vendor}
	switch vendor {
	case "liveperson":
		v.Query = "label_values(" + liveperson + ", status)"
	case "livevox":
		v.Query = "label_values(" + livevox + ", state)"
	default:
		v.Query = `query_result(group by (state) (` + livevox + ` or label_replace(` + liveperson + `, "state", "$1", "status", "(.*)")))`
		v.Regex = `/state="(?<text>(?<value>[^"]*))"/`
	}
	return v
}

// most keeps the 15 series of a selector that were highest in the chosen period, the same at every point of the axis. A
// ratio of no calls is not a number, and left out.
func most(selector string) string {
	return fmt.Sprintf("%s >= 0 and topk(15, max_over_time(%s[$__range] @ end()))", selector, selector)
}

// top keeps the n series of an expression of ranges that are highest at the end of the chosen period.
func top(n int, expr string) string { return fmt.Sprintf("%s and topk(%d, %s)", expr, n, atEnd(expr)) }

// atEnd is an expression of ranges at the end of the chosen period, at every point of the axis.
func atEnd(expr string) string { return strings.ReplaceAll(expr, "]", "] @ end()") }

// least keeps the n series of a selector that were lowest on average in the chosen period.
func least(n int, selector string) string {
	return fmt.Sprintf("%s and bottomk(%d, avg_over_time(%s[$__range] @ end()))", selector, n, selector)
}

// above is a quantile of what a histogram counted in an hour that was longer than nothing, out of its recorded buckets: a call that
// was not answered has the length 0, one that didn't wait the wait 0, and both stand in the bucket of 0.
func above(q, record string) string {
	rate := func(more string) string { return record + `{` + inGroup + more + `}` }
	none := fmt.Sprintf("sum(%s) / sum(%s)", rate(`, le=~"0|0.0"`), rate(`, le="+Inf"`))
	return fmt.Sprintf("histogram_quantile(scalar(%s + (1 - %s) * %s), sum by (le) (%s))", q, q, none, rate(""))
}

// halfHour is how many there were in the half hour before, as a whole number.
func halfHour(by, metric, selector string) string {
	return fmt.Sprintf("round(sum%s (increase(%s{%s}[30m])))", by, metric, selector)
}

// usual is what an expression had at the same time of this weekday, on average of the four weeks before that Prometheus has. No query
// knows the time zones of the groups: weeks before clocks may have changed are left out, and in the first week after that the hour
// before and the hour after are in the average.
func usual(expr func(offset string) string) string {
	var weeks []string
	week := func(offset, condition string, days int) {
		weeks = append(weeks, fmt.Sprintf(`label_replace(%s %s on () last_over_time(contactcenter:clocks:changed[%dd] @ end()), "week", "%s", "", "")`,
			expr(" offset "+offset), condition, days, offset))
	}
	for i := range 4 {
		week(fmt.Sprintf("%dw", i+1), "unless", 7*i+1)
	}
	for _, offset := range []string{"167h", "168h", "169h"} {
		week(offset, "and", 1)
	}
	return "avg(" + strings.Join(weeks, " or ") + ")"
}

// named gives series of a skill's id its name, from the source names; the id stands for a name that isn't known.
func named(expr string) string {
	return fmt.Sprintf(`%s * on (account, skill_id) group_left (skill_name) max by (account, skill_id, skill_name) (liveperson_skill_info) `+
		`or label_replace(%s unless on (account, skill_id) liveperson_skill_info, "skill_name", "$1", "skill_id", "(.*)")`, expr, expr)
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
	return []Dashboard{overview(), wallboard(), intervals(), staffing(), liveperson(), livevox(), agent(), exporter()}
}
