package dashboard

func intervals() Dashboard {
	return Dashboard{
		Name: "intervals", Title: "Intervals", From: "now-12h", Refresh: "5m",
		About:     "Half hour by half hour, each beside the same one of last week: offered, answered in time, abandoned, handle time and occupancy. A line stands for the half hour that ended then. For Grafana 10 or later.",
		Variables: []Variable{account(""), group("livevox", "Service"), skill()},
		Rows:      []Row{intervalsVoice(), intervalsMessages(), intervalsStaffing()},
	}
}

// beside adds the column of a measure, and beside it that of the week before.
func (p *Panel) beside(title, unit string, width int, steps []Step, expr func(offset string) string) {
	for _, o := range []string{"", " offset 1w"} {
		from := "Value #" + string(rune('A'+len(p.Queries)))
		p.Queries = append(p.Queries, Query{expr(o), ""})
		p.Columns = append(p.Columns, Column{From: from, Title: title, Unit: unit, Width: width, Steps: steps})
		title, width, steps = title+" −7d", width+30, nil
	}
}

const noWeek = "a week ago there was no Prometheus, or the first half hour isn't over"

func intervalsVoice() Row {
	sum := func(name, offset string) string {
		return `sum(contactcenter:group:` + name + `:increase30m{` + inGroup + `}` + offset + `)`
	}
	counted := func(name, offset string) string {
		return `sum(increase(livevox_service_calls_` + name + `_total{` + inService + `}[30m]` + offset + `))`
	}
	offered := func(o string) string { return `round(` + sum("calls_offered", o) + `)` }
	level := func(o string) string {
		return `clamp_max(` + counted("answered_within_sla", o) + ` / (` + sum("calls_offered", o) + ` - ` + counted("abandoned_within_sla", o) + ` > 0), 1)`
	}
	abandoned := func(o string) string { return `round(` + counted("abandoned", o) + `)` }
	handle := func(o string) string { return sum("handle_seconds", o) + ` / (` + sum("agent_calls", o) + ` > 0)` }
	occupancy := func(o string) string {
		return `clamp_max(` + sum("handle_seconds", o) + ` / (` + sum("handle_seconds", o) + ` + ` + sum("ready_seconds", o) + ` > 0), 1)`
	}
	shrinkage := `clamp_max(` + sum("not_ready_seconds", "") + ` / (` + sum("handle_seconds", "") + ` + ` + sum("ready_seconds", "") + ` + ` + sum("not_ready_seconds", "") + ` > 0), 1)`
	table := Panel{
		Title: "Calls", About: "Of the chosen services. Occupancy: talk and wrap-up ÷ talk, wrap-up and ready. Not ready: its part of the time that agents were logged in. −7d: the same half hour, 168 hours before.",
		Kind: "table", Unit: "none", Width: 24, Height: 13, Intervals: true, Empty: noWeek,
		Columns: []Column{{From: "Time", Title: "Until", Unit: "time:ddd HH:mm"}},
		Sorted:  []string{"-Until"},
	}
	table.beside("Offered", "none", 70, nil, offered)
	table.beside("In time", "percentunit", 70, share(), level)
	table.beside("Abandoned", "none", 96, nil, abandoned)
	table.beside("Handle", "dthms", 76, nil, handle)
	table.beside("Occupancy", "percentunit", 90, nil, occupancy)
	table.Queries = append(table.Queries, Query{shrinkage, ""})
	table.Columns = append(table.Columns, Column{From: "Value #K", Title: "Not ready", Unit: "percentunit", Width: 85})
	return Row{Title: "Calls (LiveVox)", Panels: []Panel{
		table,
		compared("Offered", "Calls offered.", "none", offered), compared("Handle time", "Talk and wrap-up of a call.", "dthms", handle),
		compared("Occupancy", "Talk and wrap-up ÷ talk, wrap-up and ready.", "percentunit", occupancy),
	}}
}

// compared are bars, and a line for the week before.
func compared(title, about, unit string, expr func(string) string) Panel {
	p := Panel{
		Title: title, About: about + " The line is a week before.", Kind: "timeseries", Unit: unit, Bars: true, Lines: []string{"last week"}, Width: 8, Height: 8, Empty: noWeek,
		Colors:  map[string]string{"this week": busy, "last week": gone},
		Queries: []Query{{expr(""), "this week"}, {expr(" offset 1w"), "last week"}},
	}
	if unit == "percentunit" {
		p.Max = 1
	}
	return p
}

func intervalsMessages() Row {
	counted := func(metric, more, o string) string {
		return `sum(increase(liveperson_` + metric + `_total{` + inSkill + more + `}[30m]` + o + `))`
	}
	arrivals := func(o string) string { return `round(` + counted("interval_arrivals", "", o) + `)` }
	handled := func(o string) string { return `round(` + counted("interval_handled_conversations", "", o) + `)` }
	closed := func(o string) string { return `round(` + counted("skill_conversations_closed", "", o) + `)` }
	handle := func(o string) string {
		return counted("interval_handle_seconds", "", o) + ` / (` + counted("interval_handled_conversations", "", o) + ` > 0)`
	}
	level := func(o string) string {
		return `clamp_max(` + counted("skill_agent_responses", `, service_level="within"`, o) + ` / (` + counted("skill_agent_responses", "", o) + ` > 0), 1)`
	}
	table := Panel{
		Title: "Conversations", About: "Of the chosen skills, when the vendor had settled them: arrivals and handle time up to an hour late (source interval_metrics), responses and closings half an hour (source queues).",
		Kind: "table", Unit: "none", Width: 24, Height: 13, Intervals: true, Empty: noWeek,
		Columns: []Column{{From: "Time", Title: "Until", Unit: "time:ddd HH:mm"}},
		Sorted:  []string{"-Until"},
	}
	table.beside("Arrived", "none", 80, nil, arrivals)
	table.beside("Handled", "none", 80, nil, handled)
	table.beside("Closed", "none", 75, nil, closed)
	table.beside("In time", "percentunit", 75, share(), level)
	table.beside("Handle", "dthms", 76, nil, handle)
	return Row{Title: "Conversations (LivePerson)", Panels: []Panel{
		table,
		compared("Arrived", "Conversations that arrived.", "none", arrivals), compared("Handle time of conversations", "As the vendor allots it.", "dthms", handle),
		compared("Responses in time", "Share of agents' responses within the service level.", "percentunit", level),
	}}
}

func intervalsStaffing() Row {
	of := func(metric string) Query {
		return Query{`max by (account, group_id, group_name) (` + metric + `{` + inGroup + `})`, ""}
	}
	// A roster has groups of LivePerson too, which the variable of services doesn't list.
	const inAllGroups = `account=~"$account"`
	return Row{Title: "Staffing (source operations)", Panels: []Panel{
		{
			Title: "Agents needed", About: "Fewest agents that reach the target with the load of the last half hour, against those at work: inbound services of LiveVox. Missing: needed − at work.",
			Kind: "table", Unit: "none", Empty: isOff,
			Queries: []Query{
				of("contactcenter_group_agents_needed"),
				{`max by (account, group_id, group_name) (contactcenter:group:serving{` + inGroup + `} and on (account, group_id) (contactcenter_group_agents_needed or contactcenter_group_offered_erlangs))`, ""},
				{`max by (account, group_id, group_name) (clamp_min(contactcenter_group_agents_needed{` + inGroup + `} - on (account, group_id) group_left () contactcenter:group:serving, 0))`, ""},
				of("contactcenter_group_offered_erlangs"), of("contactcenter_group_handle_seconds_window"),
			},
			Columns: []Column{
				{From: "group_name", Title: "Group"}, {From: "account", Title: "Account", Width: 76}, {From: "group_id"},
				{From: "Value #A", Title: "Needed", Width: 70}, {From: "Value #B", Title: "At work", Width: 75, Steps: few()},
				{From: "Value #C", Title: "Missing", Width: 75, Steps: []Step{{0, "transparent"}, {1, bad}}},
				{From: "Value #D", Title: "Erlangs", Width: 75, Unit: "short"}, {From: "Value #E", Title: "Handle", Width: 76, Unit: "dthms"},
			},
			Sorted: []string{"-Missing"},
		},
		{
			Title: "Adherence", About: "Agents at work against those whom the roster has at work, by group; the 15 with least in the chosen period. Needs a roster.", Kind: "timeseries", Unit: "percentunit", Max: 1, Width: 12, Empty: "there is no roster",
			Queries: []Query{{least(15, `contactcenter_group_adherence_ratio{`+inAllGroups+`}`), "{{group_name}} ({{account}})"}},
		},
		{
			Title: "Adherence over an hour", About: "Time at work by time that the roster has agents at work, over the hour before, by group; the 15 with least in the chosen period. Needs a roster.", Kind: "timeseries", Unit: "percentunit", Max: 1, Width: 12, Empty: "there is no roster",
			Queries: []Query{{least(15, `contactcenter:group:adherence_ratio:1h{`+inAllGroups+`}`), "{{group_name}} ({{account}})"}},
		},
		{
			Title: "Absent and late", About: "Agents whom the roster has at work and who are not logged in; late are those of them who have not been since it has. Needs a roster with the agents' ids.", Kind: "timeseries", Unit: "none", Width: 12, Empty: "there is no roster with the agents' ids",
			Queries: []Query{
				{`sum(contactcenter_group_agents_absent{` + inAllGroups + `})`, "absent"},
				{`sum(contactcenter_group_agents_late{` + inAllGroups + `})`, "late"},
			},
		},
		{
			Title: "Needed and at work", About: "Of the chosen services: agents needed, those at work there, and those whom a roster has at work.", Kind: "timeseries", Unit: "none", Width: 24, Height: 8, Empty: isOff, Colors: map[string]string{"needed": warn, "at work": good, "scheduled": busy},
			Queries: []Query{
				{`sum(contactcenter_group_agents_needed{` + inGroup + `})`, "needed"},
				{`sum(contactcenter:group:serving{` + inGroup + `} and on (account, group_id) contactcenter_group_agents_needed)`, "at work"},
				{`sum(contactcenter_group_agents_scheduled{` + inGroup + `})`, "scheduled"},
			},
		},
	}}
}
