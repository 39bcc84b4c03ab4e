package dashboard

const inGroup = `account=~"$account", group_id=~"$group"`

func overview() Dashboard {
	return Dashboard{
		Name: "overview", Title: "Overview",
		About:     "Both vendors: who is available, who waits, and what needs attention now. For Grafana 10 or later.",
		Variables: []Variable{account(""), group("", "Group")},
		Rows:      []Row{overviewNow(), overviewAttention(), overviewCourse()},
	}
}

// figure is a stat to be read from across the room.
func figure(title, about, unit, expr string, steps []Step) Panel {
	return Panel{Title: title, About: about, Kind: "stat", Unit: unit, Width: 4, Height: 4, Steps: steps, Queries: []Query{{expr, title}}}
}

func overviewNow() Row {
	some := []Step{{0, good}, {1, warn}}
	optional := func(p Panel) Panel {
		p.Empty = "a source that is off by default, or nothing was counted yet"
		return p
	}
	return Row{Title: "Now", Panels: []Panel{
		figure("Unattended", "Groups and services in which contacts wait and no agent is available, on a contact or in wrap-up.", "none",
			`count(contactcenter:group:waiting{`+inGroup+`} > 0 and on (account, group_id) contactcenter:group:serving == 0) or vector(0)`, []Step{{0, good}, {1, bad}}),
		figure("Waiting", "LiveVox: calls in the queues. LivePerson: conversations in the queues where the source queues is on, else those that ring.", "none",
			`sum(contactcenter:group:waiting{`+inGroup+`})`, nil),
		figure("Longest wait", "Of a call that is in a queue of LiveVox now. The colours are those of the default target.", "dthms",
			`max(contactcenter:group:queue_wait_seconds{`+inGroup+`})`, limits(60, 120)),
		optional(figure("Longest message wait", "Of a conversation that is in a queue of LivePerson now, of all skills. Needs the source queue_health.", "dthms",
			`max(liveperson_skill_queue_longest_wait_seconds{account=~"$account"})`, limits(300, 900))),
		optional(figure("Overdue", "Conversations of LivePerson, of all skills, whose response is later than its target. Needs the source queues.", "none",
			`sum(liveperson_skill_overdue_conversations{account=~"$account"})`, some)),
		figure("Available", "Agents who are ready for a contact.", "none",
			`sum(contactcenter:group:available{`+inGroup+`})`, few()),
		optional(figure("Answered in time", "Share of LiveVox's calls of the last hour that were answered within the service level.", "percentunit",
			`clamp(1 - sum(contactcenter:group:service_level_missed_ratio:1h{`+inGroup+`} * contactcenter:group:calls_offered:increase1h{`+inGroup+`}) / sum(contactcenter:group:calls_offered:increase1h{`+inGroup+`} and contactcenter:group:service_level_missed_ratio:1h{`+inGroup+`} >= 0), 0, 1)`, share())),
		optional(figure("Responses in time", "Share of LivePerson's responses of the last hour within the service level, of all skills. Needs the source queues.", "percentunit",
			`sum(increase(liveperson_skill_agent_responses_total{account=~"$account", service_level="within"}[1h])) / sum(increase(liveperson_skill_agent_responses_total{account=~"$account"}[1h]))`, share())),
		optional(figure("Handle time, calls", "Talk and wrap-up of a call of LiveVox, over the last half hour.", "dthms",
			`sum(contactcenter:group:handle_seconds:increase30m{`+inGroup+`}) / sum(contactcenter:group:agent_calls:increase30m{`+inGroup+`})`, nil)),
		optional(figure("Handle time, messages", "Of a conversation of LivePerson, over the last hour, of all skills, as the vendor allots it. Needs the source interval_metrics.", "dthms",
			`sum(increase(liveperson_interval_handle_seconds_total{account=~"$account"}[1h])) / sum(increase(liveperson_interval_handled_conversations_total{account=~"$account"}[1h]))`, nil)),
		figure("Away for over an hour", "Agents in one not-ready, away or back-soon state, of all groups. Empty with identity: none.", "none",
			`count(contactcenter:agent:unavailable_seconds{account=~"$account"} > 3600) or vector(0)`, some),
		figure("Age of the data", "Of the oldest source of agents or queues. Numbers older than max_age aren't shown at all.", "dthms",
			`max(time() - contactcenter_source_last_success_timestamp_seconds{account=~"$account", source=~"agent_status|agent_view|agents_status|queues|service_stats"})`, limits(120, 300)),
	}}
}

func overviewAttention() Row {
	return Row{Title: "What needs attention", Panels: []Panel{
		alertsTable(), groupsTable(12, 11),
		{
			Title: "Agents at work, by group", About: "Available, on a contact or in wrap-up: the 25 groups with the fewest in the chosen period.", Kind: "state-timeline", Unit: "none", Width: 24, Height: 10,
			Queries: []Query{{least(25, `contactcenter:group:serving{`+inGroup+`}`), "{{group_name}} ({{account}})"}},
			Steps:   few(), Link: groupOfSeries(),
		},
	}}
}

func alertsTable() Panel {
	const firing = `alertname=~"ContactCenter.+", account=~"$account|", group_id=~"$group|", severity=~"critical|warning"`
	const labels = "(alertname, severity, account, group_name, source)"
	return Panel{
		Title: "Alerts", About: "What fires for these accounts and groups, or for an exporter. The link Runbooks leads to a section for each name.",
		Kind: "table", Unit: "none", Height: 11, Nothing: "Nothing fires",
		Queries: []Query{{
			`max by (severity, alert, account, about) (label_join(label_replace(1000 * max by ` + labels + ` (ALERTS_FOR_STATE{` + firing + `} and on ` + labels + ` ALERTS{` + firing + `, alertstate="firing"}), ` +
				`"alert", "$1", "alertname", "ContactCenter(.*)"), "about", "", "group_name", "source"))`, "",
		}},
		Columns: []Column{
			{From: "severity", Title: "Severity", Width: 75, Texts: map[string]string{"critical": bad, "warning": warn}},
			{From: "alert", Title: "Alert"},
			{From: "account", Title: "Account", Width: 80},
			{From: "about", Title: "About", Width: 130},
			{From: "Value", Title: "Since", Unit: "dateTimeFromNow", Width: 115},
		},
		Sorted: []string{"Severity"}, Empty: "nothing fires in a healthy contact centre",
	}
}

// groupsTable has a line for each group, the busiest first.
func groupsTable(width, height int) Panel {
	// The groups in which most wait; where no contact waits, any.
	const chosen = ` and on (account, group_id) topk(50, contactcenter:group:waiting{` + inGroup + `} and on (account, group_id) contactcenter:group:available ` +
		`or on (account, group_id) contactcenter:group:available{` + inGroup + `} * 0)`
	of := func(name string) Query {
		return Query{`max by (account, vendor, group_id, group_name) (contactcenter:group:` + name + `{` + inGroup + `}` + chosen + `)`, ""}
	}
	return Panel{
		Title: "Groups", About: "Each group or service now, the busiest first; at most 50. A click on a name opens its dashboard.", Kind: "table", Unit: "none", Width: width, Height: height,
		Queries: []Query{of("waiting"), of("queue_wait_seconds"), of("available"), of("serving"), of("unavailable")},
		Columns: []Column{
			{From: "group_name", Title: "Group", Link: groupOfLine()},
			{From: "account", Title: "Account", Width: 76},
			{From: "Value #A", Title: "Waiting", Width: 75, Steps: []Step{{0, "transparent"}, {1, warn}}},
			{From: "Value #B", Title: "Longest", Unit: "dthms", Width: 76, Steps: []Step{{0, "transparent"}, {60, warn}, {120, bad}}},
			{From: "Value #C", Title: "Available", Width: 80, Steps: few()},
			{From: "Value #D", Title: "At work", Width: 75, Steps: few()},
			{From: "Value #E", Title: "Away", Width: 56},
			{From: "vendor", Inner: true},
			{From: "group_id", Inner: true},
		},
		Sorted: []string{"-Waiting"},
	}
}

// awayReasons are the agents who take no contact, by the vendors' reasons. The names of LivePerson's are known where the source names or
// status_changes is on.
func awayReasons(selector string) string {
	away := `sum by (account, reason_id) (max by (account, group_id, reason_id) (liveperson_agents_away{` + selector + `}))`
	return `sum by (reason) (` + away + ` * on (account, reason_id) group_left (reason) topk by (account, reason_id) (1, liveperson_away_reason_info) ` +
		`or label_replace(` + away + ` unless on (account, reason_id) liveperson_away_reason_info, "reason", "$1", "reason_id", "(.*)"))`
}

func overviewCourse() Row {
	return Row{Title: "Over time", Panels: []Panel{
		{
			Title: "Agents by state", About: "Of the chosen groups, in the states that both vendors share.", Kind: "timeseries", Unit: "none", Stacked: true, Colors: only(byState(), "available", "on_contact", "wrap_up", "unavailable", "other"),
			Queries: []Query{{`sum by (state) (max by (account, group_id, state) (contactcenter_agents{` + inGroup + `, state!="offline"}))`, "{{state}}"}},
		},
		{
			Title: "Waiting against available", About: "Contacts that wait and agents that could take them.", Kind: "timeseries", Unit: "none",
			Colors: map[string]string{"waiting": bad, "available": good, "at work": after, "at work a week ago": gone},
			Queries: []Query{
				{`sum(contactcenter:group:waiting{` + inGroup + `})`, "waiting"},
				{`sum(contactcenter:group:available{` + inGroup + `})`, "available"},
				{`sum(contactcenter:group:serving{` + inGroup + `})`, "at work"},
				{`sum(contactcenter:group:serving{` + inGroup + `} offset 1w)`, "at work a week ago"},
			},
			Hours: inGroup,
		},
		{
			Title: "Contacts that wait, by group", About: "The 15 groups and queues in which most waited in the chosen period.", Kind: "timeseries", Unit: "none",
			Queries: []Query{{most(`contactcenter:group:waiting{` + inGroup + `}`), "{{group_name}} ({{account}})"}}, Hours: inGroup,
		},
		{
			Title: "Largest share of unavailable agents", About: "Of the agents who are logged in to a group: not ready, away or back soon. The 15 groups with most. Red from the default limit on.", Kind: "bargauge", Unit: "percentunit", Max: 1,
			Queries: []Query{{`topk(15, contactcenter:group:unavailable{` + inGroup + `} / (contactcenter:group:logged_in{` + inGroup + `} > 0))`, "{{group_name}} ({{account}})"}}, Steps: limits(0.3, 0.5),
			Link: groupOfSeries(),
		},
		{
			Title: "Agents away, by reason", About: "LiveVox: not ready. LivePerson: away or back soon; a reason is its id where no source knows its name.", Kind: "bargauge", Unit: "none", Width: 24, Height: 7, Steps: []Step{{0, paused}},
			Queries: []Query{
				{`sum by (reason) (max by (account, service_id, reason) (livevox_agents_not_ready{` + inService + `})) > 0`, "LiveVox {{reason}}"},
				{awayReasons(inGroup) + " > 0", "LivePerson {{reason}}"},
			},
			Empty: "there are moments in which no agent is away",
		},
	}}
}
