package dashboard

import "strings"

const inAccount = `account=~"$account"`

func exporter() Dashboard {
	return Dashboard{
		Name: "exporter", Title: "Contact centre exporter", About: "How fresh the data are, what fails, and what it costs the vendors.",
		Variables: []Variable{account("")},
		Rows:      []Row{exporterNow(), exporterData(), exporterRequests(), exporterFeeds(), exporterProcess()},
	}
}

func exporterNow() Row {
	now := func(title, about, expr string, worst []Step) Panel {
		return Panel{Title: title, About: about, Kind: "stat", Unit: "none", Width: 4, Height: 4, Steps: worst, Queries: []Query{{expr, title}}}
	}
	none := []Step{{0, "green"}, {1, "red"}}
	some := []Step{{0, "green"}, {1, "yellow"}}
	yes := []Step{{0, "red"}, {1, "green"}}
	state := now("State is writable", "Counters and cursors can be kept.", `min(contactcenter_exporter_state_writable)`, yes)
	config := now("Configuration is accepted", "The newest attempt to read it succeeded.", `min(contactcenter_exporter_config_last_reload_successful)`, yes)
	state.Texts = map[int]Text{0: {"no", "red"}, 1: {"yes", "green"}}
	config.Texts = state.Texts
	return Row{"Now", []Panel{
		now("Failing sources", "The newest fetch failed. Their data may still be shown.", `count(max by (account, source) (contactcenter_source_up{`+inAccount+`}) == 0) or vector(0)`, some),
		now("Sources without data", "The newest data is older than max_age, so that the gauges are gone.",
			`count(max by (account, source) (time() - contactcenter_source_last_success_timestamp_seconds{`+inAccount+`} > contactcenter_source_max_age_seconds{`+inAccount+`})) or vector(0)`, none),
		now("Series withheld", "By max_series, of all sources.", `sum(max by (account, source) (contactcenter_source_series_dropped{`+inAccount+`}))`, some),
		now("Values over the limit", "Times in the chosen period that a label value was shown as other, because of max_label_values or max_series.",
			`round(sum(increase(contactcenter_source_values_over_limit_total{`+inAccount+`}[$__range])))`, some),
		state, config,
	}}
}

func exporterData() Row {
	const age = `(time() - contactcenter_source_last_success_timestamp_seconds{` + inAccount + `}) / contactcenter_source_max_age_seconds{` + inAccount + `}`
	return Row{"Freshness and errors", []Panel{
		{
			Title: "Sources", About: "Whether the newest fetch succeeded: the 40 sources that failed most in the chosen period.", Kind: "state-timeline", Unit: "none", Width: 24, Height: 10,
			Queries: []Query{{least(40, `contactcenter_source_up{`+inAccount+`}`), "{{account}} {{source}}"}},
			Texts:   map[int]Text{0: {"failed", "red"}, 1: {"ok", "green"}},
		},
		{
			Title: "Age of the data, as a part of max_age", About: "At 100 % the gauges of a source disappear. The 20 oldest now.", Kind: "timeseries", Unit: "percentunit",
			Queries: []Query{{age + ` and topk(20, ` + strings.ReplaceAll(age, "}", "} @ end()") + `)`, "{{account}} {{source}}"}},
			Steps:   bad(0.5, 1),
		},
		{
			Title: "Errors by class", About: "Failed fetches per minute.", Kind: "timeseries", Unit: "cpm",
			Queries: []Query{{`60 * sum by (account, source, class) (rate(contactcenter_source_fetch_errors_total{` + inAccount + `}[$__rate_interval])) > 0`, "{{account}} {{source}} {{class}}"}},
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
	}}
}

func exporterRequests() Row {
	const requests = `60 * sum by (account, endpoint) (rate(contactcenter_api_requests_total{` + inAccount + `}[$__rate_interval]))`
	return Row{"Requests and budgets", []Panel{
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
			Steps:   bad(0.5, 1),
		},
		{
			Title: "Time of requests", About: "90 % answer faster; the 15 slowest. A long poll of a feed waits for events.", Kind: "timeseries", Unit: "s",
			Queries: []Query{{`topk(15, histogram_quantile(0.9, sum by (account, endpoint, le) (rate(contactcenter_api_request_duration_seconds_bucket{` + inAccount + `}[$__rate_interval]))) >= 0)`, "{{account}} {{endpoint}}"}},
		},
		{
			Title: "Throttled, retried", About: "Per hour: answers that ask to slow down, and requests sent again.", Kind: "timeseries", Unit: "none",
			Queries: []Query{
				{`sum by (account) (increase(contactcenter_api_throttled_total{` + inAccount + `}[1h]))`, "{{account}} throttled"},
				{`sum by (account) (increase(contactcenter_api_retries_total{` + inAccount + `}[1h]))`, "{{account}} retried"},
			},
		},
		{
			Title: "Logins and tokens", About: "Per hour, by outcome.", Kind: "timeseries", Unit: "none",
			Queries: []Query{{`sum by (account, outcome) (increase(contactcenter_auth_renewals_total{` + inAccount + `}[1h]))`, "{{account}} {{outcome}}"}},
		},
	}}
}

func exporterFeeds() Row {
	return Row{"Feeds", []Panel{
		{
			Title: "Behind", About: "Age of the time up to which every event has been counted.", Kind: "timeseries", Unit: "s", Width: 8, Steps: bad(300, 900),
			Queries: []Query{{`time() - contactcenter_feed_cursor_timestamp_seconds{` + inAccount + `}`, "{{account}} {{source}}"}},
		},
		{
			Title: "Events", About: "Per minute, counted once each.", Kind: "timeseries", Unit: "none", Width: 8,
			Queries: []Query{{`60 * sum by (account, source) (rate(contactcenter_feed_events_total{` + inAccount + `}[$__rate_interval]))`, "{{account}} {{source}}"}},
		},
		{
			Title: "Lost time", About: "Seconds in the chosen period whose events the vendor could no longer give.", Kind: "stat", Unit: "s", Width: 8, Steps: bad(1, 60),
			Queries: []Query{{`sum by (account, source) (increase(contactcenter_feed_gap_seconds_total{` + inAccount + `}[$__range]))`, "{{account}} {{source}}"}},
		},
	}}
}

func exporterProcess() Row {
	return Row{"Process", []Panel{
		{
			Title: "Memory", About: "Resident.", Kind: "timeseries", Unit: "bytes", Width: 8,
			Queries: []Query{{`process_resident_memory_bytes and on (job, instance) contactcenter_exporter_build_info`, "{{instance}}"}},
		},
		{
			Title: "State", About: "Size of the file of counters and cursors.", Kind: "timeseries", Unit: "bytes", Width: 8,
			Queries: []Query{{`contactcenter_exporter_state_size_bytes`, "{{instance}}"}},
		},
		{
			Title: "Pushes by OTLP", About: "Per hour, by outcome. Empty where nothing is pushed.", Kind: "timeseries", Unit: "short", Width: 8,
			Colors:  map[string]string{"success": "green", "partial": "yellow", "failure": "red"},
			Queries: []Query{{`sum by (outcome) (increase(contactcenter_exporter_otlp_exports_total[1h]))`, "{{outcome}}"}},
			Nothing: "Nothing is pushed", Empty: "the demo doesn't push",
		},
	}}
}
