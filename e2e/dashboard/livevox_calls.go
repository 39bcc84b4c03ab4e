package dashboard

// The LiveVox dashboard, from single calls on.

func livevoxFeeds() Row {
	return Row{Title: "Calls, one by one (sources interaction_events and call_data)", Panels: []Panel{
		{
			Title: "Results of calls", About: "In the chosen period, from interaction events (a source that LiveVox has to enable); the 15 most frequent.", Kind: "bargauge", Unit: "none", Width: 8,
			Queries: []Query{{`topk(15, round(sum by (result) (increase(livevox_call_results_total{` + inService + `}[$__range]))) > 0)`, "{{result}}"}},
			Empty:   "no call may have ended yet",
		},
		{
			Title: "Wait and length of calls", About: "Of an hour, without calls that didn't wait, had no menu or weren't answered.", Kind: "timeseries", Late: true, Unit: "dthms", Width: 8,
			Queries: []Query{
				{above("0.9", "contactcenter:group:call_queue_seconds_bucket:rate1h"), "wait, 90 % are shorter"},
				{above("0.5", "contactcenter:group:call_duration_seconds_bucket:rate1h"), "length, median"},
				{above("0.5", "contactcenter:group:call_ivr_seconds_bucket:rate1h"), "menu, median"},
			},
			Empty: "no call may have ended yet",
		},
		{
			Title: "Answered and abandoned in time", About: "Calls that ended, by half hour, from interaction events.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true, Width: 8,
			Colors:  map[string]string{"answered_within": good, "answered_after": warn, "abandoned_within": gone, "abandoned_after": bad},
			Queries: []Query{{halfHour(" by (outcome)", "livevox_calls_service_level_total", inService), "{{outcome}}"}}, Empty: isOff,
		},
		{
			Title: "Calls that agents are in", About: "By direction, from call_data.", Kind: "timeseries", Unit: "none", Stacked: true, Width: 5,
			Queries: []Query{{`sum by (direction) (livevox_active_calls{` + inService + `})`, "{{direction}}"}}, Empty: isOff,
		},
		{
			Title: "Longest of these calls", About: "The longest of the calls that agents are in, by direction.", Kind: "timeseries", Unit: "dthms", Width: 5,
			Queries: []Query{{`time() - min by (direction) (livevox_active_call_oldest_start_timestamp_seconds{` + inService + `})`, "{{direction}}"}}, Empty: isOff,
		},
		{
			Title: "Due in these calls", About: "Sum of totalDue, in the account's currency; the 15 services with most.", Kind: "bargauge", Unit: "locale", Width: 6,
			Queries: []Query{{`topk(15, max by (account, service_id) (livevox_active_calls_due{` + inService + `}) * on (account, service_id) group_left (service_name) max by (account, service_id, service_name) (livevox_service_info))`, "{{service_name}}"}}, Empty: isOff,
		},
		{
			Title: "Calls by term code", About: "That ended in the chosen period, from call_data; the 15 most frequent.", Kind: "bargauge", Unit: "none", Width: 8,
			Queries: []Query{{`topk(15, round(sum by (result, term_code) (increase(livevox_calls_closed_total{` + inService + `}[$__range]))) > 0)`, "{{result}} {{term_code}}"}}, Empty: isOff,
		},
	}}
}

func livevoxCampaigns() Row {
	of := func(metric string) Query {
		return Query{`max by (account, campaign_id, service_id) (` + metric + `{` + inService + `}) and on (account, campaign_id) topk(50, max by (account, campaign_id) (livevox_campaign_records_remaining{` + inService + `}))`, ""}
	}
	return Row{Title: "Campaigns and lists", Panels: []Panel{
		{
			Title: "Campaigns", About: "Records of the day; the 50 campaigns with most remaining.", Kind: "table", Unit: "none", Width: 13,
			Queries: []Query{of("livevox_campaign_records_uploaded"), of("livevox_campaign_records_loaded"), of("livevox_campaign_records_completed"), of("livevox_campaign_records_remaining")},
			Columns: []Column{
				{From: "campaign_id", Title: "Campaign"}, {From: "service_id", Title: "Service", Width: 80}, {From: "account", Title: "Account", Width: 75},
				{From: "Value #A", Title: "Uploaded", Width: 80}, {From: "Value #B", Title: "Loaded", Width: 75},
				{From: "Value #C", Title: "Done", Width: 75}, {From: "Value #D", Title: "Remaining", Width: 95},
			},
			Sorted: []string{"-Remaining"},
		},
		servicesLists(),
		{
			Title: "Records to be dialled", About: "The 15 campaigns with most records remaining.", Kind: "timeseries", Unit: "none", Width: 8,
			Queries: []Query{{most(`livevox_campaign_records_remaining{` + inService + `}`), "{{campaign_id}}"}},
		},
		{
			Title: "Completed", About: "Share of the loaded records of a service that are done; the 20 lowest.", Kind: "bargauge", Unit: "percentunit", Max: 1, Width: 8,
			Queries: []Query{{`bottomk(20, livevox_service_complete_ratio{` + inService + `})`, "{{service_name}}"}}, Link: serviceOfSeries(),
		},
		{
			Title: "Records by time zone", About: "Loaded records of all campaigns, by whether dialing_hours permit calls there now.", Kind: "bargauge", Unit: "none", Width: 8,
			Queries: []Query{
				{`topk(20, sum by (timezone) (livevox_campaign_records_by_timezone{` + inService + `} and on (account, timezone) livevox_timezone_dialable{account=~"$account"} == 1))`, "{{timezone}}: now"},
				{`topk(20, sum by (timezone) (livevox_campaign_records_by_timezone{` + inService + `} unless on (account, timezone) livevox_timezone_dialable{account=~"$account"} == 1))`, "{{timezone}}: later"},
			},
		},
	}}
}

func servicesLists() Panel {
	p := servicesTable("Lists of the services", "Records loaded, those that may be dialled now, and those remaining.", []Column{
		{From: "Value #B", Title: "Loaded", Width: 90}, {From: "Value #C", Title: "Dialable", Width: 90}, {From: "Value #D", Title: "Remaining", Width: 95},
		{From: "call_center_name"}, {From: "pacing_method"},
	}, ofService("livevox_service_records_loaded"), ofService("livevox_service_records_dialable"), ofService("livevox_service_records_remaining"))
	p.Width = 11
	return p
}

// topRecorded are the 15 kinds with most in the newest half hour, out of what is recorded of half hours.
func topRecorded(by, record string) string {
	sum := "sum by (" + by + ") (" + record + "{" + inGroup + "}"
	return "round(" + sum + ")) and topk(15, " + sum + " @ end()))"
}

func livevoxEvents() Row {
	return Row{Title: "Events (sources agent_events and interaction_events)", Closed: true, Panels: []Panel{
		{
			Title: "Dispositions by agents", About: "Results that agents gave calls in the last hour; the 15 most frequent.", Kind: "bargauge", Unit: "none",
			Queries: []Query{{`topk(15, round(sum by (result) (increase(livevox_call_dispositions_total{` + inService + `}[1h]))) > 0)`, "{{result}}"}}, Empty: isOff,
		},
		{
			Title: "Messages by half hour", About: "SMS and e-mail of all services, by channel and result; the 15 kinds with most in the newest half hour.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true,
			Queries: []Query{{`round(sum by (channel, result) (contactcenter:account:messages:increase30m{account=~"$account"})) and topk(15, sum by (channel, result) (contactcenter:account:messages:increase30m{account=~"$account"} @ end()))`, "{{channel}} {{result}}"}}, Empty: isOff,
		},
		{
			Title: "Agents by state, from their events", About: "How many agents on average, in the chosen states, from the time between events.", Kind: "timeseries", Unit: "short", Late: true, Width: 12,
			Queries: []Query{{`sum by (state) (contactcenter:group:agent_event_state_seconds:rate1h{` + inGroup + `, state=~"$state"})`, "{{state}}"}}, Empty: isOff,
		},
		{
			Title: "Agents in calls, by type of campaign", About: "How many agents on average, from the time between events.", Kind: "timeseries", Unit: "short", Late: true, Stacked: true, Width: 12,
			Queries: []Query{{`sum by (campaign_type) (rate(livevox_agent_event_state_seconds_total{` + inService + `, state="in_call"}[1h]))`, "{{campaign_type}}"}}, Empty: isOff,
		},
		{
			Title: "Agents by team", About: "Agents who are logged in, by the newest event of each; the 15 teams with most in the chosen period.", Kind: "timeseries", Unit: "none", Stacked: true, Width: 8,
			Queries: []Query{{`sum by (team_id) (max by (account, team_id, state) (livevox_agents_by_team{account=~"$account"})) and topk(15, sum by (team_id) (avg_over_time(livevox_agents_by_team{account=~"$account"}[$__range] @ end())))`, "team {{team_id}}"}}, Empty: isOff,
		},
		{
			Title: "Events of agents by half hour", About: "The 15 kinds with most in the newest half hour.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true, Width: 8,
			Queries: []Query{{topRecorded("event", "contactcenter:group:agent_events:increase30m"), "{{event}}"}}, Empty: isOff,
		},
		{
			Title: "Events of calls and messages by half hour", About: "The 15 kinds with most in the newest half hour.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true, Width: 8,
			Queries: []Query{{topRecorded("interaction, event", "contactcenter:group:interaction_events:increase30m"), "{{interaction}} {{event}}"}}, Empty: isOff,
		},
	}}
}
