package dashboard

const inGroup = `account=~"$account", group_id=~"$group"`

func overview() Dashboard {
	return Dashboard{
		Name: "overview", Title: "Contact centre",
		About:     "Both vendors: who is available, who waits, and what needs attention now.",
		Variables: []Variable{account(""), group("", "Group")},
		Rows:      []Row{overviewNow(), overviewAttention(), overviewCourse()},
	}
}

// overviewNow is to be read from across the room.
func overviewNow() Row {
	now := func(title, about, unit, expr string, steps []Step) Panel {
		return Panel{Title: title, About: about, Kind: "stat", Unit: unit, Width: 4, Height: 4, Steps: steps, Queries: []Query{{expr, title}}}
	}
	return Row{"Now", []Panel{
		now("Unattended", "Groups and services in which contacts wait and no agent is available, on a contact or in wrap-up.", "none",
			`count(contactcenter:group:waiting{`+inGroup+`} > 0 and on (account, group_id) contactcenter:group:serving == 0) or vector(0)`, []Step{{0, "green"}, {1, "red"}}),
		now("Waiting", "LiveVox: calls in the queues. LivePerson: conversations that ring and aren't accepted yet.", "none",
			`sum(contactcenter:group:waiting{`+inGroup+`})`, nil),
		now("Longest wait", "Of a call that is in a queue of LiveVox now. The colours are those of the default target.", "s",
			`max(contactcenter:group:queue_wait_seconds{`+inGroup+`})`, bad(60, 120)),
		now("Available", "Agents who are ready for a contact.", "none",
			`sum(contactcenter:group:available{`+inGroup+`})`, few()),
		now("Unavailable for over an hour", "Agents in one not-ready, away or back-soon state, of all groups. Empty with identity: none.", "none",
			`count(contactcenter:agent:unavailable_seconds{account=~"$account"} > 3600) or vector(0)`, []Step{{0, "green"}, {1, "yellow"}}),
		now("Age of the data", "Of the oldest source of agents or queues. Numbers older than max_age aren't shown at all.", "s",
			`max(time() - contactcenter_source_last_success_timestamp_seconds{account=~"$account", source=~"agent_status|agents_status|service_stats"})`, bad(120, 300)),
	}}
}

func overviewAttention() Row {
	const firing = `alertname=~"ContactCenter.+", account=~"$account|", severity=~"critical|warning"`
	const labels = "(alertname, severity, account, group_name, source)"
	// The groups in which most wait; where no contact waits, any.
	const chosen = ` and on (account, group_id) topk(50, contactcenter:group:waiting{` + inGroup + `} or on (account, group_id) contactcenter:group:available{` + inGroup + `} * 0)`
	figure := func(name string) Query {
		return Query{`max by (account, group_id, group_name) (contactcenter:group:` + name + `{` + inGroup + `}` + chosen + `)`, ""}
	}
	return Row{"What needs attention", []Panel{
		{
			Title: "Alerts", About: "What fires for these accounts, or for an exporter. The link Runbooks leads to a section for each name.", Kind: "table", Unit: "none", Width: 11, Height: 11, Nothing: "Nothing fires",
			Queries: []Query{{
				`label_replace(1000 * max by ` + labels + ` (ALERTS_FOR_STATE{` + firing + `} and on ` + labels + ` ALERTS{` + firing + `, alertstate="firing"}), "alert", "$1", "alertname", "ContactCenter(.*)")`, "",
			}},
			Columns: []Column{
				{From: "severity", Title: "Severity", Width: 80, Texts: map[string]string{"critical": "red", "warning": "yellow"}},
				{From: "alert", Title: "Alert"},
				{From: "account", Title: "Account", Width: 80},
				{From: "group_name", Title: "Group", Width: 120},
				{From: "source", Title: "Source", Width: 110},
				{From: "Value", Title: "Since", Unit: "dateTimeFromNow", Width: 110},
			},
			Sorted: "Severity", Empty: "nothing fires in a healthy contact centre",
		},
		{
			Title: "Groups", About: "Each group or service now, the busiest first; at most 50.", Kind: "table", Unit: "none", Width: 13, Height: 11,
			Queries: []Query{figure("waiting"), figure("queue_wait_seconds"), figure("available"), figure("serving"), figure("unavailable")},
			Columns: []Column{
				{From: "group_name", Title: "Group"},
				{From: "account", Title: "Account", Width: 100},
				{From: "Value #A", Title: "Waiting", Width: 90, Steps: []Step{{0, "text"}, {1, "orange"}}},
				{From: "Value #B", Title: "Longest wait", Unit: "s", Width: 115, Steps: []Step{{0, "text"}, {60, "yellow"}, {120, "red"}}},
				{From: "Value #C", Title: "Available", Width: 95, Steps: few()},
				{From: "Value #D", Title: "At work", Width: 90, Steps: few()},
				{From: "Value #E", Title: "Unavailable", Width: 110},
			},
			Sorted: "-Waiting",
		},
		{
			Title: "Agents at work, by group", About: "Available, on a contact or in wrap-up: the 25 groups with the fewest in the chosen period.", Kind: "state-timeline", Unit: "none", Width: 24, Height: 10,
			Queries: []Query{{least(25, `contactcenter:group:serving{`+inGroup+`}`), "{{group_name}} ({{account}})"}},
			Steps:   few(),
		},
	}}
}

func overviewCourse() Row {
	return Row{"Over time", []Panel{
		{
			Title: "Agents by state", About: "Of the chosen groups, in the states that both vendors share.", Kind: "timeseries", Unit: "none", Stacked: true, Colors: byState(),
			Queries: []Query{{`sum by (state) (max by (account, group_id, state) (contactcenter_agents{` + inGroup + `, state!="offline"}))`, "{{state}}"}},
		},
		{
			Title: "Waiting against available", About: "Contacts that wait and agents that could take them.", Kind: "timeseries", Unit: "none",
			Colors: map[string]string{"waiting": "orange", "available": "green", "available a week ago": gone},
			Queries: []Query{
				{`sum(contactcenter:group:waiting{` + inGroup + `})`, "waiting"},
				{`sum(contactcenter:group:available{` + inGroup + `})`, "available"},
				{`sum(contactcenter:group:available{` + inGroup + `} offset 1w)`, "available a week ago"},
			},
		},
		{
			Title: "Contacts that wait, by group", About: "The 15 groups in which most waited in the chosen period.", Kind: "timeseries", Unit: "none",
			Queries: []Query{{most(`contactcenter:group:waiting{` + inGroup + `}`), "{{group_name}} ({{account}})"}},
		},
		{
			Title: "Largest share of unavailable agents", About: "Of the agents who are logged in to a group: not ready, away or back soon. The 15 groups with most. Red from the default limit on.", Kind: "bargauge", Unit: "percentunit", Max: 1,
			Queries: []Query{{`topk(15, contactcenter:group:unavailable{` + inGroup + `} / (contactcenter:group:logged_in{` + inGroup + `} > 0))`, "{{group_name}} ({{account}})"}}, Steps: bad(0.3, 0.5),
		},
	}}
}
