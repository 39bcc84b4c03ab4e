package dashboard

const inService = `account=~"$account", service_id=~"$group"`

func livevox() Dashboard {
	return Dashboard{
		Name: "livevox", Title: "LiveVox", About: "Services, queues, campaigns and outcomes of LiveVox accounts.",
		Variables: []Variable{account("livevox"), group("livevox", "Service")},
		Rows:      []Row{livevoxQueues(), livevoxAgents(), livevoxCalls(), livevoxCampaigns()},
	}
}

func livevoxQueues() Row {
	return Row{"Queues", []Panel{
		{
			Title: "Calls in the queue", About: "totalCallsInQueue; the 15 services with most in the chosen period.", Kind: "timeseries", Unit: "none",
			Queries: []Query{{most(`livevox_service_calls_in_queue{` + inService + `}`), "{{service_name}}"}},
		},
		{
			Title: "Longest wait", About: "Of the oldest call in the queue, in the 15 services with the longest; the line is the default target of two minutes.", Kind: "timeseries", Unit: "s",
			Queries: []Query{{most(`livevox_service_longest_call_in_queue_seconds{` + inService + `}`), "{{service_name}}"}}, Steps: bad(60, 120),
		},
		{
			Title: "Service level today", About: "Share of the day's calls answered within the service level, as the vendor has it.", Kind: "bargauge", Unit: "percentunit", Max: 1,
			Queries: []Query{{`bottomk(20, livevox_service_service_level_ratio{` + inService + `})`, "{{service_name}}"}}, Steps: []Step{{0, "red"}, {0.7, "yellow"}, {0.8, "green"}},
		},
		{
			Title: "Service level burn", About: "Calls that miss the service level in an hour, as a multiple of what the target allows.", Kind: "timeseries", Unit: "none",
			Queries: []Query{{most(`contactcenter:group:service_level_burn:1h{` + inGroup + `}`), "{{group_name}}"}}, Steps: bad(1, 3),
		},
		{
			Title: "Abandoned calls", About: "Share of the calls offered in 30 minutes.", Kind: "timeseries", Unit: "percentunit",
			Queries: []Query{{most(`contactcenter:group:abandonment_ratio:30m{` + inGroup + `}`), "{{group_name}}"}}, Steps: bad(0.03, 0.05),
		},
		{
			Title: "Oldest call on hold", About: "How long it has been on hold.", Kind: "timeseries", Unit: "s",
			Queries: []Query{{`topk(15, time() - livevox_service_oldest_hold_timestamp_seconds{` + inService + `})`, "{{service_name}}"}},
			Empty:   "there are moments without a call on hold",
		},
	}}
}

func livevoxAgents() Row {
	return Row{"Agents", []Panel{
		{
			Title: "Agents by state", About: "The vendor's own states.", Kind: "timeseries", Unit: "none", Stacked: true, Colors: byState(),
			Queries: []Query{{`sum by (state) (max by (account, service_id, state) (livevox_agents{` + inService + `}))`, "{{state}}"}},
		},
		{
			Title: "Not ready, by reason", About: "Agents in the state not_ready.", Kind: "timeseries", Unit: "none", Stacked: true,
			Queries: []Query{{`sum by (reason) (max by (account, service_id, reason) (livevox_agents_not_ready{` + inService + `}))`, "{{reason}}"}},
		},
		{
			Title: "Ready agents by service", About: "The 25 services with the fewest in the chosen period. No agent is ready where all are in calls.", Kind: "state-timeline", Unit: "none", Width: 24, Height: 10,
			Queries: []Query{{least(25, `livevox_agents{`+inService+`, state="ready"}`), "{{service_name}}"}},
			Steps:   few(),
		},
	}}
}

func livevoxCalls() Row {
	return Row{"Calls and outcomes", []Panel{
		{
			Title: "Calls offered, handled and abandoned", About: "Per minute.", Kind: "timeseries", Unit: "cpm",
			Colors: map[string]string{"offered": busy, "handled": "green", "abandoned": "red"},
			Queries: []Query{
				{`60 * sum(rate(livevox_service_calls_offered_total{` + inService + `}[$__rate_interval]))`, "offered"},
				{`60 * sum(rate(livevox_service_calls_handled_total{` + inService + `}[$__rate_interval]))`, "handled"},
				{`60 * sum(rate(livevox_service_calls_abandoned_total{` + inService + `}[$__rate_interval]))`, "abandoned"},
			},
		},
		{
			Title: "Outcomes", About: "Of agents' calls, per minute.", Kind: "timeseries", Unit: "cpm", Stacked: true,
			Queries: []Query{{`60 * sum by (outcome) (rate(livevox_agent_outcomes_total{` + inService + `}[$__rate_interval]))`, "{{outcome}}"}},
		},
		{
			Title: "Results of calls", About: "In the chosen period, from interaction events (a source that LiveVox has to enable); the 15 most frequent.", Kind: "bargauge", Unit: "short",
			Queries: []Query{{`topk(15, sum by (result) (increase(livevox_call_results_total{` + inService + `}[$__range])) > 0)`, "{{result}}"}},
			Empty:   "no call may have ended yet",
		},
		{
			Title: "Wait and length of calls", About: "Quantiles from interaction events.", Kind: "timeseries", Unit: "s",
			Queries: []Query{
				{`histogram_quantile(0.9, sum by (le) (rate(livevox_call_queue_seconds_bucket{` + inService + `}[$__rate_interval])))`, "wait, 90 %"},
				{`histogram_quantile(0.5, sum by (le) (rate(livevox_call_duration_seconds_bucket{` + inService + `}[$__rate_interval])))`, "length, median"},
			},
			Empty: "no call may have ended yet",
		},
		{
			Title: "Handling time today", About: "The vendor's mean of the current day.", Kind: "bargauge", Unit: "s", Width: 24,
			Queries: []Query{{`topk(20, livevox_service_average_handle_seconds{` + inService + `})`, "{{service_name}}"}},
			Empty:   "there is no mean before the first call of the day",
		},
	}}
}

func livevoxCampaigns() Row {
	return Row{"Campaigns", []Panel{
		{
			Title: "Records to be dialled", About: "The 15 campaigns with most records remaining.", Kind: "timeseries", Unit: "none",
			Queries: []Query{{most(`livevox_campaign_records_remaining{` + inService + `}`), "{{campaign_id}}"}},
		},
		{
			Title: "Completed", About: "Share of the loaded records of a service that are done.", Kind: "bargauge", Unit: "percentunit", Max: 1,
			Queries: []Query{{`bottomk(20, livevox_service_complete_ratio{` + inService + `})`, "{{service_name}}"}},
		},
	}}
}
