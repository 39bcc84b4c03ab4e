package dashboard

func liveperson() Dashboard {
	return Dashboard{
		Name: "liveperson", Title: "LivePerson", About: "Agents, load and skills of LivePerson accounts.",
		Variables: []Variable{account("liveperson"), group("liveperson", "Agent group")},
		Rows:      []Row{livepersonAgents(), livepersonLoad(), livepersonTime()},
	}
}

func livepersonAgents() Row {
	return Row{"Agents", []Panel{
		{
			Title: "Agents by status", About: "currentStatus of the agents that are logged in.", Kind: "timeseries", Unit: "none", Stacked: true, Colors: byState(),
			Queries: []Query{{`sum by (status) (max by (account, group_id, status) (liveperson_agents{` + inGroup + `}))`, "{{status}}"}},
		},
		{
			Title: "Online agents by skill", About: "The 25 skills with the fewest in the chosen period. An agent counts under each of its skills.", Kind: "state-timeline", Unit: "none",
			Queries: []Query{{least(25, `liveperson_skill_agents{account=~"$account", status="online"}`), "{{skill_name}}"}},
			Steps:   few(),
		},
	}}
}

func livepersonLoad() Row {
	return Row{"Load", []Panel{
		{
			Colors: map[string]string{"busy": busy, "ringing": "orange", "configured": gone},
			Title:  "Slots", About: "Busy and ringing slots against those configured.", Kind: "timeseries", Unit: "none",
			Queries: []Query{
				{`sum(liveperson_group_busy_slots{` + inGroup + `})`, "busy"},
				{`sum(liveperson_group_ringing_slots{` + inGroup + `})`, "ringing"},
				{`sum(liveperson_group_max_slots{` + inGroup + `})`, "configured"},
			},
		},
		{
			Title: "Open conversations by group", About: "Assigned and open; the 15 groups with most in the chosen period.", Kind: "timeseries", Unit: "none",
			Queries: []Query{{most(`liveperson_group_open_conversations{` + inGroup + `}`), "{{group_name}}"}},
		},
		{
			Title: "Highest load of agents", About: "Weight of an agent's conversations against the agent's capacity; the 50 highest. Empty with identity: none.", Kind: "table", Unit: "none", Height: 10,
			Queries: []Query{
				{`max by (account, agent_id) (topk(50, liveperson_agent_load_ratio{account=~"$account"}))`, ""},
				{`max by (account, agent_id) (liveperson_agent_open_conversations{account=~"$account"} and on (account, agent_id) topk(50, liveperson_agent_load_ratio{account=~"$account"}))`, ""},
			},
			Columns: []Column{
				{From: "agent_id", Title: "Agent"},
				{From: "account", Title: "Account"},
				{From: "Value #A", Title: "Load", Unit: "percentunit", Width: 100, Steps: []Step{{0, "green"}, {0.8, "yellow"}, {1, "orange"}}},
				{From: "Value #B", Title: "Open conversations", Width: 170},
			},
			Sorted: "-Load",
		},
		{
			Title: "Agents by load", About: "How many agents have at least this part of their capacity in use.", Kind: "timeseries", Unit: "none", Height: 10,
			Queries: []Query{
				{`count(liveperson_agent_load_ratio{account=~"$account"} >= 0) or vector(0)`, "all"},
				{`count(liveperson_agent_load_ratio{account=~"$account"} >= 0.5) or vector(0)`, "half"},
				{`count(liveperson_agent_load_ratio{account=~"$account"} >= 1) or vector(0)`, "full"},
			},
		},
	}}
}

func livepersonTime() Row {
	return Row{"Time and changes (up to an hour late, as the vendor delivers them)", []Panel{
		{
			Title: "Logins and logouts", About: "Per hour, from status changes.", Kind: "timeseries", Unit: "none",
			Queries: []Query{
				{`sum(increase(liveperson_agent_logins_total{account=~"$account"}[1h]))`, "logins"},
				{`sum(increase(liveperson_agent_logouts_total{account=~"$account"}[1h]))`, "logouts"},
			},
		},
		{
			Title: "Agents by status and reason, from time in status", About: "Seconds in a status per second: how many agents were in it on average. The 15 with most.", Kind: "timeseries", Unit: "none",
			Queries: []Query{{`sum by (status, reason) (rate(liveperson_agent_status_seconds_total{account=~"$account"}[1h])) and topk(15, sum by (status, reason) (increase(liveperson_agent_status_seconds_total{account=~"$account"}[$__range] @ end())))`, "{{status}} {{reason}}"}},
		},
		{
			Title: "Chatting against waiting for chats", About: "Seconds per second over all agents, from agent activity.", Kind: "timeseries", Unit: "none",
			Queries: []Query{
				{`sum(rate(liveperson_agent_logged_in_chatting_seconds_total{account=~"$account"}[1h]))`, "chatting"},
				{`sum(rate(liveperson_agent_logged_in_not_chatting_seconds_total{account=~"$account"}[1h]))`, "not chatting"},
			},
		},
		{
			Title: "Age of settled status changes", About: "Everything older than this is final.", Kind: "timeseries", Unit: "s",
			Queries: []Query{
				{`time() - max by (account) (liveperson_status_changes_settled_timestamp_seconds{account=~"$account"})`, "{{account}}"},
			},
			Steps: bad(4200, 7200),
		},
	}}
}
