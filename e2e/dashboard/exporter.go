package dashboard

import "strings"

const inAccount = `account=~"$account"`

func exporter() Dashboard {
	return Dashboard{
		Name: "exporter", Title: "Exporter", About: "How fresh the data are, what fails, and what it costs the vendors. For Grafana 10 or later.",
		Variables: []Variable{account("")},
		Rows:      []Row{exporterNow(), exporterData(), exporterRequests(), exporterFeeds(), exporterProcess(), exporterRoster(), exporterReplicas()},
	}
}

func exporterNow() Row {
	now := func(title, about, expr string, worst []Step) Panel {
		return Panel{Title: title, About: about, Kind: "stat", Unit: "none", Width: 4, Height: 4, Steps: worst, Queries: []Query{{expr, title}}}
	}
	none := []Step{{0, good}, {1, bad}}
	some := []Step{{0, good}, {1, warn}}
	yes := []Step{{0, bad}, {1, good}}
	state := now("State is writable", "Counters and cursors can be kept.", `min(contactcenter_exporter_state_writable)`, yes)
	config := now("Configuration is read", "The newest attempt to read it succeeded.", `min(contactcenter_exporter_config_last_reload_successful)`, yes)
	state.Texts = map[int]Text{0: {"no", bad}, 1: {"yes", good}}
	config.Texts = state.Texts
	return Row{Title: "Now", Panels: []Panel{
		now("Failing sources", "The newest fetch failed. Their data may still be shown.", `count(max by (account, source) (contactcenter_source_up{`+inAccount+`}) == 0) or vector(0)`, some),
		now("Sources without data", "The newest data is older than max_age, so that the gauges are gone.",
			`count(max by (account, source) (time() - contactcenter_source_last_success_timestamp_seconds{`+inAccount+`} > contactcenter_source_max_age_seconds{`+inAccount+`})) or vector(0)`, none),
		now("Partial answers", "Sources whose vendor said that the newest answer is incomplete.", `sum(max by (account, source) (contactcenter_source_partial{`+inAccount+`})) or vector(0)`, some),
		now("Series withheld", "By max_series, of all sources.", `sum(max by (account, source) (contactcenter_source_series_dropped{`+inAccount+`}))`, some),
		state, config,
	}}
}

func exporterData() Row {
	const age = `(time() - contactcenter_source_last_success_timestamp_seconds{` + inAccount + `}) / contactcenter_source_max_age_seconds{` + inAccount + `}`
	return Row{Title: "Freshness and errors", Panels: append([]Panel{
		{
			Title: "Sources", About: "Whether the newest fetch succeeded: the 40 sources that failed most in the chosen period.", Kind: "state-timeline", Unit: "none", Width: 24, Height: 10,
			Queries: []Query{{least(40, `contactcenter_source_up{`+inAccount+`}`), "{{account}} {{source}}"}},
			Texts:   map[int]Text{0: {"failed", bad}, 1: {"ok", good}},
		},
		{
			Title: "Age of the data, as a part of max_age", About: "At 100 % the gauges of a source disappear. The 20 oldest now.", Kind: "timeseries", Unit: "percentunit", Max: 1,
			Queries: []Query{{`clamp_max(` + age + `, 1) and topk(20, ` + strings.ReplaceAll(age, "}", "} @ end()") + `)`, "{{account}} {{source}}"}},
			Steps:   limits(0.5, 1),
		},
		{
			Title: "Errors by class", About: "Failed fetches per minute; the 40 with most in the chosen period.", Kind: "timeseries", Unit: "cpm",
			Queries: []Query{{`60 * sum by (account, source, class) (rate(contactcenter_source_fetch_errors_total{` + inAccount + `}[$__rate_interval])) > 0 ` +
				`and topk(40, sum by (account, source, class) (increase(contactcenter_source_fetch_errors_total{` + inAccount + `}[$__range] @ end())))`, "{{account}} {{source}} {{class}}"}},
			Nothing: "No errors", Empty: "nothing fails in a healthy demo",
		},
		{
			Title: "Time of the newest fetch", About: "With all its pages and retries: the 15 slowest in the chosen period.", Kind: "timeseries", Unit: "s",
			Queries: []Query{{most(`contactcenter_source_fetch_duration_seconds{` + inAccount + `}`), "{{account}} {{source}}"}},
		},
		{
			Title: "Series", About: "Shown by the 15 sources with most, and withheld by max_series.", Kind: "timeseries", Unit: "none",
			Queries: []Query{
				{most(`contactcenter_source_series{` + inAccount + `}`), "{{account}} {{source}}"},
				{`contactcenter_source_series_dropped{` + inAccount + `} > 0`, "withheld: {{account}} {{source}}"},
			},
		},
	}, exporterCounted()...)}
}

// exporterCounted is what the sources leave out, and how late they are.
func exporterCounted() []Panel {
	return []Panel{
		{
			Title: "Fetches, as a part of the plan", About: "Fetches begun against the interval of the source: the 15 with fewest. Less than 100 %: a source is paused after errors, or slower than its interval.", Kind: "timeseries", Unit: "percentunit", Max: 1,
			Queries: []Query{{`clamp_max(rate(contactcenter_source_fetches_total{` + inAccount + `}[1h]) * contactcenter_source_interval_seconds{` + inAccount + `}, 1) and bottomk(15, rate(contactcenter_source_fetches_total{` + inAccount + `}[1h] @ end()) * contactcenter_source_interval_seconds{` + inAccount + `} @ end())`, "{{account}} {{source}}"}},
		},
		{
			Title: "Left out and corrected", About: "By half hour: records that could not be used, values that the exporter doesn't know or shows as other, look-ups of calls beyond their bound, and day totals that LiveVox corrected downwards.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true,
			Queries: []Query{
				{`round(sum by (account) (increase(contactcenter_source_records_skipped_total{` + inAccount + `}[30m])))`, "{{account}} records skipped"},
				{`round(sum by (account) (increase(contactcenter_source_unknown_values_total{` + inAccount + `}[30m])))`, "{{account}} unknown values"},
				{`round(sum by (account) (increase(contactcenter_source_values_over_limit_total{` + inAccount + `}[30m])))`, "{{account}} values over the limit"},
				{`round(sum by (account) (increase(livevox_call_data_lookups_skipped_total{` + inAccount + `}[30m])))`, "{{account}} look-ups left out"},
				{`round(sum by (account) (increase(livevox_day_total_corrections_total{` + inAccount + `}[30m])))`, "{{account}} totals corrected"},
			},
		},
		{
			Title: "Age of what is counted", About: "Everything older is in the counters and final. LiveVox: of the answer about agents.", Kind: "timeseries", Unit: "dthms", Width: 24,
			Queries: []Query{
				{`time() - max by (account) (liveperson_status_changes_settled_timestamp_seconds{` + inAccount + `})`, "{{account}} status_changes"},
				{`time() - max by (account) (liveperson_agent_activity_settled_timestamp_seconds{` + inAccount + `})`, "{{account}} agent_activity"},
				{`time() - max by (account) (liveperson_queues_settled_timestamp_seconds{` + inAccount + `})`, "{{account}} queues"},
				{`time() - max by (account) (liveperson_agent_view_settled_timestamp_seconds{` + inAccount + `})`, "{{account}} agent_view"},
				{`time() - max by (account) (liveperson_interval_settled_timestamp_seconds{` + inAccount + `})`, "{{account}} interval_metrics"},
				{`time() - max by (account) (liveperson_segments_settled_timestamp_seconds{` + inAccount + `})`, "{{account}} agent_segments"},
				{`time() - max by (account) (liveperson_segment_breakdown_settled_timestamp_seconds{` + inAccount + `})`, "{{account}} segment_breakdown"},
				{`time() - max by (account) (liveperson_skill_queue_updated_timestamp_seconds{` + inAccount + `})`, "{{account}} queue_health"},
				{`time() - max by (account) (livevox_agents_updated_timestamp_seconds{` + inAccount + `})`, "{{account}} agents_status"},
			},
			Empty: "sources that are off by default",
		},
	}
}

func exporterRequests() Row {
	const slow = `histogram_quantile(0.9, sum by (account, endpoint, le) (rate(contactcenter_api_request_duration_seconds_bucket{` + inAccount + `}[$__rate_interval]))) >= 0`
	const requests = `60 * sum by (account, endpoint) (rate(contactcenter_api_requests_total{` + inAccount + `}[$__rate_interval]))`
	return Row{Title: "Requests and budgets", Panels: []Panel{
		{
			Title: "Requests by endpoint", About: "Per minute; the 20 with most now.", Kind: "timeseries", Unit: "reqpm", Stacked: true,
			Queries: []Query{{requests + ` and topk(20, ` + strings.ReplaceAll(requests, "]", "] @ end()") + `)`, "{{account}} {{endpoint}}"}},
		},
		{
			Title: "Requests by status", About: "Per minute; error where no answer came.", Kind: "timeseries", Unit: "reqpm",
			Queries: []Query{{`60 * sum by (account, code) (rate(contactcenter_api_requests_total{` + inAccount + `}[$__rate_interval]))`, "{{account}} {{code}}"}},
		},
		{
			Title: "Wait for the account's limits", About: "Mean wait of a request. More than a second: the sources ask for more than the limits allow.", Kind: "timeseries", Unit: "s",
			Queries: []Query{{`sum by (account) (rate(contactcenter_api_wait_seconds_total{` + inAccount + `}[$__rate_interval])) / sum by (account) (rate(contactcenter_api_requests_total{` + inAccount + `}[$__rate_interval]))`, "{{account}}"}},
			Steps:   limits(0.5, 1),
		},
		{
			Title: "Time of requests", About: "90 % answer faster; the 15 slowest. A long poll of a feed waits for events.", Kind: "timeseries", Unit: "s",
			Queries: []Query{{slow + ` and topk(15, ` + atEnd(slow) + `)`, "{{account}} {{endpoint}}"}},
		},
		{
			Title: "Throttled, retried", About: "Per hour: answers that ask to slow down, and requests sent again.", Kind: "timeseries", Unit: "none",
			Queries: []Query{
				{`round(sum by (account) (increase(contactcenter_api_throttled_total{` + inAccount + `}[1h])))`, "{{account}} throttled"},
				{`round(sum by (account) (increase(contactcenter_api_retries_total{` + inAccount + `}[1h])))`, "{{account}} retried"},
			},
		},
		{
			Title: "Logins and tokens", About: "Per hour, by outcome.", Kind: "timeseries", Unit: "none",
			Queries: []Query{{`round(sum by (account, outcome) (increase(contactcenter_auth_renewals_total{` + inAccount + `}[1h])))`, "{{account}} {{outcome}}"}},
		},
	}}
}

func exporterFeeds() Row {
	return Row{Title: "Feeds", Panels: []Panel{
		{
			Title: "Connected", About: "A stream or long poll is open.", Kind: "state-timeline", Unit: "none", Texts: map[int]Text{0: {"no", bad}, 1: {"yes", good}}, Width: 8, Height: 8,
			Queries: []Query{{least(20, `contactcenter_feed_connected{`+inAccount+`}`), "{{account}} {{source}}"}},
		},
		{
			Title: "Behind", About: "Age of the time up to which every event has been counted.", Kind: "timeseries", Unit: "dthms", Width: 8, Height: 8, Steps: limits(300, 900),
			Queries: []Query{{`time() - contactcenter_feed_cursor_timestamp_seconds{` + inAccount + `}`, "{{account}} {{source}}"}},
		},
		{
			Title: "Age of the newest event", About: "By the event's own time. It grows where nothing happens, such as at night.", Kind: "timeseries", Unit: "dthms", Width: 8, Height: 8,
			Queries: []Query{{`time() - contactcenter_feed_last_event_timestamp_seconds{` + inAccount + `}`, "{{account}} {{source}}"}},
		},
		{
			Title: "Events by half hour", About: "Counted once each; and those met again, which weren't.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true,
			Queries: []Query{
				{halfHour(" by (account, source)", "contactcenter_feed_events_total", inAccount), "{{account}} {{source}}"},
				{halfHour(" by (account, source)", "contactcenter_feed_duplicates_total", inAccount), "again: {{account}} {{source}}"},
			},
		},
		{
			Title: "Lost time", About: "Seconds in the chosen period whose events the vendor could no longer give.", Kind: "stat", Unit: "dthms", Steps: limits(1, 60),
			Queries: []Query{{`sum by (account, source) (increase(contactcenter_feed_gap_seconds_total{` + inAccount + `}[$__range]))`, "{{account}} {{source}}"}},
		},
	}}
}

func exporterProcess() Row {
	return Row{Title: "Process", Panels: []Panel{
		{
			Title: "Memory", About: "Resident.", Kind: "timeseries", Unit: "bytes", Width: 5, Height: 8,
			Queries: []Query{{`process_resident_memory_bytes and on (job, instance) contactcenter_exporter_build_info`, "{{instance}}"}},
		},
		{
			Title: "State", About: "Size of the file of counters and cursors.", Kind: "timeseries", Unit: "bytes", Width: 5, Height: 8,
			Queries: []Query{{`contactcenter_exporter_state_size_bytes`, "{{instance}}"}},
		},
		{
			Title: "Pushes by OTLP", About: "Per hour, by outcome. Empty where nothing is pushed.", Kind: "timeseries", Unit: "none", Width: 5, Height: 8,
			Colors:  map[string]string{"success": good, "partial": warn, "failure": bad},
			Queries: []Query{{`round(sum by (outcome) (increase(contactcenter_exporter_otlp_exports_total[1h])))`, "{{outcome}}"}},
			Nothing: "Nothing is pushed", Empty: "the demo doesn't push",
		},
		{
			Title: "Age of the newest push", About: "That the receiver accepted.", Kind: "timeseries", Unit: "dthms", Width: 5, Height: 8,
			Queries: []Query{{`time() - contactcenter_exporter_otlp_last_success_timestamp_seconds`, "{{instance}}"}},
			Nothing: "Nothing is pushed", Empty: "the demo doesn't push",
		},
		{
			Title: "Configuration read", About: "How long ago the configuration in effect was read.", Kind: "stat", Unit: "dthms", Width: 4, Height: 8,
			Queries: []Query{{`time() - min by (instance) (contactcenter_exporter_config_last_reload_success_timestamp_seconds)`, "{{instance}}"}},
		},
	}}
}

func exporterRoster() Row {
	const without = "there is no roster"
	return Row{Title: "Roster (only where the configuration names one)", Closed: true, Panels: []Panel{
		{
			Title: "Roster is read", About: "The newest attempt to read it succeeded.", Kind: "stat", Unit: "none", Width: 8, Height: 6,
			Texts:   map[int]Text{0: {"no", bad}, 1: {"yes", good}},
			Queries: []Query{{`min(contactcenter_roster_up{` + inAccount + `})`, "read"}}, Empty: without,
		},
		{
			Title: "Rows left out", About: "Of the roster in effect: those that could not be used.", Kind: "stat", Unit: "none", Width: 8, Height: 6, Steps: []Step{{0, good}, {1, warn}},
			Queries: []Query{{`max(contactcenter_roster_rows_skipped{` + inAccount + `})`, "rows"}}, Empty: without,
		},
		{
			Title: "Age of the roster", About: "Since the one in use was read.", Kind: "stat", Unit: "dthms", Width: 8, Height: 6,
			Queries: []Query{{`time() - max(contactcenter_roster_updated_timestamp_seconds{` + inAccount + `})`, "age"}}, Empty: without,
		},
	}}
}

func exporterReplicas() Row {
	const replicas = "there are no replicas without state.url"
	return Row{Title: "Replicas (only with state.url)", Closed: true, Panels: []Panel{
		{
			Title: "Accounts by replica", About: "How many accounts a replica owns, so that it asks their vendors.", Kind: "timeseries", Unit: "none", Stacked: true, Width: 6, Height: 8,
			Queries: []Query{{`sum by (instance) (contactcenter_account_owned{` + inAccount + `})`, "{{instance}}"}}, Empty: replicas,
		},
		{
			Title: "Takeovers by half hour", About: "Accounts taken over from another process, and commits refused because another one owned the account.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true, Width: 6, Height: 8,
			Colors: map[string]string{"taken over": warn, "refused": bad},
			Queries: []Query{
				{halfHour("", "contactcenter_account_takeovers_total", inAccount), "taken over"},
				{halfHour("", "contactcenter_account_fenced_total", inAccount), "refused"},
			},
			Empty: replicas,
		},
		{
			Title: "Time of commits", About: "Of counters and cursors to the database: nine in ten are shorter.", Kind: "timeseries", Unit: "s", Width: 6, Height: 8,
			Queries: []Query{{`histogram_quantile(0.9, sum by (instance, le) (rate(contactcenter_exporter_state_commit_duration_seconds_bucket[$__rate_interval])))`, "{{instance}}"}}, Empty: replicas,
		},
		{
			Title: "Commits survive", About: "Whether a commit that succeeded survives a promotion of a standby of the database.", Kind: "stat", Unit: "none", Width: 6, Height: 8,
			Texts:   map[int]Text{0: {"no", warn}, 1: {"yes", good}},
			Queries: []Query{{`min(contactcenter_exporter_state_synchronous)`, "survive"}}, Empty: replicas,
		},
	}}
}
