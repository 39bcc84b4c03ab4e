package dashboard

const inAccount = `account=~"$account"`

func exporter() Dashboard {
	return Dashboard{
		Name: "exporter", Title: "Contact centre exporter", About: "How fresh the data are, what fails, and what it costs the vendors.",
		Variables: []Variable{account("")},
		Rows:      []Row{exporterData(), exporterRequests(), exporterFeeds(), exporterProcess()},
	}
}

func exporterData() Row {
	return Row{"Freshness and errors", []Panel{
		{
			Title: "Sources", About: "Whether the newest fetch succeeded.", Kind: "state-timeline", Unit: "none", Width: 24, Height: 10,
			Queries: []Query{{`max by (account, source) (contactcenter_source_up{` + inAccount + `})`, "{{account}} {{source}}"}},
			Texts:   map[int]Text{0: {"failed", "red"}, 1: {"ok", "green"}},
		},
		{
			Title: "Age of the data, as a part of max_age", About: "At 100 % the gauges of a source disappear.", Kind: "timeseries", Unit: "percentunit",
			Queries: []Query{{`(time() - contactcenter_source_last_success_timestamp_seconds{` + inAccount + `}) / contactcenter_source_max_age_seconds{` + inAccount + `}`, "{{account}} {{source}}"}},
			Steps:   bad(0.5, 1),
		},
		{
			Title: "Errors by class", About: "Failed fetches per minute.", Kind: "timeseries", Unit: "none",
			Queries: []Query{{`60 * sum by (account, source, class) (rate(contactcenter_source_fetch_errors_total{` + inAccount + `}[$__rate_interval])) > 0`, "{{account}} {{source}} {{class}}"}},
			Empty:   "nothing fails in a healthy demo",
		},
		{
			Title: "Time of the newest fetch", About: "With all its pages and retries.", Kind: "timeseries", Unit: "s",
			Queries: []Query{{`contactcenter_source_fetch_duration_seconds{` + inAccount + `}`, "{{account}} {{source}}"}},
		},
		{
			Title: "Series", About: "Shown, and withheld by max_series.", Kind: "timeseries", Unit: "none",
			Queries: []Query{
				{`contactcenter_source_series{` + inAccount + `}`, "{{account}} {{source}}"},
				{`contactcenter_source_series_dropped{` + inAccount + `} > 0`, "withheld: {{account}} {{source}}"},
			},
		},
	}}
}

func exporterRequests() Row {
	return Row{"Requests and budgets", []Panel{
		{
			Title: "Requests by endpoint", About: "Per minute.", Kind: "timeseries", Unit: "none", Stacked: true,
			Queries: []Query{{`60 * sum by (account, endpoint) (rate(contactcenter_api_requests_total{` + inAccount + `}[$__rate_interval]))`, "{{account}} {{endpoint}}"}},
		},
		{
			Title: "Requests by status", About: "Per minute; error where no answer came.", Kind: "timeseries", Unit: "none",
			Queries: []Query{{`60 * sum by (account, code) (rate(contactcenter_api_requests_total{` + inAccount + `}[$__rate_interval]))`, "{{account}} {{code}}"}},
		},
		{
			Title: "Wait for the account's limits", About: "Mean wait of a request. More than a second: the sources ask for more than the limits allow.", Kind: "timeseries", Unit: "s",
			Queries: []Query{{`sum by (account) (rate(contactcenter_api_wait_seconds_total{` + inAccount + `}[$__rate_interval])) / sum by (account) (rate(contactcenter_api_requests_total{` + inAccount + `}[$__rate_interval]))`, "{{account}}"}},
			Steps:   bad(0.5, 1),
		},
		{
			Title: "Time of requests", About: "90 % answer faster.", Kind: "timeseries", Unit: "s",
			Queries: []Query{{`histogram_quantile(0.9, sum by (account, endpoint, le) (rate(contactcenter_api_request_duration_seconds_bucket{` + inAccount + `}[$__rate_interval])))`, "{{account}} {{endpoint}}"}},
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
			Title: "State is writable, configuration is accepted", About: "Both have to be so.", Kind: "stat", Unit: "none", Width: 8, Texts: map[int]Text{0: {"no", "red"}, 1: {"yes", "green"}},
			Queries: []Query{
				{`min(contactcenter_exporter_state_writable)`, "writable"},
				{`min(contactcenter_exporter_config_last_reload_successful)`, "accepted"},
			},
		},
	}}
}
