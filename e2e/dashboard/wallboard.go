package dashboard

import "strings"

// wallboard fits on a screen of 1920 by 1080 pixels.
func wallboard() Dashboard {
	return Dashboard{
		Name: "wallboard", Title: "Wallboard", Refresh: "10s", From: "now-1h",
		About:     "For a screen on the wall (kiosk mode): who waits, and who does what since when. Names are shown where personal_data is on. For Grafana 10 or later.",
		Variables: []Variable{account(""), group("", "Group"), state("")},
		Rows:      []Row{wallboardNow(), wallboardPeople()},
	}
}

func wallboardNow() Row {
	state := func(title, about, states string, steps []Step) Panel {
		p := figure(title, about, "none", `sum(max by (account, group_id, state) (contactcenter_agents{`+inGroup+`, state=~"`+states+`"}))`, steps)
		p.Width = 3
		return p
	}
	waiting := figure("Waiting", "LiveVox: calls in the queues. LivePerson: conversations in the queues where the source queues is on, else those that ring.", "none",
		`sum(contactcenter:group:waiting{`+inGroup+`})`, []Step{{0, good}, {1, warn}, {10, bad}})
	longest := figure("Longest wait", "Of a contact that waits now: a call of the chosen groups, or a conversation of any skill.", "dthms",
		`max(contactcenter:group:queue_wait_seconds{`+inGroup+`} or on (account) liveperson_skill_queue_longest_wait_seconds{account=~"$account"})`, limits(60, 120))
	level := figure("In time", "Share of LiveVox's calls of the last half hour that were answered within the service level.", "percentunit",
		`clamp(1 - sum(contactcenter:group:service_level_missed_ratio:30m{`+inGroup+`} * contactcenter:group:calls_offered:increase30m{`+inGroup+`}) / sum(contactcenter:group:calls_offered:increase30m{`+inGroup+`} and contactcenter:group:service_level_missed_ratio:30m{`+inGroup+`} >= 0), 0, 1)`, share())
	level.Empty = "there may have been no call"
	return Row{Title: "Now", Panels: []Panel{
		waiting, longest,
		state("Available", "Agents who are ready for a contact.", "available", few()),
		state("On contact", "Agents who talk, or have no free slot.", "on_contact", []Step{{0, busy}}),
		state("Wrap-up", "Agents who finish a call.", "wrap_up", []Step{{0, after}}),
		state("Away", "Agents who are not ready, away or back soon.", "unavailable", []Step{{0, paused}}),
		level,
	}}
}

func wallboardPeople() Row {
	groups := groupsTable(12, 21)
	states := map[string]string{}
	for _, s := range append(voiceStates(), "online", "away", "back_soon", "offline") {
		states[s] = byState()[s]
	}
	return Row{Title: "Who does what since when", Panels: []Panel{
		groups,
		{
			Title: "Agents", About: "Those in the chosen states, by group; the 200 who have been in their state longest. A name is the agent's id where personal_data is off. A click opens the agent's day. Empty with identity: none.",
			Kind: "table", Unit: "dthms", Width: 12, Height: 21,
			Queries: []Query{{`topk(200, ` + whoDoesWhat() + `)`, ""}},
			Columns: []Column{
				{From: "group_name", Title: "Group", Width: 130},
				{From: "who", Title: "Agent", Link: agentOfLine()},
				{From: "state", Title: "State", Width: 95, Texts: states},
				{From: "reason", Title: "Reason", Width: 90},
				{From: "Value", Title: "For", Width: 80, Unit: "dthms"},
				{From: "account", Title: "Account", Inner: true},
				{From: "agent_id", Inner: true},
			},
			Sorted: []string{"Group", "-For"},
		},
	}}
}

// whoDoesWhat is how long each agent has been in a state, with group, name or id, state and, at LivePerson, reason.
func whoDoesWhat() string {
	of := func(start, state, label, info, id, name string) string {
		return strings.NewReplacer("START", start, "STATE", state, "LABEL", label, "INFO", info, "ID", id, "NAME", name).Replace(
			`(time() - max by (account, agent_id) (START{account=~"$account"})) ` +
				`* on (account, agent_id) group_left (state) label_replace(topk by (account, agent_id) (1, max by (account, agent_id, LABEL) (STATE{account=~"$account", LABEL=~"$state"} == 1)), "state", "$1", "LABEL", "(.*)") ` +
				`* on (account, agent_id) group_left (group_name, who) label_replace(label_replace(label_replace(topk by (account, agent_id) (1, ` +
				`max by (account, agent_id, ID, NAME, agent_name) (INFO{account=~"$account", ID=~"$group"})), "group_name", "$1", "NAME", "(.*)"), "who", "$1", "agent_id", "(.*)"), "who", "$1", "agent_name", "(.+)")`)
	}
	messaging := of("liveperson_agent_status_start_timestamp_seconds", "liveperson_agent_status", "status", "liveperson_agent_info", "group_id", "group_name")
	const reason = `topk by (account, agent_id) (1, max by (account, agent_id, reason) (liveperson_agent_status_reason_start_timestamp_seconds{account=~"$account"} ` +
		`* on (account, reason_id) group_left (reason) topk by (account, reason_id) (1, liveperson_away_reason_info))) ^ 0 ` +
		`or on (account, agent_id) group by (account, agent_id) (liveperson_agent_status_start_timestamp_seconds{account=~"$account"})`
	return of("livevox_agent_state_start_timestamp_seconds", "livevox_agent_state", "state", "livevox_agent_info", "service_id", "service_name") +
		` or (` + messaging + `) * on (account, agent_id) group_left (reason) (` + reason + `)`
}
