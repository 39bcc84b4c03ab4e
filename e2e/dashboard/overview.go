package dashboard

const inGroup = `account=~"$account", group_id=~"$group"`

func overview() Dashboard {
	return Dashboard{
		Name: "overview", Title: "Contact centre",
		About:     "Both vendors: who is available, who waits, and what needs attention now.",
		Variables: []Variable{account(""), group("", "Group")},
		Rows: []Row{
			{"Now", []Panel{
				{
					Title: "Alerts", About: "What fires for these accounts. Each name has a section in docs/runbooks.md.", Kind: "table", Unit: "none", Width: 12,
					Queries: []Query{{`ALERTS{alertname=~"ContactCenter.+", alertstate="firing", account=~"$account|"}`, ""}},
					Names:   map[string]string{"alertname": "Alert", "account": "Account", "group_name": "Group", "source": "Source", "severity": "Severity"},
					Empty:   "nothing fires in a healthy contact centre",
				},
				{
					Title: "Groups in which contacts wait and nobody is at work", About: "Nobody is available, on a contact or in wrap-up.", Kind: "stat", Unit: "none", Width: 4,
					Queries: []Query{{`count(contactcenter:group:waiting{` + inGroup + `} > 0 and on (account, group_id) contactcenter:group:serving == 0) or vector(0)`, "groups"}},
					Steps:   bad(1, 1),
				},
				{
					Title: "Contacts that wait", About: "LiveVox: calls in the queues. LivePerson: conversations that ring and aren't accepted yet.", Kind: "stat", Unit: "none", Width: 4,
					Queries: []Query{{`sum(contactcenter:group:waiting{` + inGroup + `})`, "waiting"}}, Steps: bad(1, 20),
				},
				{
					Title: "Agents available", About: "Ready for a contact now.", Kind: "stat", Unit: "none", Width: 4,
					Queries: []Query{{`sum(contactcenter:group:available{` + inGroup + `})`, "available"}}, Steps: good(1),
				},
				{
					Title: "Age of the data", About: "The oldest source of agents and queues. Numbers older than max_age aren't shown at all.", Kind: "stat", Unit: "s", Width: 12, Height: 4,
					Queries: []Query{{`max by (account) (time() - contactcenter_source_last_success_timestamp_seconds{account=~"$account", source=~"agent_status|agents_status|service_stats"})`, "{{account}}"}},
					Steps:   bad(120, 300),
				},
			}},
			{"Agents against contacts", []Panel{
				{
					Title: "Agents by state", About: "Of the chosen groups, in the states that both vendors share.", Kind: "timeseries", Unit: "none", Stacked: true,
					Queries: []Query{{`sum by (state) (max by (account, group_id, state) (contactcenter_agents{` + inGroup + `}))`, "{{state}}"}},
				},
				{
					Title: "Waiting against available", About: "Contacts that wait and agents that could take them.", Kind: "timeseries", Unit: "none",
					Queries: []Query{
						{`sum(contactcenter:group:waiting{` + inGroup + `})`, "waiting"},
						{`sum(contactcenter:group:available{` + inGroup + `})`, "available"},
						{`sum(contactcenter:group:available{` + inGroup + `} offset 1w)`, "available a week ago"},
					},
				},
				{
					Title: "Agents at work, by group", About: "The 25 groups with the fewest agents available, on a contact or in wrap-up.", Kind: "state-timeline", Unit: "none", Width: 24, Height: 10,
					Queries: []Query{{`bottomk(25, contactcenter:group:serving{` + inGroup + `})`, "{{group_name}} ({{account}})"}},
					Steps:   []Step{{0, "red"}, {1, "yellow"}, {3, "green"}},
				},
			}},
			{"By group", []Panel{
				{
					Title: "Most contacts waiting", About: "The 20 groups in which most contacts wait.", Kind: "bargauge", Unit: "none", Height: 10,
					Queries: []Query{{`topk(20, contactcenter:group:waiting{` + inGroup + `})`, "{{group_name}} ({{account}})"}}, Steps: bad(1, 10),
				},
				{
					Title: "Largest share of unavailable agents", About: "Of the agents who are logged in to a group: not ready, away or back soon. The 20 groups with most.", Kind: "bargauge", Unit: "percentunit", Height: 10, Max: 1,
					Queries: []Query{{`topk(20, contactcenter:group:unavailable{` + inGroup + `} / (contactcenter:group:logged_in{` + inGroup + `} > 0))`, "{{group_name}} ({{account}})"}}, Steps: bad(0.3, 0.5),
				},
			}},
		},
	}
}
