package dashboard

// The LivePerson dashboard, from load on.

func livepersonLoad() Row {
	of := func(metric string) Query {
		return Query{`max by (account, agent_id) (` + metric + `{account=~"$account"} and on (account, agent_id) topk(50, liveperson_agent_load_ratio{account=~"$account"} and on (account, agent_id) liveperson_agent_status{account=~"$account", status=~"$state"} == 1))`, ""}
	}
	return Row{Title: "Load", Panels: []Panel{
		{
			Title: "Slots", About: "Of the agent groups: busy and ringing slots against those configured.", Kind: "timeseries", Unit: "none", Width: 8,
			Colors: map[string]string{"busy": busy, "ringing": warn, "configured": gone},
			Queries: []Query{
				{`sum(liveperson_group_busy_slots{` + inGroup + `})`, "busy"},
				{`sum(liveperson_group_ringing_slots{` + inGroup + `})`, "ringing"},
				{`sum(liveperson_group_max_slots{` + inGroup + `})`, "configured"},
			},
		},
		{
			Title: "Open conversations by group", About: "Assigned and open; the 15 groups with most in the chosen period.", Kind: "timeseries", Unit: "none", Width: 8,
			Queries: []Query{{most(`liveperson_group_open_conversations{` + inGroup + `}`), "{{group_name}}"}},
		},
		{
			Title: "Open conversations by skill", About: "Of the agents who are logged in; the 15 skills with most in the chosen period.", Kind: "timeseries", Unit: "none", Width: 8,
			Queries: []Query{{most(`liveperson_skill_open_conversations{` + inSkill + `}`), "{{skill_name}}"}},
		},
		{
			Title: "Highest load of agents", About: "Weight of an agent's conversations against the agent's capacity, which they can exceed; the 50 highest of those in the chosen states. A click on an agent opens the agent's day. Empty with identity: none.", Kind: "table", Unit: "none", Width: 14, Height: 10,
			Queries: []Query{of("liveperson_agent_load_ratio"), of("liveperson_agent_open_conversations"), of("liveperson_agent_intense_conversations"), of("liveperson_agent_ringing_slots"), of("liveperson_agent_pending_response_conversations")},
			Columns: []Column{
				{From: "agent_id", Title: "Agent", Link: &Link{"Open the agent", "/d/contactcenter-agent?var-account=" + field("Account") + "&var-group=$__all&var-agent=" + field("Agent") + keep}},
				{From: "account", Title: "Account", Width: 90},
				{From: "Value #A", Title: "Load", Unit: "percentunit", Width: 70, Steps: []Step{{0, "transparent"}, {0.8, warn}, {1, bad}}},
				{From: "Value #B", Title: "Open", Width: 70},
				{From: "Value #C", Title: "Intense", Width: 80},
				{From: "Value #D", Title: "Ringing", Width: 80},
				{From: "Value #E", Title: "To answer", Width: 95},
			},
			Sorted: []string{"-Load"}, Empty: "to answer needs the source agent_view",
		},
		{
			Title: "Agents by load", About: "How many agents have at least this part of their capacity in use.", Kind: "timeseries", Unit: "none", Width: 5, Height: 10,
			Queries: []Query{{`sum by (load) (contactcenter:account:agents_by_load{account=~"$account"})`, "{{load}} %"}},
		},
		{
			Title: "Busy slots by skill", About: "Part of the slots of a skill's agents that is busy; the 15 skills with most.", Kind: "bargauge", Unit: "percentunit", Max: 1, Width: 5, Height: 10, Steps: []Step{{0, busy}, {0.8, warn}, {1, bad}},
			Queries: []Query{{`topk(15, clamp_max(max by (account, skill_id, skill_name) (liveperson_skill_busy_slots{` + inSkill + `}) / (max by (account, skill_id, skill_name) (liveperson_skill_max_slots{` + inSkill + `}) > 0), 1))`, "{{skill_name}}"}},
		},
	}}
}

func livepersonHandled() Row {
	return Row{Title: "Arrivals and handle time, by half hour (source interval_metrics, up to an hour late)", Panels: []Panel{
		{
			Title: "Arrivals", About: "Conversations that arrived, beside those of the week before.", Kind: "timeseries", Unit: "none", Bars: true, Lines: []string{"a week ago"}, Width: 8, Colors: map[string]string{"arrived": busy, "a week ago": gone},
			Queries: []Query{
				{halfHour("", "liveperson_interval_arrivals_total", inSkill), "arrived"},
				{`round(sum(increase(liveperson_interval_arrivals_total{` + inSkill + `}[30m] offset 1w)))`, "a week ago"},
			},
			Empty: isOff,
		},
		{
			Title: "Handle time of a conversation", About: "Handle time ÷ handled conversations of an hour, as the vendor allots it.", Kind: "timeseries", Unit: "dthms", Width: 8,
			Queries: []Query{{top(15, `(sum by (skill_name, model) (increase(liveperson_interval_handle_seconds_total{`+inSkill+`}[1h])) / ignoring (model) group_left () sum by (skill_name) (increase(liveperson_interval_handled_conversations_total{`+inSkill+`}[1h])))`), "{{skill_name}}, {{model}}"}},
			Empty:   isOff,
		},
		{
			Title: "Conversations", About: "Handled, and lines for those replied to and closed.", Kind: "timeseries", Unit: "none", Bars: true, Lines: []string{"replied to", "closed"}, Width: 8,
			Queries: []Query{
				{halfHour("", "liveperson_interval_handled_conversations_total", inSkill), "handled"},
				{halfHour("", "liveperson_interval_replied_conversations_total", inSkill), "replied to"},
				{halfHour("", "liveperson_interval_closed_conversations_total", inSkill), "closed"},
			},
			Empty: isOff,
		},
		{
			Title: "Messages", About: "Of agents and consumers.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true,
			Queries: []Query{{halfHour(" by (sender)", "liveperson_interval_messages_total", inSkill), "{{sender}}"}}, Empty: isOff,
		},
		{
			Title: "Work", About: "How many agents worked on conversations at a time, on average: the seconds of work in a second.", Kind: "timeseries", Unit: "short",
			Queries: []Query{{`sum by (skill_name) (rate(liveperson_interval_work_seconds_total{` + inSkill + `}[1h]))`, "{{skill_name}}"}}, Empty: isOff,
		},
	}}
}

func livepersonTime() Row {
	const inAccounts = `{account=~"$account", status=~"$state"}`
	return Row{Title: "Time and changes (up to an hour late, as the vendor delivers them)", Panels: []Panel{
		{
			Title: "Logins and logouts", About: "By half hour, from status changes.", Kind: "timeseries", Unit: "none", Bars: true, Lines: []string{"logouts"}, Width: 8, Colors: map[string]string{"logins": good, "logouts": gone},
			Queries: []Query{
				{`round(sum(contactcenter:account:status_changes:increase30m{account=~"$account", change="login"}))`, "logins"},
				{`round(sum(contactcenter:account:status_changes:increase30m{account=~"$account", change="logout"}))`, "logouts"},
			},
		},
		{
			Title: "Agents by status and reason, from time in status", About: "How many agents were in a status on average, from the seconds in it; the 15 with most of the chosen ones.", Kind: "timeseries", Unit: "short", Width: 8,
			Queries: []Query{{`sum by (status, reason) (contactcenter:account:status_seconds:rate1h` + inAccounts + `) and topk(15, sum by (status, reason) (avg_over_time(contactcenter:account:status_seconds:rate1h` + inAccounts + `[$__range] @ end())))`, "{{status}} {{reason}}"}},
		},
		{
			Title: "Changes of status", About: "By half hour and new status, of the chosen ones.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true, Width: 8, Colors: only(byState(), "online", "away", "back_soon", "offline", "other"),
			Queries: []Query{{`round(sum by (change) (contactcenter:account:status_changes:increase30m{account=~"$account", change!~"login|logout", change=~"$state"}))`, "{{change}}"}},
		},
	}}
}

func livepersonSegments() Row {
	return Row{Title: "Segments and turns (sources agent_segments and segment_breakdown, up to a day late)", Closed: true, Panels: []Panel{
		{
			Title: "Segments by half hour", About: "By how they ended.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true, Width: 8,
			Queries: []Query{{`round(sum by (end_reason) (increase(liveperson_segments_total{account=~"$account", skill_id=~"$skill", group_id=~"$group"}[30m])))`, "{{end_reason}}"}}, Empty: isOff,
		},
		{
			Title: "Handle time of a segment", About: "Mean of an hour, by how segments ended.", Kind: "timeseries", Late: true, Unit: "dthms", Width: 8,
			Queries: []Query{{`sum by (end_reason) (rate(liveperson_segment_handle_seconds_sum{` + inSkill + `}[1h])) / sum by (end_reason) (rate(liveperson_segment_handle_seconds_count{` + inSkill + `}[1h]))`, "{{end_reason}}"}}, Empty: isOff,
		},
		{
			Title: "Length of a segment", About: "Half of them, and nine in ten, are shorter.", Kind: "timeseries", Late: true, Unit: "dthms", Width: 8,
			Queries: []Query{
				{`histogram_quantile(0.5, sum by (le) (contactcenter:skill:segment_duration_seconds_bucket:rate1h{` + inSkill + `}))`, "median"},
				{`histogram_quantile(0.9, sum by (le) (contactcenter:skill:segment_duration_seconds_bucket:rate1h{` + inSkill + `}))`, "90 %"},
			},
			Empty: isOff,
		},
		{
			Title: "Turns by half hour", About: "Of conversations, by why they began and ended; the 15 kinds with most.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true, Width: 8,
			Queries: []Query{{top(15, `round(sum by (start_reason, end_reason) (increase(liveperson_handling_units_total{account=~"$account"}[30m])))`), "{{start_reason}}, {{end_reason}}"}}, Empty: isOff,
		},
		{
			Title: "Handle time of a turn", About: "Mean of an hour, by why turns began.", Kind: "timeseries", Late: true, Unit: "dthms", Width: 8,
			Queries: []Query{{`sum by (start_reason) (rate(liveperson_handling_unit_seconds_sum{account=~"$account"}[1h])) / sum by (start_reason) (rate(liveperson_handling_unit_seconds_count{account=~"$account"}[1h]))`, "{{start_reason}}"}}, Empty: isOff,
		},
		{
			Title: "Files of turns by half hour", About: "Read once each, and attempts that failed.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true, Width: 8,
			Colors:  map[string]string{"read": good, "failed": bad},
			Queries: []Query{{halfHour(" by (outcome)", "liveperson_segment_files_total", `account=~"$account"`), "{{outcome}}"}}, Empty: isOff,
		},
	}}
}

func livepersonChat() Row {
	return Row{Title: "Chat (source agent_activity, which the vendor ended for OAuth 1)", Closed: true, Panels: []Panel{
		{
			Title: "Agents chatting and waiting for chats", About: "How many agents on average, from the time in each state; logged in is their sum and more.", Kind: "timeseries", Unit: "short", Width: 8,
			Queries: []Query{{`sum by (activity) (contactcenter:account:chat_seconds:rate1h{account=~"$account"})`, "{{activity}}"}}, Empty: isOff,
		},
		{
			Title: "Agents by state, from agent activity", About: "How many agents on average.", Kind: "timeseries", Unit: "short", Stacked: true, Width: 8, Colors: only(byState(), "online", "back_soon", "away", "other"),
			Queries: []Query{{`sum by (state) (contactcenter:account:chat_state_seconds:rate1h{account=~"$account"})`, "{{state}}"}}, Empty: isOff,
		},
		{
			Title: "Away, by reason, from agent activity", About: "How many agents on average.", Kind: "timeseries", Unit: "short", Width: 8,
			Queries: []Query{{`sum by (reason_id) (contactcenter:account:chat_away_seconds:rate1h{account=~"$account"})`, "{{reason_id}}"}}, Empty: isOff,
		},
	}}
}
