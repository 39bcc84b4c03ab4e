package dashboard

const inService = `account=~"$account", service_id=~"$group"`

func livevox() Dashboard {
	return Dashboard{
		Name: "livevox", Title: "LiveVox", About: "Services, queues, campaigns and outcomes of LiveVox accounts. For Grafana 10 or later.", Vendor: "livevox",
		Variables: []Variable{account("livevox"), group("livevox", "Service"), state("livevox")},
		Rows:      []Row{livevoxQueues(), livevoxAgents(), livevoxCalls(), livevoxHandled(), livevoxFeeds(), livevoxCampaigns(), livevoxEvents()},
	}
}

// ofService is a figure of each service.
func ofService(metric string) Query {
	return Query{`max by (account, service_id) (` + metric + `{` + inService + `})`, ""}
}

// servicesTable has a line for each service. The first query tells its name.
func servicesTable(title, about string, columns []Column, queries ...Query) Panel {
	return Panel{
		Title: title, About: about, Kind: "table", Unit: "none", Width: 24, Height: 9,
		Queries: append([]Query{{`group by (account, service_id, service_name, call_center_name, pacing_method) (livevox_service_info{` + inService + `})`, ""}}, queries...),
		Columns: append([]Column{
			{From: "service_name", Title: "Service", Link: serviceOfLine()},
			{From: "account", Title: "Account", Width: 80},
			{From: "service_id", Inner: true}, {From: "Value #A"},
		}, columns...),
		Sorted: []string{"Service"},
	}
}

func livevoxQueues() Row {
	now := servicesTable("Services now", "Calls, agents and the throttle of dialling of each service. A click on a name chooses the service.", []Column{
		{From: "call_center_name", Title: "Call center", Width: 115}, {From: "pacing_method", Title: "Pacing", Width: 115},
		{From: "Value #B", Title: "Calls", Width: 70}, {From: "Value #C", Title: "In queue", Width: 85, Steps: []Step{{0, "transparent"}, {1, warn}}},
		{From: "Value #D", Title: "Longest wait", Unit: "dthms", Width: 110, Steps: []Step{{0, "transparent"}, {60, warn}, {120, bad}}},
		{From: "Value #E", Title: "With agent", Width: 95}, {From: "Value #F", Title: "On hold", Width: 80}, {From: "Value #G", Title: "Agents", Width: 75, Steps: few()},
		{From: "Value #H", Title: "Throttle", Unit: "short", Width: 85},
	}, ofService("livevox_service_calls_in_progress"), ofService("livevox_service_calls_in_queue"), ofService("livevox_service_longest_call_in_queue_seconds"),
		ofService("livevox_service_calls_with_agent"), Query{`sum by (account, service_id) (livevox_service_calls_on_hold{` + inService + `})`, ""},
		ofService("livevox_service_agents"), ofService("livevox_service_throttle"))
	return Row{Title: "Queues", Panels: []Panel{
		now,
		{
			Title: "Calls in the queue", About: "totalCallsInQueue; the 15 services with most in the chosen period.", Kind: "timeseries", Unit: "none", Width: 8,
			Queries: []Query{{most(`livevox_service_calls_in_queue{` + inService + `}`), "{{service_name}}"}}, Link: serviceOfSeries(), Hours: inGroup + `, vendor="livevox"`,
		},
		{
			Title: "Longest wait", About: "Of the oldest call in the queue, in the 15 services with the longest; the line is the default target of two minutes.", Kind: "timeseries", Unit: "dthms", Width: 8,
			Queries: []Query{{most(`livevox_service_longest_call_in_queue_seconds{` + inService + `}`), "{{service_name}}"}}, Steps: limits(60, 120), Link: serviceOfSeries(), Hours: inGroup + `, vendor="livevox"`,
		},
		{
			Title: "Oldest call on hold", About: "How long it has been on hold, in the 15 services with the oldest in the chosen period.", Kind: "timeseries", Unit: "dthms", Width: 8,
			Queries: []Query{{`time() - (livevox_service_oldest_hold_timestamp_seconds{` + inService + `} and bottomk(15, min_over_time(livevox_service_oldest_hold_timestamp_seconds{` + inService + `}[$__range] @ end())))`, "{{service_name}}"}},
			Empty:   "there are moments without a call on hold", Link: serviceOfSeries(),
		},
		{
			Title: "Service level burn", About: "Calls that miss the service level in an hour, as a multiple of what the target allows.", Kind: "timeseries", Unit: "short", Width: 8,
			Queries: []Query{{most(`contactcenter:group:service_level_burn:1h{` + inGroup + `}`), "{{group_name}}"}}, Steps: limits(1, 3), Link: groupOfSeries(), Hours: inGroup + `, vendor="livevox"`,
		},
		{
			Title: "Abandoned calls", About: "Share of the calls offered in 30 minutes; the 15 services with most in the chosen period.", Kind: "timeseries", Unit: "percentunit", Width: 8,
			Queries: []Query{{most(`contactcenter:group:abandonment_ratio:30m{` + inGroup + `}`), "{{group_name}}"}}, Steps: limits(0.03, 0.05), Link: groupOfSeries(), Hours: inGroup + `, vendor="livevox"`,
		},
		{
			Title: "Service level today", About: "Share of the day's calls answered within the service level, as the vendor has it; the 20 lowest.", Kind: "bargauge", Unit: "percentunit", Max: 1, Width: 8,
			Queries: []Query{{`bottomk(20, livevox_service_service_level_ratio{` + inService + `})`, "{{service_name}}"}}, Steps: share(), Link: serviceOfSeries(),
		},
	}}
}

func livevoxAgents() Row {
	return Row{Title: "Agents", Panels: []Panel{
		{
			Title: "Agents by state", About: "The vendor's own states; those that are chosen.", Kind: "timeseries", Unit: "none", Stacked: true, Width: 8,
			Colors:  only(byState(), voiceStates()...),
			Queries: []Query{{`sum by (state) (max by (account, service_id, state) (livevox_agents{` + inService + `, state=~"$state"}))`, "{{state}}"}},
		},
		{
			Title: "Not ready, by reason", About: "Agents in the state not_ready.", Kind: "timeseries", Unit: "none", Stacked: true, Width: 8,
			Queries: []Query{{`sum by (reason) (max by (account, service_id, reason) (livevox_agents_not_ready{` + inService + `}))`, "{{reason}}"}},
		},
		{
			Title: "Agents by type of call", About: "The vendor's callType of agents who are in a call.", Kind: "timeseries", Unit: "none", Stacked: true, Width: 8,
			Queries: []Query{{`sum by (call_type) (max by (account, service_id, call_type) (livevox_agents_by_call_type{` + inService + `}))`, "{{call_type}}"}},
			Empty:   "there are moments in which no agent is in a call",
		},
		{
			Title: "Ready agents by service", About: "The 25 services with the fewest in the chosen period. No agent is ready where all are in calls.", Kind: "state-timeline", Unit: "none", Width: 24, Height: 10,
			Queries: []Query{{least(25, `livevox_agents{`+inService+`, state="ready"}`), "{{service_name}}"}},
			Steps:   few(), Link: serviceOfSeries(),
		},
	}}
}

func livevoxCalls() Row {
	return Row{Title: "Calls and outcomes", Panels: []Panel{
		{
			Title: "Calls by half hour", About: "Handled and abandoned, and a line for those offered.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true, Lines: []string{"offered"}, Width: 8,
			Colors: map[string]string{"offered": busy, "handled": good, "abandoned": bad},
			Queries: []Query{
				{`round(sum(contactcenter:group:calls_offered:increase30m{` + inGroup + `, vendor="livevox"}))`, "offered"},
				{halfHour("", "livevox_service_calls_handled_total", inService), "handled"},
				{halfHour("", "livevox_service_calls_abandoned_total", inService), "abandoned"},
			},
		},
		{
			Title: "Outcomes by half hour", About: "Of agents' calls.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true, Width: 8,
			Queries: []Query{{`round(sum by (outcome) (contactcenter:group:outcomes:increase30m{` + inGroup + `}))`, "{{outcome}}"}},
		},
		{
			Title: "Right-party connects by half hour", About: "Needs the source live_connects.", Kind: "timeseries", Unit: "none", Bars: true, Width: 8,
			Queries: []Query{{halfHour("", "livevox_service_right_party_connects_total", inService), "connects"}}, Empty: isOff,
		},
	}}
}

func livevoxHandled() Row {
	return Row{Title: "Times of the day", Panels: []Panel{
		servicesTable("Services today", "The vendor's means and shares of the current day, without those of services that had no call yet.", []Column{
			{From: "Value #B", Title: "Service level", Unit: "percentunit", Width: 115, Steps: share()}, {From: "Value #C", Title: "Abandoned", Unit: "percentunit", Width: 100, Steps: limits(0.03, 0.05)},
			{From: "Value #D", Title: "Answered after", Unit: "dthms", Width: 120}, {From: "Value #E", Title: "Abandoned after", Unit: "dthms", Width: 130},
			{From: "Value #F", Title: "Talk", Unit: "dthms", Width: 90}, {From: "Value #G", Title: "Wrap-up", Unit: "dthms", Width: 90}, {From: "Value #H", Title: "Handle time", Unit: "dthms", Width: 110},
			{From: "Value #I", Title: "Longest hold", Unit: "dthms", Width: 110}, {From: "call_center_name"}, {From: "pacing_method"},
		}, ofService("livevox_service_service_level_ratio"), ofService("livevox_service_abandonment_ratio"), ofService("livevox_service_average_speed_of_answer_seconds"),
			ofService("livevox_service_average_time_to_abandon_seconds"), ofService("livevox_service_average_talk_seconds"), ofService("livevox_service_average_wrap_up_seconds"),
			ofService("livevox_service_average_handle_seconds"), ofService("livevox_service_max_hold_seconds")),
		{
			Title: "Handle time", About: "Talk and wrap-up of a call of half an hour; the 15 services with the longest in the chosen period.", Kind: "timeseries", Unit: "dthms",
			Queries: []Query{{`contactcenter:group:handle_seconds:increase30m{` + inGroup + `} / (contactcenter:group:agent_calls:increase30m{` + inGroup + `} > 0) and topk(15, max_over_time(contactcenter:group:handle_seconds:increase30m{` + inGroup + `}[$__range] @ end()))`, "{{group_name}}"}},
			Link:    groupOfSeries(),
		},
		{
			Title: "Mean time in a state", About: "Of the chosen services, from the source agent_averages.", Kind: "timeseries", Unit: "dthms",
			Queries: []Query{{`avg by (state) (livevox_service_agent_average_seconds{` + inService + `})`, "{{state}}"}}, Empty: isOff,
		},
	}}
}
