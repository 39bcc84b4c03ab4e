package dashboard

func liveperson() Dashboard {
	return Dashboard{
		Name: "liveperson", Title: "LivePerson", About: "Agents, load and skills of LivePerson accounts.",
		Variables: []Variable{account("liveperson"), group("liveperson", "Agent group")},
		Rows: []Row{
			{"Agents", []Panel{
				{
					Title: "Agents by status", About: "currentStatus of the agents that are logged in.", Kind: "timeseries", Unit: "none", Stacked: true,
					Queries: []Query{{`sum by (status) (max by (account, group_id, status) (liveperson_agents{` + inGroup + `}))`, "{{status}}"}},
				},
				{
					Title: "Online agents by skill", About: "The 25 skills with the fewest. An agent counts under each of its skills.", Kind: "state-timeline", Unit: "none",
					Queries: []Query{{`bottomk(25, sum by (account, skill_name) (liveperson_skill_agents{account=~"$account", status="online"}))`, "{{skill_name}}"}},
					Steps:   []Step{{0, "red"}, {1, "yellow"}, {3, "green"}},
				},
			}},
			{"Load", []Panel{
				{
					Title: "Slots", About: "Busy and ringing slots against those configured.", Kind: "timeseries", Unit: "none",
					Queries: []Query{
						{`sum(liveperson_group_busy_slots{` + inGroup + `})`, "busy"},
						{`sum(liveperson_group_ringing_slots{` + inGroup + `})`, "ringing"},
						{`sum(liveperson_group_max_slots{` + inGroup + `})`, "configured"},
					},
				},
				{
					Title: "Open conversations by group", About: "Assigned and open; the 20 groups with most.", Kind: "timeseries", Unit: "none",
					Queries: []Query{{`topk(20, liveperson_group_open_conversations{` + inGroup + `})`, "{{group_name}}"}},
				},
				{
					Title: "Highest load of agents", About: "Weight of an agent's conversations against the agent's capacity; the 20 highest. Empty with identity: none.", Kind: "bargauge", Unit: "percentunit", Max: 1, Height: 10,
					Queries: []Query{{`topk(20, liveperson_agent_load_ratio{account=~"$account"})`, "{{agent_id}}"}}, Steps: bad(0.8, 1),
				},
				{
					Title: "Agents by load", About: "How many agents have at least this part of their capacity in use.", Kind: "timeseries", Unit: "none", Height: 10,
					Queries: []Query{
						{`count(liveperson_agent_load_ratio{account=~"$account"} >= 0) or vector(0)`, "all"},
						{`count(liveperson_agent_load_ratio{account=~"$account"} >= 0.5) or vector(0)`, "half"},
						{`count(liveperson_agent_load_ratio{account=~"$account"} >= 1) or vector(0)`, "full"},
					},
				},
			}},
			{"Time and changes (up to an hour late, as the vendor delivers them)", []Panel{
				{
					Title: "Logins and logouts", About: "Per hour, from status changes.", Kind: "timeseries", Unit: "none",
					Queries: []Query{
						{`sum(increase(liveperson_agent_logins_total{account=~"$account"}[1h]))`, "logins"},
						{`sum(increase(liveperson_agent_logouts_total{account=~"$account"}[1h]))`, "logouts"},
					},
				},
				{
					Title: "Agents by status and reason, from time in status", About: "Seconds in a status per second: how many agents were in it on average. The 15 with most.", Kind: "timeseries", Unit: "none",
					Queries: []Query{{`topk(15, sum by (status, reason) (rate(liveperson_agent_status_seconds_total{account=~"$account"}[1h])))`, "{{status}} {{reason}}"}},
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
			}},
		},
	}
}
